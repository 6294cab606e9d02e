"""The network between this host and Azure: the environment's proxy, and how a vault's name resolves here.

A proxy's URL may hold a password: no sentence quotes any part of a malformed one.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import os
import re
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from kvtui.azure.http import split_url
from kvtui.azure.model import HostView
from kvtui.azure.waiting import in_thread
from kvtui.core.problems import Problem, ProblemError, ProblemKind

_RESOLVE_SECONDS = 3.0
Resolve = Callable[[str], Iterable[str]]
_HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\w+)?")
PROXY = "proxy"
"""The code of a Problem about the proxy's own setting."""


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for `url`, as a URL, or None to connect directly.

    Of `https_proxy` and `HTTPS_PROXY` the lower-case one is taken, then those of `all_proxy`, as by curl.
    Raises ProblemError (USAGE) for a proxy that cannot be used: SOCKS, or a malformed URL.
    """
    variable, proxy = _named_for(url)
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    if proxy:
        _check(proxy, variable)
    return proxy or None


def proxy_variable(url: str) -> str:
    """The variable that names the proxy for `url`, as the user spelt it; empty without a proxy."""
    variable, proxy = _named_for(url)
    return variable if proxy else ""


def _named_for(url: str) -> tuple[str, str]:
    """The variable and what it holds, which is empty for a host in NO_PROXY."""
    import urllib.request as environment

    target = split_url(url)
    proxies = environment.getproxies_environment()
    scheme = target.scheme if proxies.get(target.scheme) else "all"
    if is_bypassed(target.hostname or "", target.port, proxies.get("no", "")):
        return "", ""
    return _variable_name(f"{scheme}_proxy"), proxies.get(scheme) or ""


def is_bypassed(host: str, port: int | None, no_proxy: str) -> bool:
    """Whether `no_proxy` lists a host, as curl, requests (the Azure CLI) and Go's programs read it.

    Commas or spaces separate the entries. `corp.net`, `.corp.net` and `*.corp.net` are a domain with all
    names in it; `10.0.0.0/8` is a network, `name:443` one port, and `*` everything.
    """
    name = host.lower().rstrip(".")
    for entry in no_proxy.lower().replace(",", " ").split():
        if entry == "*":
            return True
        listed, _, only = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
        if only and only != str(port or 443):
            continue
        domain = listed.removeprefix("*").strip(".")
        if domain and (name == domain or name.endswith(f".{domain}") or _is_in(name, listed)):
            return True
    return False


def _is_in(host: str, network: str) -> bool:
    """Whether an address belongs to a network such as `10.0.0.0/8`; False for anything else."""
    try:
        return ipaddress.ip_address(host.strip("[]")) in ipaddress.ip_network(
            network.strip("[]"), strict=False
        )
    except ValueError:
        return False


def _variable_name(name: str) -> str:
    """The variable as the user set it; in capitals where it is not known."""
    return name if os.environ.get(name) else name.upper()


def _check(proxy: str, variable: str) -> None:
    scheme = proxy.partition("://")[0].lower()
    if scheme.startswith("socks"):
        raise ProblemError(
            Problem(
                f"{variable} names a SOCKS proxy, which kvtui cannot use.",
                f"Set {variable} to an HTTP proxy, http://HOST:PORT, or unset it for a direct connection.",
                ProblemKind.USAGE,
                code=PROXY,
            )
        )
    if not _usable(proxy, scheme):
        raise ProblemError(
            Problem(
                f"{variable} is not the URL of a proxy.",
                f"Set {variable} to http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with special "
                "characters in user and password percent-encoded (%40 for @).",
                ProblemKind.USAGE,
                code=PROXY,
            )
        )


def _usable(proxy: str, scheme: str) -> bool:
    try:
        found = urlsplit(proxy)
        port = found.port
    except ValueError:
        return False
    # "@" after the host: a "/", "?" or "#" of the password has ended the host too early
    torn = "@" in found.path + found.query + found.fragment or found.netloc.endswith(":")
    printable = proxy.isprintable() and " " not in proxy
    known = scheme in ("http", "https") and port != 0
    return known and printable and not torn and _HOST.fullmatch(found.hostname or "") is not None


def proxy_shown(url: str) -> str:
    """The proxy for `url` as it may be shown: host and port, never its user or password; "" if none."""
    try:
        proxy = proxy_for(url)
    except ProblemError:
        return ""
    if not proxy:
        return ""
    found = urlsplit(proxy)
    return f"{found.hostname or ''}:{found.port}" if found.port else found.hostname or ""


def addresses_of(host: str) -> list[str]:
    """The addresses that this host's resolver has for a name. Raises `OSError`."""
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return sorted({str(one[4][0]) for one in found})


async def resolve_from_host(host: str, resolve: Resolve = addresses_of) -> HostView:
    """What this host's resolver says of `host`. Connects to nothing; raises nothing."""
    proxy = proxy_shown(f"https://{host}/")
    if proxy:
        return HostView(proxy=proxy)
    try:
        async with asyncio.timeout(_RESOLVE_SECONDS):
            addresses = tuple(await in_thread(functools.partial(resolve, host)))
    except (OSError, TimeoutError, UnicodeError):
        return HostView()
    judged = [ipaddress.ip_address(address.partition("%")[0]).is_private for address in addresses]
    return HostView(addresses, all(judged) if judged else None)
