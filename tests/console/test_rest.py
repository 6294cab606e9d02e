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
    rest = Rest(asyncio.get_running_loop(), 0.01)
    for _ in range(50):
        rest.begin(lambda: done.append(1))
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        while len(done) < 2:
            await asyncio.sleep(0.001)
    assert done == [1, 1]


async def test_a_screen_that_never_rests_is_sent_all_the_same() -> None:
    loop, done = asyncio.get_running_loop(), list[float]()
    rest, began = Rest(loop, 1_000), loop.time()
    rest.begin(lambda: None)
    rest._quiet = PATIENT / 2
    async with asyncio.timeout(10):
        while not done:
            rest.begin(lambda: done.append(loop.time()))
            await asyncio.sleep(0.001)
    assert done[0] - began >= PATIENT / 2
