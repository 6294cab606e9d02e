"""One lookup, as it is typed and as it was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.console.phase import Phase
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.airflow.model import Simulation
    from kvtui.airflow.nearby import NearMiss
    from kvtui.app.trace import Question
    from kvtui.core.problems import Problem
    from kvtui.project.versions import VersionsInUse


@dataclass(frozen=True, slots=True)
class LookupState:
    """One lookup, as it is typed and as it was answered."""

    key: str = ""
    kind: Kind = Kind.VARIABLE
    deserialize: bool = False
    what_if: VersionsInUse | None = None
    """The Airflow of a what-if, for this pane only; None: the project's own, or the chosen one."""
    from_files: bool = False
    """The files on disk are diagnosed as they are; else what the settings write."""
    as_user: bool = False
    """Asked for by the user; without it the deployment identity is used where it can be."""
    phase: Phase = Phase.IDLE
    predicted: bool = False
    """The shown simulation was made from the loaded names, not from the vault's answer."""
    simulation: Simulation | None = None
    runs_as: str = ""
    near: tuple[NearMiss, ...] = ()
    files: tuple[str, ...] = ()
    """The names of the files that set something for Airflow."""
    about_files: tuple[str, ...] = ()
    """How the files on disk differ from the settings; with `from_files`, also what else to know of them."""
    problem: Problem | None = None

    def asking(self, key: str) -> LookupState:
        """The same for another key, without an answer."""
        return LookupState(key, self.kind, self.deserialize, self.what_if, self.from_files, self.as_user)

    @property
    def question(self) -> Question:
        """What is looked up, as a DAG asks for it."""
        from kvtui.app.trace import Question

        return Question(self.key, self.kind, self.deserialize and self.kind is Kind.VARIABLE)
