"""What a headless command is given, and the configuration that it answers for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kvtui.core.words import listed
from kvtui.headless.text import say
from kvtui.project.model import Project
from kvtui.settings.model import From, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from kvtui.app.configuration import Configuration
    from kvtui.project.versions import VersionsInUse


@dataclass(frozen=True, slots=True)
class Request:
    """One command with its settings, the project it is about and the rest of the command line."""

    settings: Settings
    project: Project
    options: Mapping[str, object]
    sample: bool = False
    """The project is the demo's own, which is deleted when kvtui ends."""

    @property
    def json(self) -> bool:
        """Whether stdout is one JSON document."""
        return bool(self.options.get("json"))

    @property
    def as_deployment(self) -> bool:
        """Whether the deployment identity reads the vault, by `--as`."""
        return self.text("as") == "deployment"

    def flag(self, name: str) -> bool:
        """Whether the option without a value was given."""
        return bool(self.options.get(name))

    def text(self, name: str, default: str = "") -> str:
        """The option's value."""
        return str(self.options.get(name, default))

    def words(self, name: str) -> tuple[str, ...]:
        """Every word of an option that takes several."""
        given = self.options.get(name, ())
        return tuple(map(str, given)) if isinstance(given, list) else ()


def configured(request: Request, versions: VersionsInUse) -> tuple[Request, Configuration]:
    """The request with the settings that its configuration names, by `--from`; prints notes about it.

    Raises `ProblemError` (usage) for files that cannot be read.
    """
    from kvtui.app.configuration import configuration

    found = configuration(From(request.text("from")), request.settings, request.project, versions)
    for note in _notes(found, request.project):
        say(f"note: {note}")
    return replace(request, settings=found.settings), found


def _notes(found: Configuration, project: Project) -> list[str]:
    if found.source is not From.FILES:
        return [f"{each} Use --from files to diagnose them." for each in found.differs]
    lines = [_from_disk(found.files, project.directory)]
    lines += [*found.differs, *found.notes]
    lines += found.diagnosis.broken
    who = found.diagnosis.signs_in_as
    if who and not found.settings.signs_in_anywhere:
        lines.append(
            f"Airflow signs in as {who}, which cannot be used from here: the signed-in user is used instead."
        )
    return lines


def _from_disk(files: Sequence[str], directory: Path) -> str:
    if files:
        return f"kvtui tests the configuration on disk, from {listed(files)} in {directory}."
    return (
        f"There is no configuration on disk: {directory} has no file that configures Airflow. kvtui tests "
        "Airflow without settings. Write the files (--export all -o DIR), name the project with --project "
        "DIR, or leave out --from files."
    )


def configuration_data(found: Configuration) -> dict[str, object]:
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
