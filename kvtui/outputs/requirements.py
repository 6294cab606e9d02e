"""`requirements.txt` with the provider named in it, and notices about it before it is written."""

from __future__ import annotations

from collections.abc import Sequence

from kvtui.airflow.provider_line import no_provider, objection, provider_line
from kvtui.airflow.requirements import read_requirements
from kvtui.core.problems import ProblemError
from kvtui.outputs.env.lines import appended
from kvtui.outputs.model import FileKind, PlannedFile
from kvtui.project.model import Project
from kvtui.project.versions import known_airflow
from kvtui.settings.model import Settings


def names_provider(text: str) -> bool:
    """Whether a line of `text` installs the provider: by its name, a wheel of it, or Airflow's extra."""
    return bool(read_requirements(text).provider)


def accepts_line(text: str) -> bool:
    """Whether a line without a hash can be added: pip rejects it if any other line has one."""
    return not read_requirements(text).hashed


def merge_requirements(text: str, line: str) -> str:
    """`text` with `line` at its end if no line installs the provider; the same text otherwise."""
    return text if names_provider(text) else appended(text, [line])


def requirements_notices(settings: Settings, project: Project, files: Sequence[PlannedFile]) -> list[str]:
    """One sentence each.

    For a file that is not among `files`, because no line can be added: why, and what to do.
    """
    airflow = known_airflow(settings, project)
    found = list(filter(None, [local_lacks(settings, project)]))
    planned = next((file for file in files if file.kind is FileKind.REQUIREMENTS), None)
    if planned is None:
        return [*found, _why_not(settings, airflow)]
    return found + _about(planned, settings, airflow)


def _why_not(settings: Settings, airflow: str) -> str:
    if sentence := no_provider(settings.auth_mode, airflow):
        return sentence
    name = "requirements-client.txt" if settings.has_client_image else "requirements.txt"
    return (
        f"{name} has hashes, and pip rejects a line without one: add "
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
            f"{name} is constrained by {', '.join(read.constraints)}, which kvtui does not read: make "
            f"sure that it allows {provider_line(settings.auth_mode, airflow)}."
        )
    write = ""
    if not no_provider(settings.auth_mode, airflow):
        write = f" Write {provider_line(settings.auth_mode, airflow)} there."
    return found + [f"{sentence}{write}" for sentence in _objections(planned, settings, airflow)]


def _objections(planned: PlannedFile, settings: Settings, airflow: str) -> list[str]:
    """Why the lines that name the provider do not fit, a sentence each."""
    found: list[str] = []
    for clauses in read_requirements(planned.after).provider:
        try:
            found.append(objection(planned.path.name, clauses, settings.auth_mode, airflow))
        except ProblemError as error:
            found.append(f"{planned.path.name}: {error.problem.what}")
    return [sentence for sentence in found if sentence]


def pin_first(settings: Settings, airflow: str, files: Sequence[PlannedFile]) -> str:
    """What to fix before an image is built: the provider's line, if it does not fit; else empty."""
    planned = next((file for file in files if file.kind is FileKind.REQUIREMENTS), None)
    if planned is None or not _objections(planned, settings, airflow):
        return ""
    return f"Fix the provider's line in {planned.path.name} first, or lookups fail. "


def image_lacks(settings: Settings, project: Project, files: Sequence[PlannedFile]) -> str:
    """What requirements.txt lacks before Astro builds an image, one sentence; empty: nothing, or not known.

    Not known: it includes a file that kvtui does not read.
    """
    planned = next((file.after for file in files if file.kind is FileKind.REQUIREMENTS), None)
    read = read_requirements(project.requirements.text or "" if planned is None else planned)
    if settings.has_client_image or read.provider or read.included:
        return ""
    airflow = known_airflow(settings, project)
    if read.hashed or no_provider(settings.auth_mode, airflow):
        return _why_not(settings, airflow)
    lacks = (
        "requirements.txt does not name the provider: add"
        if project.requirements.exists
        else "There is no requirements.txt: make one that lists"
    )
    return f"{lacks} {provider_line(settings.auth_mode, airflow)}."


def local_lacks(settings: Settings, project: Project) -> str:
    """What `astro dev` lacks if the agents have requirements of their own; empty: nothing."""
    if not settings.has_client_image or names_provider(project.requirements.text or ""):
        return ""
    lacks = (
        "requirements.txt does not name the provider"
        if project.requirements.exists
        else "There is no requirements.txt with the provider"
    )
    return f"{lacks}: `astro dev` needs the provider there as well."
