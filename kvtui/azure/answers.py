"""One answer of a service, read with limits: status, headers and at most so many bytes."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kvtui.azure.limits import Limits


class AnswerError(Exception):
    """The body is not what a service of Azure sends. Its text says why, without quoting the body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` has lower-case names."""

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
        """The `error` object of a refusal, or an empty one when the body has none."""
        try:
            found = self.json().get("error")
        except AnswerError:
            return {}
        return found if isinstance(found, dict) else {}


async def read_answer(
    status: int, headers: Mapping[str, str], chunks: AsyncIterator[bytes], limits: Limits
) -> Answer:
    """Collects the body. Raises AnswerError when it is too large, TimeoutError when it drips."""
    lower = {name.lower(): value for name, value in headers.items()}
    body = bytearray()
    async with asyncio.timeout(limits.body):
        async for chunk in chunks:
            body += chunk
            if len(body) > limits.answer:
                raise AnswerError(f"it is larger than {limits.answer:,} bytes")
    return Answer(status, lower, _decoded(bytes(body), lower.get("content-encoding", ""), limits.answer))


def _decoded(body: bytes, encoding: str, limit: int) -> bytes:
    # We ask for plain bytes; a proxy may compress all the same, and a small answer may hide a huge one.
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
