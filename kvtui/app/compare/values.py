"""Values of two vaults compared without keeping them: only digests with a key of this run are held."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kvtui.app.at_once import at_once
from kvtui.app.compare.keys import ComparedKey, ValueResult
from kvtui.app.digests import Digests
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault

AT_ONCE = 8
"""Values that are fetched at the same time."""
_THIS_ONE_ONLY = ("SecretDisabled", "SecretNotFound")
"""Errors that say nothing about the next value."""


async def compare_values(
    here: Vault, there: Vault, keys: Sequence[ComparedKey], progress: Callable[[int], None] = lambda _: None
) -> dict[str, ValueResult]:
    """The result for each key, by secret name in lower case; each value is fetched once.

    `progress` is called with the number of keys that are done. Raises `ProblemError` for an error that is
    not about one secret only, such as a missing right.
    """
    digests = Digests()
    found: dict[str, ValueResult] = {}

    async def one(key: ComparedKey) -> None:
        left = await _digest(here, key.name, digests)
        right = await _digest(there, key.name, digests) if left is not None else None
        if left is None or right is None:
            result = ValueResult.UNREADABLE
        else:
            result = ValueResult.SAME if hmac.compare_digest(left, right) else ValueResult.DIFFERS
        found[key.name.lower()] = result
        progress(len(found))

    await at_once(keys, one, AT_ONCE)
    return found


async def _digest(vault: Vault, name: str, digests: Digests) -> bytes | None:
    """The digest of one value; None if the vault does not give it."""
    try:
        return digests.of((await vault.value(name)).value)
    except ProblemError as error:
        if error.problem.code in _THIS_ONE_ONLY:
            return None
        raise
