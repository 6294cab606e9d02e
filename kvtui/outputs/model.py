"""The parts of a plan: the files as they will be, and what the user does next."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kvtui.project.model import FileState

if TYPE_CHECKING:
    from kvtui.outputs.env.parsers.table import ParserView

_PLACEHOLDER = re.compile(r"<[a-z][a-z0-9.-]*>")

What = Literal["env", "helm", "all"]
"""The values of `--export`."""


class FileKind(StrEnum):
    """Which of the outputs a file is."""

    ENV = "env"
    VALUES = "values"
    KUBERNETES_SECRET = "kubernetes-secret"  # noqa: S105 - a kind of file
    REQUIREMENTS = "requirements"
    GITIGNORE = "gitignore"
    BASELINE = "baseline"
    """The known failures of an audit: in no plan."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file, as it is and as it will be."""

    state: FileState
    """As it was read; the writer rejects a file that has changed since."""
    after: str = field(repr=False)
    """The whole new text. May hold secrets: not shown."""
    kind: FileKind
    airflow_version: str = ""
    """The Airflow that the file is for, if it depends on it; empty: not known."""
    deletes: bool = False
    """The file is deleted; `after` is empty then."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.state.path

    @property
    def secret(self) -> bool:
        """It holds the client secret or may hold other people's: written with mode 0600."""
        return self.kind in (FileKind.ENV, FileKind.KUBERNETES_SECRET)

    @property
    def changed(self) -> bool:
        """Whether writing it would change its text, or delete it."""
        return self.deletes or self.after != self.state.text

    @property
    def temporary(self) -> bool:
        """It is deleted once it is applied, so a missing file may have been written already."""
        return self.kind is FileKind.KUBERNETES_SECRET


class Removal(StrEnum):
    """What is removed again."""

    ALL = "all"
    """Both variables of a `.env`, with their lines."""
    SECRET = "secret"  # noqa: S105 - a choice
    """Only the client secret: vault, prefixes, tenant and client ID are kept, and with them the mode."""
    UNDO = "undo"
    """Everything that kvtui wrote, in every file: see `undo.plan_undo`."""


@dataclass(frozen=True, slots=True)
class WriteResult:
    """One file that was written or deleted, and read back as planned."""

    path: Path
    removal: Removal | None
    """What was removed from it; None: the settings were written."""
    private: bool
    """It has mode 0600."""


class StepKind(StrEnum):
    """What a step runs."""

    PROGRAM = "program"
    TRY_LOCALLY = "try locally"
    """`astro dev`, on this machine only."""
    WRITE_VARIABLES = "write variables"
    """kvtui writes only the managed variables into a file for the Deployment."""
    OTHERWISE = "otherwise"
    """Runs in place of the step before it, if the identity is of the other kind."""
    REMOVE_SECRET = "remove secret"  # noqa: S105 - a kind of step
    """kvtui takes the client secret out of `.env`."""


IF_THERE = " If the Deployment has them already, use `update` instead of `create`."
"""The end of the note on a command that creates variables."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something the user does after the files are written."""

    title: str
    command: str
    """Exact, to be run in the project's directory; `<angle brackets>` mark what only the user knows.
    Holds no secret. Empty: nothing to run, the note says what to do."""
    note: str = ""
    instead: str = ""
    """The same for existing objects: `update` where `create` fails."""
    needs: tuple[Path, ...] = ()
    """Files that the command reads: some programs exit with 0 without them and do nothing."""
    kind: StepKind = StepKind.PROGRAM
    updates: bool = False
    """`command` is the one for existing objects, and `instead` the other."""
    subject: str = ""
    """Of the federated credential that the command adds."""

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What only the user knows and has not given yet: `<deployment-id>`."""
        return tuple(dict.fromkeys(_PLACEHOLDER.findall(self.command)))

    @property
    def by_kvtui(self) -> bool:
        """kvtui itself runs it."""
        return self.kind in (StepKind.WRITE_VARIABLES, StepKind.REMOVE_SECRET)

    def as_update(self) -> NextStep:
        """The step if what `command` would create is known to exist."""
        note = self.note.removesuffix(IF_THERE)
        return replace(self, command=self.instead, instead=self.command, note=note, updates=True)


def words(command: str) -> tuple[str, ...]:
    """A step's command as the argument list that is run, without a shell."""
    return tuple(shlex.split(command))


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one export would write, with notices."""

    files: tuple[PlannedFile, ...]
    notices: tuple[str, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    parsers: tuple[ParserView, ...] = ()
    """What each program that reads `.env` gets from it; empty where no `.env` is written."""
    directory: Path | None = None
    """Where the commands of the next steps are run; None: there are none."""
