"""Failures as Problems: names, TLS, proxies, timeouts, unusable answers, and what all services share.

Errors of Entra and of Key Vault are translated in `sign_in_errors` and `vault_errors`. No SDK is imported:
exceptions are recognised by the standard library's classes and by class names in the chain of causes.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kvtui.azure.http import LONGEST_WAIT, Answer, AnswerError, asked_wait, split_url, wait_words
from kvtui.azure.network import proxy_shown
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized
from kvtui.settings.clouds import all_clouds

_TOKEN = re.compile(r"eyJ[\w-]{5,}(\.[\w-]*){0,4}")
_TIMEOUTS = {"ServiceRequestTimeoutError", "ServiceResponseTimeoutError", "ConnectTimeout", "ReadTimeout"}
_BROKEN = {
    "IncompleteReadError",
    "ClientPayloadError",
    "RemoteProtocolError",
    "ReadError",
    "ServerDisconnectedError",
}
_SPELLING = "Check the vault's name; a private vault resolves only inside its network."
_PROXY_SETTING = "Check HTTPS_PROXY, or list the host in NO_PROXY if there is a direct connection."
_NO_WAY = {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH}
"""Classes of errors of a connection that was never made: behind a proxy, the one to the proxy."""
_PROXY_CODE = re.compile(r"\b([45]\d\d)\b")


def clean(text: object, limit: int = 600) -> str:
    """A service's message on one line, sanitized, without anything that looks like a token."""
    return sanitized(" ".join(_TOKEN.sub("(token)", str(text)[:20_000]).split()), limit)


def causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and everything it came from, outermost first."""
    queue, seen = [error], set()
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = getattr(current, "inner_exception", None)
        further = (inner, getattr(current, "os_error", None), current.__cause__, current.__context__)
        queue += [step for step in further if isinstance(step, BaseException)]


def first_problem(error: BaseException) -> Problem | None:
    """The Problem that one of kvtui's own checks raised inside an SDK, if any."""
    return next((step.problem for step in causes(error) if isinstance(step, ProblemError)), None)


def unreachable(error: BaseException, url: str, who: str) -> Problem:
    """Why there was no answer from `url`. `code` is dns, tls, timeout or network; `status` is None."""
    own = first_problem(error)
    if own:
        return replace(own, identity=own.identity or who)
    host = sanitized(split_url(url).hostname, 100)
    chain = list(causes(error))
    names = {type(step).__name__ for step in chain}
    for step in chain:
        if isinstance(step, AnswerError):
            return not_an_answer(step, url, who)
    proxy = _proxy_error(chain, url, who)
    if proxy:
        return proxy
    if any(map(_is_about_trust, chain)) or {"ClientConnectorCertificateError"} & names:
        return _no_trust(chain, host, who)
    through = sanitized(proxy_shown(url), 100)
    if any(isinstance(step, socket.gaierror) for step in chain) or "ClientConnectorDNSError" in names:
        if through:  # the proxy resolves the host's name, so only the proxy's own name is resolved here
            what, remedy = f"The name of the proxy {through} cannot be resolved.", _PROXY_SETTING
        else:
            what = f"The name {host} cannot be resolved."
            remedy = (
                _SPELLING if _is_vault(host) else "Check this host's DNS; behind a proxy, set HTTPS_PROXY."
            )
        return no_answer(what, remedy, who, "network" if through else "dns")
    if any(isinstance(step, TimeoutError) for step in chain) or _TIMEOUTS & names:
        by = f" through the proxy {through}" if through else ""
        between = "the proxy" if through else "the network, VPN or firewall"
        remedy = f"Try again. If that does not help, check {between} between this host and Azure."
        return no_answer(f"{host} did not answer in time{by}.", remedy, who, "timeout")
    return _connection_lost(chain, names, host, url, who)


def no_answer(
    what: str, remedy: str, who: str, code: str = "network", detail: str = "", status: int | None = None
) -> Problem:
    """The Problem of a request without an answer, or with an unusable one."""
    return Problem(
        what, remedy, ProblemKind.UNREACHABLE, identity=who, code=code, status=status, detail=detail
    )


def error_response(
    answer: Answer, what: str, remedy: str, kind: ProblemKind, who: str, code: str = ""
) -> Problem:
    """The Problem of an error response, with the service's own code, unless one is given, and its message."""
    code = code or sanitized(answer.error().get("code", ""), 60)
    return Problem(what, remedy, kind, identity=who, code=code, status=answer.status, detail=_details(answer))


def _is_vault(host: str) -> bool:
    return any(host.endswith(f".{cloud.vault_suffix}") for cloud in all_clouds())


def _is_about_trust(step: BaseException) -> bool:
    # httpx waits with SSLWantReadError in its chain of causes; a broken connection ends as SSLEOFError
    passing = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
    return isinstance(step, ssl.SSLError) and not isinstance(step, (*passing, ssl.SSLSyscallError))


def _no_trust(chain: list[BaseException], host: str, who: str) -> Problem:
    # aiohttp's own error has the class but not the fields of Python's
    reason = next((words for step in chain if (words := getattr(step, "verify_message", ""))), "")
    remedy = "If a proxy inspects TLS here, set SSL_CERT_FILE to a bundle that holds its CA."
    return no_answer(
        f"The TLS certificate of {host} is not trusted.", remedy, who, "tls", detail=clean(reason)
    )


