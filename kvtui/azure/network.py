"""How a vault's name looks from this host: a private or a public address, or a proxy in between."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
from collections.abc import Callable, Iterable

from kvtui.azure.model import HostView
from kvtui.azure.proxies import proxy_shown
from kvtui.azure.threads import in_thread

_SECONDS = 3.0

Resolve = Callable[[str], Iterable[str]]


def _addresses(host: str) -> list[str]:
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return sorted({str(one[4][0]) for one in found})


async def seen_from_here(host: str, resolve: Resolve = _addresses) -> HostView:
    """What this host's resolver says of `host`. Connects to nothing; raises nothing."""
    proxy = proxy_shown(f"https://{host}/")
    if proxy:
        return HostView(proxy=proxy)
    try:
        async with asyncio.timeout(_SECONDS):
            addresses = tuple(await in_thread(functools.partial(resolve, host)))
    except (OSError, TimeoutError, UnicodeError):
        return HostView()
    judged = [ipaddress.ip_address(address.partition("%")[0]).is_private for address in addresses]
    return HostView(addresses, all(judged) if judged else None)
