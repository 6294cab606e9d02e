"""The outcome of a simulated lookup: its steps, its result and what Airflow logs. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import Any, Final

from kvtui.core.secret_text import Sealed
from kvtui.settings.model import Context, Kind


class _Unset(Enum):
    UNSET = "not given"


UNSET: Final = _Unset.UNSET
"""No default given. None is a default like any other."""


@dataclass(frozen=True, slots=True)
class ExceptionInfo:
    """An exception as the caller gets it."""

    type: str
    """The bare class name: `KeyError`."""
    message: str
    """`str(exception)`."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that Airflow logs during the lookup."""

    level: str
    """`DEBUG`, `INFO`, `WARNING` or `ERROR`."""
    logger: str
    text: str
    where: str = "process"
    """Whose log it is: `worker` (the task's), `supervisor` (of the task, or the triggerer), `triggerer`,
    `api-server`, or `process` where there is only one."""


class Outcome(StrEnum):
    """What a backend did for a lookup."""

    FOUND = "found"
    ABSENT = "absent"
    DENIED = "refused"
    ERROR = "error"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Step:
    """One backend that was asked or skipped."""

    backend: str
    """The backend's class name."""
    where: str
    """`worker`, `triggerer`, `api-server`, or `process` where there is only one."""
    asked: str
    """The secret's, the environment variable's or the metastore's name; empty if nothing was asked."""
    outcome: Outcome
    detail: str = ""
    """What happened and what follows, in plain words."""
    logged: str = ""
    """What Airflow logs at WARNING or above because of it; empty if nothing."""


@dataclass
class LookupTrace:
    """Records what a lookup does: its steps, what Airflow logs, and the headlines."""

    steps: list[Step] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def step(
        self, backend: str, where: str, asked: str, outcome: Outcome, detail: str, logged: str = ""
    ) -> None:
        """Adds a `Step`."""
        self.steps.append(Step(backend, where, asked, outcome, detail, logged))

    def revise(self, at: int, **changes: Any) -> None:
        """Changes fields of an existing step."""
        self.steps[at] = replace(self.steps[at], **changes)

    def log(self, level: str, logger: str, text: str, where: str = "process") -> None:
        """Adds a `LogLine`."""
        self.logs.append(LogLine(level, logger, text, where))

    def note(self, headline: str) -> None:
        """Adds a headline, once."""
        if headline and headline not in self.notes:
            self.notes.append(headline)


@dataclass(frozen=True, slots=True)
class Result:
    """What the caller gets."""

    outcome: str
    """`value`, `default` or `raises`."""
    answered_by: str | None = None
    """`AzureKeyVaultBackend@worker`: the backend and where it ran; `default`; None if it raises."""
    length: int | None = None
    """The length of the text that was found, before it was decoded."""
    value_type: str = ""
    """The Python type of what the caller gets: `str`, `dict`, `Connection`; empty if it raises."""
    exception: ExceptionInfo | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """A connection's fields for display, the password and sensitive extras masked."""
    assumes_metastore_empty: bool = False
    """The result assumes that the metastore, which kvtui cannot see, does not have the key."""
    sealed: Sealed | None = None

    def reveal(self) -> object:
        """What the caller gets, as it is; a connection as a dict of its fields. None if it raises."""
        return self.sealed.reveal() if self.sealed is not None else None


@dataclass(frozen=True, slots=True)
class Simulation:
    """One lookup as Airflow would do it."""

    key: str
    kind: Kind
    context: Context
    airflow_version: str
    provider_version: str
    secret_name: str | None
    """The name that the vault is asked for, or would be; None if the backend builds none."""
    steps: tuple[Step, ...]
    result: Result
    headlines: tuple[str, ...] = ()
    """The most important facts, the most serious first."""
    logs: tuple[LogLine, ...] = ()
    """What Airflow's own loggers write."""
    azure_logs: tuple[LogLine, ...] = ()
    """What Azure's SDK writes into the same log; at INFO it is normal."""
    unknown: str = ""
    """Why the answer assumes something about a backend that was not asked; empty: it assumes nothing."""
