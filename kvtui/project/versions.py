"""Which Airflow and provider are simulated: the chosen ones, else the project's, else the newest known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.airflow.releases import NEWEST_AIRFLOW, NEWEST_OF_SERIES, NEWEST_PROVIDER

if TYPE_CHECKING:
    from kvtui.project.model import FileState, Project
    from kvtui.settings.model import Settings

CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class VersionsInUse:
    """What is simulated, and where each version comes from."""

    airflow: str = NEWEST_AIRFLOW
    airflow_source: str = "newest known"
    """In a few words: `chosen`, `Dockerfile`, `newest 3.1, from Dockerfile`, `newest known`."""
    provider: str = NEWEST_PROVIDER
    provider_source: str = "newest known"
    notes: tuple[str, ...] = ()
    """Notes about the detection, one sentence each."""


def versions_in_use(settings: Settings, project: Project) -> VersionsInUse:
    """The versions for these settings and this project.

    With Remote Execution the agents' own image and requirements apply, if the project has them. Raises
    `ProblemError` (usage) for an invalid pin.
    """
    from kvtui.airflow.versions import detect_airflow, detect_provider

    docker = image_file(settings, project)
    named = requirements_file(settings, project)
    notes: list[str] = []
    airflow, airflow_source = _newest_patch(settings.airflow_version), CHOSEN
    if airflow != settings.airflow_version:
        notes.append(
            f"{settings.airflow_version} is a series: kvtui assumes {airflow}, the newest patch it knows."
        )
    notes += _beyond(airflow) if airflow else []
    if not airflow:
        found = detect_airflow(docker.text, docker.path.name) if docker.text else None
        airflow = found.version if found else NEWEST_AIRFLOW
        airflow_source = "newest known"
        if found:
            airflow_source = (
                found.source if found.exact else f"newest {_series(airflow)}, from {found.source}"
            )
        what = (
            f"No Airflow version is named in {docker.path}" if docker.exists else f"There is no {docker.path}"
        )
        notes.append(found.note if found else f"{what}: kvtui assumes Airflow {airflow}.")
    provider, provider_source = settings.provider_version, CHOSEN
    if not provider:
        detected = detect_provider(named.text, airflow, named.path.name, str(named.path))
        provider = detected.version
        provider_source = detected.source if detected.exact else "newest for this Airflow"
        notes.append(detected.note)
    return VersionsInUse(
        airflow, airflow_source, provider, provider_source, tuple(note for note in notes if note)
    )


def known_airflow(settings: Settings, project: Project) -> str:
    """The Airflow that was chosen or that the image names; empty if there is neither."""
    if settings.airflow_version:
        return settings.airflow_version
    from kvtui.airflow.versions import detect_airflow

    docker = image_file(settings, project)
    found = detect_airflow(docker.text, docker.path.name) if docker.text else None
    return found.version if found else ""


def _newest_patch(version: str) -> str:
    """A version of two numbers means the newest patch of its series, as in an image's tag."""
    return NEWEST_OF_SERIES.get(version, version)


def _series(version: str) -> str:
    """`3.1` of `3.1.8`."""
    return ".".join(version.split(".")[:2])


def _beyond(airflow: str) -> list[str]:
    """A note about an Airflow version that kvtui does not know."""
    from kvtui.airflow.rules import numbers

    if numbers(airflow) > numbers(NEWEST_AIRFLOW):
        return [f"Airflow {airflow} is newer than kvtui knows; it is simulated as {NEWEST_AIRFLOW} is."]
    if numbers(airflow) < (2, 10, 0):
        return [f"Airflow {airflow} is older than the releases that kvtui was tested with (2.10 and later)."]
    return []


def image_file(settings: Settings, project: Project) -> FileState:
    """The Dockerfile of the image that runs the tasks."""
    remote = settings.has_client_image
    return project.dockerfile_client if remote and project.dockerfile_client.exists else project.dockerfile


def requirements_file(settings: Settings, project: Project) -> FileState:
    """The requirements of that image."""
    remote = settings.has_client_image
    theirs = project.requirements_client
    return theirs if remote and theirs.exists else project.requirements
