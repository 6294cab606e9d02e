"""HTTP: an answer read with limits, how long it asks to wait, the parts of a URL."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from kvtui.azure.limits import Limits
from kvtui.core.words import count

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
LONGEST_WAIT = 366 * 86_400


class AnswerError(Exception):
    """The body is not one of an Azure service. The text says why, without quoting the body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `headers` has lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises AnswerError otherwise."""
        if "html" in self.headers.get("content-type", "").lower() or self.body.lstrip()[:1] == b"<":
            raise AnswerError("it is a web page, as a proxy or a sign-in portal sends")
        try:
            parsed = json.loads(self.body)
        except (ValueError, RecursionError):
            raise AnswerError("it is not JSON") from None
        if not isinstance(parsed, dict):
            raise AnswerError("it is not a JSON object")
        return parsed

    def error(self) -> dict[str, Any]:
        """The `error` object of an error response, or an empty one when the body has none."""
        try:
            found = self.json().get("error")
        except AnswerError:
            return {}
        return found if isinstance(found, dict) else {}


async def read_answer(
    status: int, headers: Mapping[str, str], chunks: AsyncIterator[bytes], limits: Limits
) -> Answer:
    """Collects the body. Raises AnswerError when it is too large, TimeoutError when it arrives too slowly."""
    lower = {name.lower(): value for name, value in headers.items()}
    body = bytearray()
    async with asyncio.timeout(limits.body):
        async for chunk in chunks:
            body += chunk
            if len(body) > limits.answer:
                raise AnswerError(f"it is larger than {limits.answer:,} bytes")
    return Answer(status, lower, _decoded(bytes(body), lower.get("content-encoding", ""), limits.answer))


def _decoded(body: bytes, encoding: str, limit: int) -> bytes:
    # kvtui requests plain bytes; a proxy may still compress, and a small answer may unpack to a huge one.
    if encoding.lower() in ("", "identity"):
        return body
    if encoding.lower() not in ("gzip", "deflate"):
        raise AnswerError("it is compressed in a way that was not asked for")
    try:
        plain = zlib.decompressobj(wbits=47).decompress(body, limit + 1)
    except zlib.error:
        raise AnswerError("its compression is broken") from None
    if len(plain) > limit:
        raise AnswerError(f"it is larger than {limit:,} bytes")
    return plain


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
    if seconds > LONGEST_WAIT:
        return "more than a year"
    for size, unit in _UNITS:
        if seconds >= 2 * size or size == 1:
            return count(max(round(seconds / size), 1), unit)
    raise AssertionError("a second is the smallest unit")


def split_url(url: str) -> SplitResult:
    """The parts of a URL from outside; all are empty if it is malformed, as `https://[::1` is."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
