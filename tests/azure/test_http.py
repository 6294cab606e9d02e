"""Answers are read with limits, whatever the other side sends."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kvtui.azure.http import Answer, AnswerError, read_answer
from kvtui.azure.limits import LIMITS

SMALL = replace(LIMITS, answer=1000, body=0.05)


async def _chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def _answer(body: bytes, **headers: str) -> Answer:
    return Answer(200, headers, body)


async def test_a_body_in_pieces_is_put_together() -> None:
    answer = await read_answer(200, {"Content-Type": "application/json"}, _chunks(b'{"a"', b":1}"), SMALL)
    assert answer.json() == {"a": 1}


async def test_a_body_over_the_limit_is_rejected() -> None:
    with pytest.raises(AnswerError, match="larger than 1,000 bytes"):
        await read_answer(200, {}, _chunks(b"x" * 600, b"x" * 600), SMALL)


async def test_a_small_compressed_body_that_grows_is_rejected() -> None:
    bomb = gzip.compress(b" " * 5_000_000)
    with pytest.raises(AnswerError, match="larger than"):
        await read_answer(200, {"Content-Encoding": "gzip"}, _chunks(bomb), replace(SMALL, answer=20_000))


async def test_a_compressed_body_that_was_not_asked_for_is_still_read() -> None:
    answer = await read_answer(200, {"Content-Encoding": "gzip"}, _chunks(gzip.compress(b'{"a":1}')), SMALL)
    assert answer.json() == {"a": 1}


async def test_a_body_that_drips_ends_by_the_clock() -> None:
    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await read_answer(200, {}, drip(), SMALL)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_what_is_not_a_json_object_is_rejected(body: bytes) -> None:
    with pytest.raises(AnswerError):
        _answer(body).json()


def test_a_web_page_is_called_one() -> None:
    with pytest.raises(AnswerError, match="web page"):
        _answer(b"<html>Sign in to the portal</html>").json()


def test_an_error_without_the_usual_form_is_empty() -> None:
    assert _answer(b'{"error": "teapot"}').error() == {}


def test_an_answers_repr_shows_no_body() -> None:
    assert "kvtui-canary" not in repr(_answer(b'{"value": "kvtui-canary"}'))
