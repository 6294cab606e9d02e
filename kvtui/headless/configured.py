"""Which configuration a command answers for: `--from settings` or `--from files`."""

from __future__ import annotations

from dataclasses import replace

from kvtui.app.configuration import Configuration, configuration
from kvtui.headless.request import Request
from kvtui.headless.signing import deployment_is_known
from kvtui.headless.text import say
from kvtui.project.versions import VersionsInUse
from kvtui.settings.model import From


def configured(request: Request, versions: VersionsInUse) -> tuple[Request, Configuration]:
    """The request with the settings that its configuration names, and the configuration; says what to know.

    Raises `ProblemError` (usage) for files that cannot be read.
    """
    found = configuration(From(request.text("from")), request.settings, request.project, versions)
    for note in notes(found):
        say(f"note: {note}")
    return replace(request, settings=found.settings), found


def notes(found: Configuration) -> list[str]:
    """What people should know about the configuration, one sentence each."""
    if found.source is not From.FILES:
        return [f"{each} Use --from files to diagnose them." for each in found.differs]
    files = " and ".join(found.files) or "no file"
    lines = [f"The configuration on disk is diagnosed, from {files}.", *found.differs, *found.notes]
    lines += found.diagnosis.broken
    who = found.diagnosis.signs_in_as
    if who and not deployment_is_known(found.settings):
        lines.append(f"Airflow signs in as {who}, which cannot be tried here: the sign-in asks in its place.")
    return lines


def entry(found: Configuration) -> dict[str, object]:
    """The `configuration` of a JSON document."""
    return {
        "from": found.source,
        "files": list(found.files),
        "signs_in_as": found.diagnosis.signs_in_as,
        "broken": list(found.diagnosis.broken),
        "warnings": [*found.diagnosis.warnings, *found.warnings],
        "differs": list(found.differs),
        "notes": list(found.notes),
    }
