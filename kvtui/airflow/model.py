"""What a simulated lookup yields: its steps, its result and what Airflow logs. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, NoReturn

from kvtui.core.secret_text import MASK


class _Unset(Enum):
    UNSET = "not given"


UNSET: Final = _Unset.UNSET
"""No default given. None is a default like any other."""


class Sealed:
    """Any value that does not show itself: `repr` and `str` give the mask, copies are refused."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def reveal(self) -> object:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a secret's value is neither copied nor serialised")

    __reduce__ = __reduce_ex__ = __getstate__ = __copy__ = __deepcopy__ = _refuse


@dataclass(frozen=True, slots=True)
class ExceptionInfo:
    """An exception as the caller meets it."""

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


@dataclass(frozen=True, slots=True)
class Step:
    """One backend asked, or passed over."""

    backend: str
    """The backend's class name."""
    where: str
    """`worker`, `triggerer`, `api-server`, or `process` where there is only one."""
    asked: str
    """The secret's, the environment variable's or the metastore's name; empty if nothing was asked."""
    outcome: str
    """`found`, `absent`, `refused`, `error` or `not asked`."""
    detail: str = ""
    """What happened and what follows, in plain words."""
    logged: str = ""
    """What Airflow logs at WARNING or above because of it; empty if nothing."""


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
    """The metastore would have been asked, kvtui cannot see it, and the result holds if it has nothing."""
    sealed: Sealed | None = None

    def reveal(self) -> object:
        """What the caller gets, as it is; a connection as a dict of its fields. None if it raises."""
        return self.sealed.reveal() if self.sealed is not None else None


@dataclass(frozen=True, slots=True)
class Simulation:
    """One lookup as Airflow would do it."""

    key: str
    kind: str
    """`variable`, `connection` or `config`."""
    context: str
    """`task`, `server` or `triggerer`."""
    airflow_version: str
    provider_version: str
    secret_name: str | None
    """The name that the vault is asked for, or would be; None if the backend builds none."""
    steps: tuple[Step, ...]
    result: Result
    headlines: tuple[str, ...] = ()
    """What a human must not miss, the gravest first."""
    logs: tuple[LogLine, ...] = ()
    """What Airflow's own loggers write."""
    azure_logs: tuple[LogLine, ...] = ()
    """What Azure's SDK writes into the same log; at INFO it is normal."""
    runs_as: str = ""
    """Whom the backend's kwargs make Airflow be, in words; empty without a backend."""
    unknown: str = ""
    """Why the answer rests on a backend that was not asked; empty if all were that Airflow asks."""
