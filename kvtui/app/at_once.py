"""Work on many things, several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


async def at_once(items: Iterable[Item], work: Callable[[Item], Awaitable[None]], limit: int) -> None:
    """Does `work` on every item, at most `limit` of them at the same time, begun in their order.

    The first error, or a cancellation, stops the others and is raised.
    """
    left = iter(items)

    async def take() -> None:
        for item in left:
            await work(item)

    tasks = [asyncio.ensure_future(take()) for _ in range(limit)]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
