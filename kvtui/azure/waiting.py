"""Waiting without blocking the event loop: for a blocking call, and until Azure shows a change."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

from kvtui.azure.limits import LIMITS, Limits
from kvtui.core.problems import Problem, ProblemError, ProblemKind

T = TypeVar("T")


async def until(holds: Callable[[], Awaitable[bool]], what: str, limits: Limits = LIMITS) -> None:
    """Polls until `holds` returns true. Raises ProblemError (UNREACHABLE) after `limits.settle` seconds.

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
                (
                    f"The change was made, but Azure does not {what} yet (waited {limits.settle / 60:.0f} "
                    "minutes)."
                ),
                "Wait a little longer, then open the details again.",
                ProblemKind.UNREACHABLE,
                code="propagation",
            )
        ) from None


async def in_thread(call: Callable[[], T]) -> T:
    """Runs `call` in a daemon thread: cancelling ends the wait at once, and the exit never waits for it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if not future.done():
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = call()
        except Exception as raised:
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, daemon=True, name="kvtui-sign-in").start()
    return await future
