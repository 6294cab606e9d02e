"""`--export env|helm|all`: prints what would be written, or merges it into the files with `-o`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kvtui.core.exits import Exit
from kvtui.core.problems import ProblemError
from kvtui.headless.planned import as_data, diff_lines, name_in
from kvtui.headless.request import Request
from kvtui.headless.text import document, out, say
from kvtui.project.files import NOT_REPLACEABLE, project_for, read_file
from kvtui.project.model import FileState, Project

if TYPE_CHECKING:
    from kvtui.outputs.model import Plan, PlannedFile, What
    from kvtui.settings.model import Target


def run(request: Request) -> int:
    """Raises `ProblemError`: usage for settings that cannot be exported, not-written by the writer.

    A link, or what is no file, in the place of the file that is to be written is a file not written.
    """
    try:
        if "remove" in request.options:
            from kvtui.headless.removal import remove

            return remove(request)
        return _export(request)
    except ProblemError as error:
        if request.text("output", "-") != "-" and error.problem.code == NOT_REPLACEABLE:
            raise ProblemError(replace(error.problem, exit=Exit.NOT_WRITTEN), error.done) from None
        raise


def _export(request: Request) -> int:
    from kvtui.outputs.plan import plan

    if "client_id" in request.options:
        from kvtui.headless.client_id import refuse_object_id

        refuse_object_id(request)
    what = cast("What", request.text("export"))
    to_files = request.text("output", "-") != "-"
    if to_files:
        output = Path(request.text("output")).expanduser()
        planned = plan(request.settings, project_for(request.project, what, output), what, output)
    elif request.flag("dry_run"):
        planned = plan(request.settings, request.project, what)
    else:
        planned = plan(request.settings, _empty(request.project), what)
        planned = replace(planned, notices=_printed_notices(request, planned))
    for notice in planned.notices:
        say(f"note: {notice}")
    _tell_readers(planned, request.settings.target)
    if request.flag("dry_run"):
        return _show(request, planned)
    if not to_files:
        return _print(request, planned)
    return _write(request, planned)


def _print(request: Request, planned: Plan) -> int:
    """Exactly what would be written to files that are not there yet."""
    if request.json:
        document(as_data(planned, request.project))
        return Exit.OK
    _warn_fragment(request.project, planned)
    for file in planned.files:
        if len(planned.files) > 1:
            out(f"# {name_in(file, request.project)}")
        sys.stdout.write(file.after)
    _tell_next(planned)
    return Exit.OK


def _warn_fragment(project: Project, planned: Plan) -> None:
    """Printed into another file is what kvtui sets, without what the project's own file says."""
    from kvtui.headless.redirected import goes_to_a_file

    there = _unmerged(project, planned)
    if there and goes_to_a_file():
        names = " and ".join(there)
        say(f"warning: only kvtui's lines are printed, not the rest of {names}; -o {there[0]} merges them.")


def _unmerged(project: Project, planned: Plan) -> list[str]:
    """The names of the project's own files that are there, and that what is printed does not have."""
    own = {state.path: state.text for state in (project.env, project.values, project.requirements)}
    return [file.path.name for file in planned.files if own.get(file.path)]


def _printed_notices(request: Request, planned: Plan) -> tuple[str, ...]:
    """The notices, true also where the project has the file that the printed one is not merged with."""
    from kvtui.headless.redirected import goes_to_a_file

    name = request.project.values.path.name
    if name not in _unmerged(request.project, planned):
        return planned.notices
    notices = [notice for notice in planned.notices if not notice.startswith(f"There is no {name} yet")]
    if request.json or not goes_to_a_file():  # there a warning says so
        notices.append(f"Only kvtui's lines are printed, not the rest of {name}; -o {name} merges them.")
    return tuple(notices)


def _show(request: Request, planned: Plan) -> int:
    """`--dry-run`: the diff is the data."""
    if request.json:
        document(as_data(planned, request.project, merged=True))
        return Exit.OK
    for file in planned.files:
        for line in diff_lines(file, request.project):
            out(line)
    return Exit.OK


def _write(request: Request, planned: Plan) -> int:
    """All files are checked before the first is written. What fails then is told with what was written."""
    from kvtui.outputs.writer import check_all

    written: list[str] = []
    try:
        code = _write_each(request, check_all(planned.files), written)
    except ProblemError as error:
        left = [name_in(file, request.project) for file in planned.files if file.changed]
        left = [name for name in left if name not in written]
        say(f"written: {', '.join(written) or 'nothing'}; not written: {', '.join(left)}.")
        done = {"written": written, "not_written": left}
        raise ProblemError(
            error.problem, {**as_data(planned, request.project, merged=True), **done}
        ) from None
    if request.json:
        document({**as_data(planned, request.project, merged=True), "written": written})
    _tell_next(planned)
    return code


def _write_each(request: Request, files: Sequence[PlannedFile], written: list[str]) -> int:
    """Writes and reads back; the names of what was written are appended to `written` as it happens."""
    from kvtui.outputs.readback import read_back
    from kvtui.outputs.writer import write

    code = Exit.OK
    for file in files:
        name = name_in(file, request.project)
        if not file.changed:
            write(file)  # its mode may still be too open
            say(f"{name}: already as it should be.")
            continue
        for line in diff_lines(file, request.project):
            say(line)
        write(file)
        written.append(name)
        differences = read_back(request.settings, file, read_file(file.path).text)
        for difference in differences:
            say(difference)
        if differences:
            code = Exit.UNRESOLVED
        else:
            say(f"{name}: written, and reads back the same.")
    return code


def _tell_readers(planned: Plan, target: Target) -> None:
    """How many of the readers of `.env` get both variables as meant, and what the others get."""
    if not planned.readers:
        return
    from kvtui.outputs.env.parsers.table import USED

    used = USED[target]
    readers = dict.fromkeys(view.reader for view in planned.readers)
    others = [view for view in planned.readers if view.reason]
    same = len(readers) - len({view.reader for view in others})
    say(f"readers: {same} of {len(readers)} programs that read .env get both variables exactly.")
    say(f"    The target uses {' and '.join(used)}; only they, and what reads back, count for the exit code.")
    for reader, outcome, reason in dict.fromkeys((v.reader, v.outcome, v.reason) for v in others):
        keys = [v.key for v in others if (v.reader, v.outcome, v.reason) == (reader, outcome, reason)]
        say(f"    {reader}: {' and '.join(keys)}: {outcome}: {reason}.")


def _tell_next(planned: Plan) -> None:
    if planned.directory is not None and any(step.command for step in planned.next_steps):
        say("The commands that follow are run from one directory:")
        say(f"    cd {shlex.quote(str(planned.directory))}")
    for step in planned.next_steps:
        say(f"next: {step.title}")
        for line in filter(None, (step.command, step.note)):
            say(f"    {line}")


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
