"""A screen is sent once it has come to rest, and not later than it must be."""

from __future__ import annotations

import asyncio

from kvtui.console.terminal.rest import PATIENT, Rest


async def test_the_first_screen_is_sent_at_once() -> None:
    done: list[int] = []
    Rest(asyncio.get_running_loop(), 60).begin(lambda: done.append(1))
    assert done == [1]


async def test_changes_in_a_row_are_sent_as_one() -> None:
    done: list[int] = []
    rested = asyncio.Event()
    rest = Rest(asyncio.get_running_loop(), 0.01)
    rest.begin(lambda: done.append(1))

    def send() -> None:
        done.append(1)
        rested.set()

    for _ in range(50):
        rest.begin(send)
        await asyncio.sleep(0)
    await asyncio.wait_for(rested.wait(), 10)
    assert done == [1, 1]


async def test_a_screen_that_never_rests_is_sent_all_the_same() -> None:
    sent = asyncio.Event()
    rest = Rest(asyncio.get_running_loop(), PATIENT / 2)
    rest.begin(lambda: None)
    async with asyncio.timeout(10):
        for _ in iter(sent.is_set, True):
            rest.begin(sent.set)
            await asyncio.sleep(0.001)
