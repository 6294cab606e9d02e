"""Whether a client id is one: the directory tells it from an object id, which people mix up."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.headless.request import Request
from kvtui.headless.text import say
from kvtui.settings.model import Settings, SignInKind

if TYPE_CHECKING:
    from kvtui.azure.model import DirectoryEntry
    from kvtui.azure.signin import SignedIn

SECONDS = 30.0
"""The longest that an export waits for the directory."""


async def entries_of(who: SignedIn, settings: Settings) -> list[DirectoryEntry]:
    """What the directory has under the settings' client id, be it an object id. Raises `ProblemError`."""
    from kvtui.azure.signin import open_directory

    directory = open_directory(who, settings)
    try:
        return [entry async for batch in directory.find(settings.client_id) for entry in batch]
    finally:
        await directory.close()


def refuse_object_id(request: Request) -> None:
    """Raises `ProblemError` (usage) when the settings' client id is an object id of the directory.

    An export needs no Azure: without a sign-in that asks nobody, or without an answer in time, it goes on.
    """
    kind = request.settings.sign_in
    if kind in (SignInKind.DEVICE_CODE, SignInKind.BROWSER):
        return
    if kind is SignInKind.AUTO and shutil.which("az") is None:
        return
    import asyncio

    try:
        asyncio.run(asyncio.wait_for(_refuse(request.settings), SECONDS))
    except TimeoutError:
        say("note: The directory did not answer in time: the client id was not checked there.")


async def _refuse(settings: Settings) -> None:
    from dataclasses import replace

    from kvtui.azure.entries import mistaken_id
    from kvtui.headless.signing import signed_in

    if settings.sign_in is SignInKind.AUTO:
        settings = replace(settings, sign_in=SignInKind.AZURE_CLI)
    try:
        async with signed_in(settings) as who:
            found = await entries_of(who, settings)
    except ProblemError:
        return
    wrong = mistaken_id(found, settings.client_id)
    if wrong:
        raise ProblemError(Problem(wrong, "Give the client id with --client-id.", Exit.USAGE))
