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
from typing import Any
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

    Raises ProblemError (USAGE) for a proxy that cannot be used: SOCKS, or a malformed URL.
    """
    import urllib.request as environment

    target = split_url(url)
    proxies = environment.getproxies_environment()
    bypassed: Any = environment.proxy_bypass_environment  # type: ignore[attr-defined]
    if bypassed(target.hostname or "", proxies):
        return None
    scheme = target.scheme if proxies.get(target.scheme) else "all"
    proxy = proxies.get(scheme) or ""
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    if proxy:
        _check(proxy, _variable_name(f"{scheme}_proxy"))
    return proxy or None


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


def _addresses(host: str) -> list[str]:
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return sorted({str(one[4][0]) for one in found})


async def resolve_from_host(host: str, resolve: Resolve = _addresses) -> HostView:
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
