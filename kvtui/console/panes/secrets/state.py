"""The names of the vault, and the details of one secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from kvtui.console.phase import Phase

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName, SecretVersion
    from kvtui.core.problems import Problem


class SortBy(Enum):
    """The column by which the names are sorted."""

    KEY = auto()
    """Below the headings of the kinds; the others make one list of all kinds."""
    NAME = auto()
    EXPIRES = auto()
    """The next one first; those that do not expire last."""
    UPDATED = auto()
    """The newest first."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The secret whose details are shown."""

    name: SecretName
    versions: tuple[SecretVersion, ...] | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """The vault answered so; after `seconds` it is asked again."""

    status: int
    seconds: int


@dataclass(frozen=True, slots=True)
class SecretsState:
    """The names of the vault, as they arrive."""

    phase: Phase = Phase.IDLE
    names: Sequence[SecretName] = ()
    seconds: float = 0.0
    as_deployment: bool = False
    """Listed as the deployment identity; False: as the signed-in user."""
    filter: str = ""
    sort: SortBy = SortBy.KEY
    folded: frozenset[str] = frozenset()
    opened: Opened | None = None
    problem: Problem | None = None
    rest: str = ""
    """Where a listing that broke off goes on; empty: nowhere."""
    wait: Wait | None = None
    """The listing goes on after it."""