def _connection_lost(chain: list[BaseException], names: set[str], host: str, url: str, who: str) -> Problem:
    proxy = sanitized(proxy_shown(url), 100)
    unreachable = any(isinstance(step, OSError) and step.errno in _NO_WAY for step in chain)
    if {"ClientProxyConnectionError", "ProxyError"} & names or (proxy and unreachable):
        what, remedy = f"The proxy {proxy} cannot be reached.", _PROXY_SETTING
    elif _BROKEN & names or any(isinstance(step, ConnectionResetError) for step in chain):
        what, remedy = (
            f"The connection to {host} was closed before the answer was complete.",
            "Try again. If that does not help, check the proxy.",
        )
    elif proxy:
        what, remedy = f"{host} cannot be reached through the proxy {proxy}.", _PROXY_SETTING
    else:
        what = f"{host} cannot be reached."
        remedy = "Check the network, VPN or firewall; behind a proxy, set HTTPS_PROXY."
    reason = next((step.strerror for step in chain if isinstance(step, OSError) and step.strerror), "")
    return no_answer(what, remedy, who, detail=clean(reason))


def _proxy_error(chain: list[BaseException], url: str, who: str) -> Problem | None:
    """What a proxy answered to CONNECT: aiohttp gives the status, httpx and requests give it as text."""
    status: int | None = None
    for step in chain:
        name = type(step).__name__
        if name == "ClientHttpProxyError":
            status = int(getattr(step, "status", 0))
        elif name == "ProxyError" or (isinstance(step, OSError) and "Tunnel connection failed" in str(step)):
            found = _PROXY_CODE.search(str(step))
            status = status or (int(found.group(1)) if found else None)
    if not status:
        return None
    host, proxy = sanitized(split_url(url).hostname, 100), sanitized(proxy_shown(url), 100)
    if status == 407:
        what, remedy = (
            f"The proxy {proxy} requires authentication (407).",
            "Set user and password in HTTPS_PROXY.",
        )
    elif status in (502, 503, 504):
        what = f"Nothing answers as {host}: the proxy {proxy} cannot find or reach it ({status})."
        remedy = _SPELLING if _is_vault(host) else "Try again. If that does not help, check the proxy."
    else:
        what = f"The proxy {proxy} rejects connections to {host} ({status})."
        remedy = "Ask for this host to be allowed, or list it in NO_PROXY if a direct way exists."
    return no_answer(what, remedy, who, "dns" if status in (502, 503, 504) else "network")


def not_an_answer(error: AnswerError, url: str, who: str) -> Problem:
    """Something between here and Azure answered instead of Azure, or the answer was damaged."""
    what = f"The answer from {sanitized(split_url(url).hostname, 100)} cannot be used: {error}."
    remedy = (
        "If a proxy or a sign-in portal intercepts the connection, let this host pass through it unchanged."
    )
    return no_answer(what, remedy, who)


def _redirected(answer: Answer, url: str, who: str) -> Problem:
    """Azure's services never redirect these requests, so no redirect is followed."""
    target = split_url(answer.headers.get("location", "")).hostname
    asked, elsewhere = sanitized(split_url(url).hostname), sanitized(target or "elsewhere", 100)
    where = f"{asked} answered with a redirect to {elsewhere}"
    remedy = "Check the proxy: Azure's services do not redirect."
    return no_answer(f"{where}; it was not followed.", remedy, who, status=answer.status)


def common_problem(answer: Answer, url: str, who: str) -> Problem | None:
    """The Problem of a redirect, a 429 or a 5xx, which is the same for every service; None for others."""
    if 300 <= answer.status < 400:
        return _redirected(answer, url, who)
    if answer.status != 429 and answer.status < 500:
        return None
    code = sanitized(answer.error().get("code") or ("Throttled" if answer.status == 429 else ""), 60)
    seconds = asked_wait(answer.headers)
    return _throttled(url, answer.status, seconds, who, code=code, detail=_details(answer))


def _details(answer: Answer) -> str:
    """The service's message and the ids that its support needs."""
    message = clean(answer.error().get("message", ""))
    ids = [
        f"{name}: {sanitized(answer.headers[name], 60)}"
        for name in ("x-ms-request-id", "request-id", "x-ms-correlation-request-id")
        if name in answer.headers
    ]
    return " · ".join(part for part in (message, *ids) if part)


def _throttled(url: str, status: int, seconds: float | None, who: str = "", **more: str) -> Problem:
    """The Problem of a 429 or a 5xx; `seconds` is the wait that the service asked for."""
    host = sanitized(split_url(url).hostname, 100)
    if status == 429:
        what, remedy = f"{host} is throttling: too many requests.", "Wait a little and try again."
    else:
        what = f"{host} keeps failing with status {status}."
        remedy = "Try again later; Azure's status page lists outages."
    if seconds:
        what = f"{what[:-1]}. It asks to wait {wait_words(seconds)}."
        remedy = f"Try again in {wait_words(seconds)}." if seconds <= LONGEST_WAIT else "Try again later."
    return Problem(what, remedy, ProblemKind.UNREACHABLE, identity=who, status=status, **more)


def reject_long_wait(status: int, headers: Mapping[str, str], url: str, longest: float) -> None:
    """Raises ProblemError for a 429 or 5xx that asks to wait longer than `longest` seconds."""
    seconds = asked_wait(headers) if status == 429 or status >= 500 else None
    if seconds is not None and seconds > longest:
        code = "Throttled" if status == 429 else ""
        raise ProblemError(_throttled(url, status, seconds, code=code))
