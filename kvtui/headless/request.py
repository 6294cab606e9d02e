"""What a headless command is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kvtui.exits import Exit
from kvtui.problems import Problem, ProblemError
from kvtui.project import Project
from kvtui.settings.model import Settings, Target, VaultAddress


@dataclass(frozen=True, slots=True)
class Request:
    """One command with its settings, the project it is about and the rest of the command line."""

    settings: Settings
    project: Project
    options: Mapping[str, object]

    @property
    def json(self) -> bool:
        """Whether stdout is one JSON document."""
        return bool(self.options.get("json"))

    def flag(self, name: str) -> bool:
        """Whether the option without a value was given."""
        return bool(self.options.get(name))

    def text(self, name: str, default: str = "") -> str:
        """The option's value."""
        return str(self.options.get(name, default))

    def vault(self) -> VaultAddress:
        """The chosen vault. Raises `ProblemError` (usage) if there is none."""
        if self.settings.vault is None:
            remedy = "Give it: --vault-url https://NAME.vault.azure.net/ or just the name."
            raise ProblemError(Problem(what="No vault is chosen.", remedy=remedy, exit=Exit.USAGE))
        return self.settings.vault


@dataclass(frozen=True, slots=True)
class VersionsInUse:
    """What is simulated, and how kvtui came to it."""

    airflow: str
    provider: str
    notes: tuple[str, ...]
    """What a human should know about the detection, one sentence each."""


def versions_in_use(settings: Settings, project: Project) -> VersionsInUse:
    """The chosen versions, else the project's, else the newest known.

    With Remote Execution the agents' own image and requirements count, where the project has them.
    """
    from kvtui.airflow.versions import NEWEST_AIRFLOW, detect_airflow, detect_provider

    remote = settings.target is Target.REMOTE_EXECUTION
    docker = project.dockerfile_client if remote and project.dockerfile_client.exists else project.dockerfile
    named = (
        project.requirements_client if remote and project.requirements_client.exists else project.requirements
    )
    notes: list[str] = []
    airflow = settings.airflow_version
    if not airflow:
        found = detect_airflow(docker.text, docker.path.name) if docker.text else None
        airflow = found.version if found else NEWEST_AIRFLOW
        notes.append(
            found.note if found else f"No Airflow is named in {docker.path.name}: taken for {airflow}."
        )
    provider = settings.provider_version
    if not provider:
        detected = detect_provider(named.text or "", airflow, named.path.name)
        provider = detected.version
        notes.append(detected.note)
    return VersionsInUse(airflow, provider, tuple(note for note in notes if note))
