"""What to know about the requirements before they are written."""

from __future__ import annotations

from collections.abc import Sequence

from kvtui.airflow.provider_line import no_provider, objection, provider_line
from kvtui.airflow.requirements import read_requirements
from kvtui.outputs.model import FileKind, PlannedFile
from kvtui.outputs.requirements_file import names_provider
from kvtui.problems import ProblemError
from kvtui.project import Project
from kvtui.settings.model import Settings, Target
from kvtui.versions_in_use import known_airflow


def requirements_notices(settings: Settings, project: Project, files: Sequence[PlannedFile]) -> list[str]:
    """One sentence each. A file that is not among `files` takes no line: why, and what to do."""
    airflow = known_airflow(settings, project)
    local = project.requirements.text
    found: list[str] = []
    if settings.target is Target.REMOTE_EXECUTION and local is not None and not names_provider(local):
        found.append("requirements.txt does not name the provider: `astro dev` needs it there as well.")
    planned = next((file for file in files if file.kind is FileKind.REQUIREMENTS), None)
    if planned is None:
        return [*found, _why_not(settings, airflow)]
    return found + _about(planned, settings, airflow)


def _why_not(settings: Settings, airflow: str) -> str:
    if sentence := no_provider(settings.auth_mode, airflow):
        return sentence
    name = "requirements-client.txt" if settings.target is Target.REMOTE_EXECUTION else "requirements.txt"
    return (
        f"{name} has hashes, and pip then takes no line without one: add "
        f"{provider_line(settings.auth_mode, airflow)} to the file that it is compiled from."
    )


def _about(planned: PlannedFile, settings: Settings, airflow: str) -> list[str]:
    name = planned.path.name
    read = read_requirements(planned.after)
    found: list[str] = []
    if planned.changed and read.included:
        found.append(
            f"{name} includes {', '.join(read.included)}, which kvtui does not read: if it names the "
            "provider, leave out the line that is added here."
        )
    if read.constraints:
        found.append(
            f"{name} is held to {', '.join(read.constraints)}, which kvtui does not read: see that it allows "
            f"{provider_line(settings.auth_mode, airflow)}."
        )
    for clauses in read.provider:
        try:
            found.append(objection(name, clauses, settings.auth_mode, airflow))
        except ProblemError as error:
            found.append(f"{name}: {error.problem.what}")
    return [sentence for sentence in found if sentence]
