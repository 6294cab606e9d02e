"""`--export env|helm|all`: prints what would be written, or merges it into the files with `-o`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kvtui.exits import Exit
from kvtui.headless.request import Request
from kvtui.headless.text import document, out, say
from kvtui.project import FileState, Project

if TYPE_CHECKING:
    from kvtui.outputs import Plan, PlannedFile, What


def run(request: Request) -> int:
    """Raises `ProblemError`: usage for settings that cannot be exported, not-written by the writer."""
    from kvtui.outputs import plan

    what = cast("What", request.text("export"))
    to_files = request.text("output", "-") != "-"
    if to_files:
        planned = plan(request.settings, request.project, what, Path(request.text("output")).expanduser())
    elif request.flag("dry_run"):
        planned = plan(request.settings, request.project, what)
    else:
        planned = plan(request.settings, _empty(request.project), what)
    for notice in planned.notices:
        say(f"note: {notice}")
    if request.flag("dry_run"):
        return _show(request, planned)
    if not to_files:
        return _print(request, planned)
    return _write(request, planned)


def _print(request: Request, planned: Plan) -> int:
    """Exactly what would be written to files that are not there yet."""
    if request.json:
        document(_document(planned, request.project))
        return Exit.OK
    for file in planned.files:
        if len(planned.files) > 1:
            out(f"# {_name(file, request.project)}")
        sys.stdout.write(file.after)
    _tell_next(planned)
    return Exit.OK


def _show(request: Request, planned: Plan) -> int:
    """`--dry-run`: the diff is the data."""
    if request.json:
        document(_document(planned, request.project, merged=True))
        return Exit.OK
    for file in planned.files:
        for line in _diff_lines(file, request.project):
            out(line)
    return Exit.OK


def _write(request: Request, planned: Plan) -> int:
    from kvtui.outputs.readback import read_back
    from kvtui.outputs.writer import write

    code = Exit.OK
    written: list[str] = []
    for file in planned.files:
        name = _name(file, request.project)
        if not file.changed:
            say(f"{name}: already as it should be.")
            continue
        for line in _diff_lines(file, request.project):
            say(line)
        write(file)
        written.append(name)
        differences = read_back(request.settings, file)
        for difference in differences:
            say(f"{name}: {difference}")
        if differences:
            code = Exit.UNRESOLVED
        else:
            say(f"{name}: written, and reads back the same.")
    if request.json:
        document({**_document(planned, request.project, merged=True), "written": written})
    _tell_next(planned)
    return code


def _diff_lines(file: PlannedFile, project: Project) -> list[str]:
    from kvtui.outputs import diff

    if not file.changed:
        return []
    name = _name(file, project)
    before = name if file.state.exists else "/dev/null"
    return [f"--- {before}", f"+++ {name}", *(_diff_line(*line) for line in diff(file))]


def _diff_line(sign: str, text: str) -> str:
    return text if sign == "@" else f"{sign}{text}"


def _tell_next(planned: Plan) -> None:
    for step in planned.next_steps:
        say(f"next: {step.title}")
        for line in filter(None, (step.command, step.note)):
            say(f"    {line}")


def _document(planned: Plan, project: Project, *, merged: bool = False) -> dict[str, object]:
    """The export as data. Of a file that is merged into, the masked diff: its other lines are not ours."""
    files: list[dict[str, object]] = []
    for file in planned.files:
        entry: dict[str, object] = {"path": _name(file, project), "secret": file.secret}
        if merged:
            entry["changed"] = file.changed
            entry["diff"] = _diff_lines(file, project)
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
    return {"files": files, "notices": list(planned.notices), "next_steps": steps}


def _name(file: PlannedFile, project: Project) -> str:
    """The path as the user would type it in the project."""
    if file.path.is_relative_to(project.directory):
        return str(file.path.relative_to(project.directory))
    return str(file.path)


def _empty(project: Project) -> Project:
    """The same project without the files that are written: what is rendered is fresh, without other lines.

    The image still counts: it says which Airflow the lines are for.
    """
    return replace(
        project,
        env=FileState(project.env.path),
        requirements=FileState(project.requirements.path),
        requirements_client=FileState(project.requirements_client.path),
        values=FileState(project.values.path),
    )
