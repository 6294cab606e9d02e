"""How long a service asks to wait (`Retry-After`): too long a wait ends the request with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kvtui.azure.urls import parts
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.sanitize import inert

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_LONGEST = 366 * 86_400


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds in `Retry-After` (or `retry-after-ms`, …), 0 or more; None where none are given."""
    lower = {name.lower(): value for name, value in headers.items()}
    for name, factor in (("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001), ("retry-after", 1.0)):
        if name in lower:
            seconds = _seconds(lower[name])
            return None if seconds is None else max(seconds * factor, 0.0)
    return None


def _seconds(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        pass
    else:
        return found if found == found else None
    try:
        when = parsedate_to_datetime(text)
        return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def wait_words(seconds: float) -> str:
    """`2 minutes`, `31 days`, `more than a year`"""
    if seconds > _LONGEST:
        return "more than a year"
    for size, unit in _UNITS:
        if seconds >= 2 * size or size == 1:
            count = max(round(seconds / size), 1)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    raise AssertionError("a second is the smallest unit")


def throttled(url: str, status: int, seconds: float | None, who: str = "", **more: str) -> Problem:
    """The Problem of a 429 or a 5xx; `seconds` is the wait that the service asked for."""
    host = inert(parts(url).hostname, 100)
    if status == 429:
        what, remedy = f"{host} is throttling: too many requests.", "Wait a little and try again."
    else:
        what = f"{host} keeps failing with status {status}."
        remedy = "Try again later; the status page of Azure tells about outages."
    if seconds:
        what = f"{what[:-1]}. It asks to wait {wait_words(seconds)}."
        remedy = f"Try again in {wait_words(seconds)}." if seconds <= _LONGEST else "Try again later."
    return Problem(what, remedy, Exit.UNREACHABLE, identity=who, status=status, **more)


def refuse_long_wait(status: int, headers: Mapping[str, str], url: str, longest: float) -> None:
    """Raises ProblemError for a 429 or 5xx that asks to wait longer than `longest` seconds."""
    seconds = asked_wait(headers) if status == 429 or status >= 500 else None
    if seconds is not None and seconds > longest:
        code = "Throttled" if status == 429 else ""
        raise ProblemError(throttled(url, status, seconds, code=code))
