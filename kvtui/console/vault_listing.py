"""Fills a dialog with the vaults that the signed-in user can see, while they are listed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from kvtui.app.session import Session
from kvtui.core.problems import Problem, ProblemError
from kvtui.settings.model import Settings

if TYPE_CHECKING:
    from kvtui.azure.model import FoundVault


class ShowsVaults(Protocol):
    """A dialog with a list of vaults that grows."""

    def add(self, found: Iterable[FoundVault]) -> None:
        """Adds vaults."""

    def finish(self, problem: Problem | None = None) -> None:
        """Ends the listing, with the problem that stopped it, if any."""


async def list_vaults_into(dialog: ShowsVaults, session: Session, settings: Settings) -> None:
    """Lists the vaults of the settings' cloud into the dialog, a page at a time. A problem ends there too."""
    try:
        access = await session.access(settings)
        async for found in access.vaults():
            dialog.add(found)
    except ProblemError as error:
        dialog.finish(error.problem)
    else:
        dialog.finish()
