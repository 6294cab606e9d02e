"""Secrets that one vault has and another lacks, copied over: value, content type, tags and dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kvtui.app.at_once import at_once
from kvtui.azure.model import SecretAttributes, SecretName
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault
    from kvtui.core.problems import Problem

AT_ONCE = 4
"""Secrets that are written at the same time."""
_THIS_ONE_ONLY = ("SecretDisabled", "SecretNotFound", "ObjectIsDeletedButRecoverable")
"""Errors that say nothing about the next secret."""


class Outcome(StrEnum):
    """What became of one secret."""

    COPIED = "copied"
    THERE = "there"
    """The other vault has one of that name by now: it was not changed."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Copied:
    """One secret and what became of it."""

    name: str
    outcome: Outcome
    problem: Problem | None = None


def can_be_copied(secrets: Iterable[SecretName]) -> tuple[SecretName, ...]:
    """Those whose value can be read and stored: not disabled, and not the secret of a certificate."""
    return tuple(secret for secret in secrets if secret.enabled and not secret.managed)


async def copy_secrets(
    source: Vault, target: Vault, secrets: Sequence[SecretName], done: Callable[[Copied], None]
) -> None:
    """Copies secrets that `target` lacks; one that it has by now is not changed.

    `done` is called for each when it has ended. Raises `ProblemError` for an error that is not about one
    secret only, such as a missing right: what was not begun then is not copied.
    """

    async def one(secret: SecretName) -> None:
        try:
            done(Copied(secret.name, await _copy(source, target, secret)))
        except ProblemError as error:
            if error.problem.code not in _THIS_ONE_ONLY:
                raise
            done(Copied(secret.name, Outcome.FAILED, error.problem))

    await at_once(secrets, one, AT_ONCE)


async def _copy(source: Vault, target: Vault, secret: SecretName) -> Outcome:
    if await target.versions(secret.name):
        return Outcome.THERE
    fetched = await source.value(secret.name)
    attributes = SecretAttributes(secret.content_type, secret.tags, secret.expires, secret.not_before)
    await target.store(secret.name, fetched.value, attributes)
    return Outcome.COPIED
