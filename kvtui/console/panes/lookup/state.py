"""One lookup: what is asked and the result."""

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
    """One lookup: what is asked and the result."""

    key: str = ""
    kind: Kind = Kind.VARIABLE
    deserialize: bool = False
    what_if: VersionsInUse | None = None
    """The Airflow version of a what-if, in this pane only; None: the project's or the selected version."""
    from_files: bool = False
    """The files on disk are simulated; False: the settings."""
    as_user: bool = False
    """The signed-in user asks the vault; False: the deployment identity, if kvtui can sign in as it."""
    can_ask_as_files: bool = True
    """kvtui can sign in as the identity of the files on disk, as far as they were read."""
    phase: Phase = Phase.IDLE
    predicted: bool = False
    """The result was made from the loaded names, not from the vault's answer."""
    simulation: Simulation | None = None
    runs_as: str = ""
    """The identity that asked the vault; empty before."""
    would_run_as: str = ""
    """The identity that Enter asks the vault as."""
    near: tuple[NearMiss, ...] = ()
    files: tuple[str, ...] = ()
    """The names of the files that configure Airflow."""
    about_files: tuple[str, ...] = ()
    """How the files on disk differ from the settings; with `from_files`, also notes about the files."""
    problem: Problem | None = None

    def asking(self, key: str) -> LookupState:
        """The same options for another key, without a result."""
        return LookupState(
            key,
            self.kind,
            self.deserialize,
            self.what_if,
            self.from_files,
            self.as_user,
            self.can_ask_as_files,
        )

    @property
    def can_ask(self) -> bool:
        """Whether Enter asks the vault for the key, which is only predicted so far."""
        return (
            bool(self.key) and self.predicted and self.phase is not Phase.BUSY and not self.is_without_vault
        )

    @property
    def is_without_vault(self) -> bool:
        """Whether the prediction is final: no backend found the key, and Airflow does not ask the vault."""
        found = self.simulation
        return (
            found is not None
            and found.result.outcome != "value"
            and all(step.backend != "AzureKeyVaultBackend" for step in found.steps)
        )

    @property
    def question(self) -> Question:
        """The lookup as a DAG makes it."""
        from kvtui.app.trace import Question

        return Question(self.key, self.kind, self.deserialize and self.kind is Kind.VARIABLE)
