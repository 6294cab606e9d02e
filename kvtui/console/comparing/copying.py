"""Copies secrets that one of two compared vaults lacks, after asking; else the `az` commands are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.app.compare.copying import Copied, can_be_copied, copy_secrets
from kvtui.app.compare.keys import ComparedKey, Status
from kvtui.console.comparing import texts
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.form import ChangePrompt
from kvtui.console.provisioning.texts import CHANGE
from kvtui.console.ui import Ui
from kvtui.core.problems import Problem, ProblemError, ProblemKind

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.azure.vault import Vault
    from kvtui.console.comparing.result import Result

AT_MOST = 100
"""Names in one command, which has to fit into a terminal's clipboard."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One direction with what can be copied."""

    id: str
    source: str
    target: str
    keys: tuple[ComparedKey, ...]
    secrets: tuple[SecretName, ...]
    backwards: bool
    """From the other vault to the vault of pane 3."""

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind."""
        held = {secret.name for secret in self.secrets}
        return Counter(_KINDS[key.kind] for key in self.keys if key.name in held)


_KINDS = {"variable": "variable", "connection": "connection", "config": "config option"}


@dataclass(eq=False, repr=False)
class SecretCopying:
    """The change of a comparison."""

    _ui: Ui
    _changes: ChangeRunner
    _secrets: SecretsController

    def list_again(self) -> None:
        """Lists the names of pane 3 again."""
        self._secrets.load_names()

    async def copy(
        self, result: Result, vaults: tuple[Vault, Vault], name: str, say: Callable[[str | Problem], None]
    ) -> str | Problem | None:
        """Asks and copies; returns what came of it, None if the user cancelled.

        `name`: the selected secret, which can be copied by itself; `say` is called with the progress.
        """
        ways = [way for way in _ways(result, name) if way.secrets]
        if not ways:
            return texts.NOTHING_MISSING
        prompt = _prompt(ways, selects=self._changes.allowed)
        answers = await self._changes.ask(texts.COPY, lambda _: prompt)
        if answers is None:
            return None
        way = next(way for way in ways if way.id == answers.action)
        source, target = reversed(vaults) if way.backwards else vaults
        done: list[Copied] = []

        def copied(one: Copied) -> None:
            done.append(one)
            say(texts.copying(len(done), len(way.secrets), way.target))

        say(texts.copying(0, len(way.secrets), way.target))
        try:
            await copy_secrets(source, target, way.secrets, copied)
        except ProblemError as error:
            if error.problem.kind is ProblemKind.DENIED:
                self._ui.later(
                    self._changes.offer_commands, texts.COPY, _prompt([way], selects=False), error.problem
                )
            return error.problem
        return texts.copied(done, way.target)


def _ways(result: Result, name: str) -> Iterator[_Way]:
    """The selected one, then everything in each direction."""
    here, there = result.here.label, result.there.label
    directions = [
        ("there", here, there, result.comparison.of(Status.ONLY_HERE), False),
        ("here", there, here, result.comparison.of(Status.ONLY_THERE), True),
    ]
    for _, source, target, keys, backwards in directions:
        selected = tuple(key for key in keys if key.name == name)
        if selected and len(keys) > 1:
            yield _Way("one", source, target, selected, _secrets_of(selected), backwards)
    for id, source, target, keys, backwards in directions:
        yield _Way(id, source, target, keys, _secrets_of(keys), backwards)


def _secrets_of(keys: Iterable[ComparedKey]) -> tuple[SecretName, ...]:
    return can_be_copied(held for key in keys if (held := key.here or key.there) is not None)


def _prompt(ways: Sequence[_Way], *, selects: bool) -> ChangePrompt:
    """What is copied; `selects`: the user can select it, else there are only the commands."""
    from kvtui.azure.commands import copy_secrets as command

    commands: list[str] = []
    about: dict[str, str] = {}
    for way in ways:
        batches = list(_in_batches([secret.name for secret in way.secrets]))
        for part, names in enumerate(batches, 1):
            text = command(way.source, way.target, names)
            commands.append(text)
            about[text] = (
                texts.command_for(names[0], way.source, way.target)
                if way.id == "one"
                else texts.commands_for(len(names), way.source, way.target, part, len(batches))
            )
    return ChangePrompt(
        ((CHANGE, texts.COPY_SELECTED if selects else texts.COPY_WHAT),),
        tuple(commands),
        about=about,
        heading=texts.COMMANDS,
        actions=tuple((way.id, _action(way)) for way in ways),
        by_hand=texts.BY_HAND,
    )


def _in_batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), AT_MOST):
        yield names[start : start + AT_MOST]


def _action(way: _Way) -> str:
    if way.id == "one":
        return texts.copy_one(way.secrets[0].name, way.target)
    return texts.copy_action(way.kinds, way.target)
