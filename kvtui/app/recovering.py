"""Recovers a deleted secret, and waits until the vault shows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.azure.limits import LIMITS, Limits
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault


async def recover(vault: Vault, name: str, limits: Limits = LIMITS) -> None:
    """Recovers the secret with all its versions. Asks for no value. Raises `ProblemError`."""
    from kvtui.azure.waiting import until

    async def is_back() -> bool:
        try:
            return bool(await vault.versions(name))
        except ProblemError as error:
            if error.problem.status == 404:
                return False
            raise

    await vault.recover(name)
    await until(is_back, "show the recovered secret", limits)
