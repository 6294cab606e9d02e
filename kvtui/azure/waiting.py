"""Waiting until Azure knows of a change: the directory replicates, grants and secrets take a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from kvtui.azure.limits import LIMITS, Limits
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError


async def until(holds: Callable[[], Awaitable[bool]], what: str, limits: Limits = LIMITS) -> None:
    """Asks again and again until `holds`. Raises ProblemError (UNREACHABLE) after `limits.settle` seconds.

    `what` is what is waited for, as the end of the sentence "Azure does not … yet".
    """
    try:
        async with asyncio.timeout(limits.settle):
            while True:
                if await holds():
                    return
                await asyncio.sleep(limits.poll)
    except TimeoutError:
        raise ProblemError(
            Problem(
                f"The change was made, but after {limits.settle / 60:.0f} minutes Azure does not {what} yet.",
                "Wait a little longer, then open the details again.",
                Exit.UNREACHABLE,
                code="propagation",
            )
        ) from None
