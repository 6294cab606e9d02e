"""A plan as people and programs read it: diffs, names as the user would type them, data for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.project.model import Project

if TYPE_CHECKING:
    from kvtui.outputs.model import Plan, PlannedFile


def diff_lines(file: PlannedFile, project: Project) -> list[str]:
    """The masked diff of one file with its two headings; empty if nothing changes."""
    from kvtui.outputs.diff import diff

    if not file.changed:
        return []
    name = name_in(file, project)
    before = name if file.state.exists else "/dev/null"
    return [f"--- {before}", f"+++ {name}", *(_diff_line(*line) for line in diff(file))]


def _diff_line(sign: str, text: str) -> str:
    return text if sign == "@" else f"{sign}{text}"


def as_data(planned: Plan, project: Project, *, merged: bool = False) -> dict[str, object]:
    """The export as data. Of a file that is merged into, the masked diff: its other lines are not ours."""
    files: list[dict[str, object]] = []
    for file in planned.files:
        entry: dict[str, object] = {"path": name_in(file, project), "secret": file.secret}
        if merged:
            entry["changed"] = file.changed
            entry["diff"] = diff_lines(file, project)
        else:
            entry["content"] = file.after
        files.append(entry)
    steps = [
        {
            "title": step.title,
            "command": step.command,
            "note": step.note,
            "instead": step.instead,
            "missing": list(step.placeholders),
        }
        for step in planned.next_steps
    ]
    data: dict[str, object] = {"files": files, "notices": list(planned.notices), "next_steps": steps}
    if planned.directory is not None:
        data["directory"] = str(planned.directory)
    if planned.readers:
        data["readers"] = [
            {
                "reader": view.reader,
                "how": view.how,
                "key": view.key,
                "result": view.outcome.value,
                "reason": view.reason,
            }
            for view in planned.readers
        ]
    return data


def name_in(file: PlannedFile, project: Project) -> str:
    """The path as the user would type it in the project."""
    if file.path.is_relative_to(project.directory):
        return str(file.path.relative_to(project.directory))
    return str(file.path)
