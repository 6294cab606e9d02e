"""`--export env|helm|all`: prints what would be written, or merges it into the files with `-o`.

`--remove [all|secret]` removes the lines managed by kvtui from `.env`, with the same checks as a write.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kvtui.app.exits import Exit
from kvtui.app.files import plan_files, plan_removal, write_files
from kvtui.core.problems import ProblemError
from kvtui.core.words import listed
from kvtui.headless.remedies import words
from kvtui.headless.request import Request
from kvtui.headless.text import document, goes_to_a_file, out, say
from kvtui.project.model import FileState, Project
from kvtui.settings.catalogue import CATALOGUE
from kvtui.settings.model import AuthMode, Settings, SignInKind, Target
from kvtui.settings.values import usage_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kvtui.app.files import WrittenFile
    from kvtui.azure.model import DirectoryEntry
    from kvtui.outputs.model import Plan, PlannedFile, Removal, What

_WHERE = (("--project", "project"), ("--profile", "profile"))
"""The options, beside those of the settings, that decide what an export writes."""
SECONDS = 30.0
"""How many seconds an export waits for the directory."""


def run(request: Request) -> int:
    """Raises `ProblemError`: usage for settings that cannot be exported, not-written by the writer."""
    return _remove(request) if "remove" in request.options else _export(request)


def _output(request: Request) -> Path | None:
    """The file or directory of `-o`; None: stdout."""
    named = request.text("output", "-")
    return None if named == "-" else Path(named).expanduser()


def _export(request: Request) -> int:
    if "client_id" in request.options:
        request = replace(request, settings=_looked_up(request.settings))
    what, output = cast("What", request.text("export")), _output(request)
    if output is not None or request.flag("dry_run"):
        planned = plan_files(request.settings, request.project, what, output)
    else:
        planned = plan_files(request.settings, _empty(request.project), what)
        planned = replace(planned, notices=_printed_notices(request, planned))
        with suppress(ProblemError):  # a file that cannot be merged: the steps are for the printed lines
            merged = plan_files(request.settings, request.project, what)
            planned = replace(planned, next_steps=merged.next_steps)
    planned = _noted(planned)
    _report_parsers(planned, request.settings.target)
    if request.flag("dry_run"):
        return _show(request, planned)
    if output is None:
        return _print(request, planned)
    return _write(request, planned)


def _noted(planned: Plan) -> Plan:
    """Prints the plan's notices; returns the plan with the notices in the command line's words."""
    notices = tuple(words(notice) for notice in planned.notices)
    for notice in notices:
        say(f"note: {notice}")
    return replace(planned, notices=notices)


# Printing


def _print(request: Request, planned: Plan) -> int:
    """Exactly what would be written to files that are not there yet."""
    if request.json:
        document(_data(planned, request.project))
        return Exit.OK
    there = _unmerged(request.project, planned)
    if there and goes_to_a_file():
        names = " and ".join(there)
        merges = f"{_own_output(request)} merges them."
        say(f"warning: only kvtui's lines are printed, not the rest of {names}; {merges}")
    for file in planned.files:
        if len(planned.files) > 1:
            out(f"# {_name(file, request.project)}")
        sys.stdout.write(file.after)
    _report_next(request, planned, printed=True)
    return Exit.OK


def _unmerged(project: Project, planned: Plan) -> list[str]:
    """The names of the project's own files whose other lines are not printed."""
    own = {state.path: state.text for state in (project.env, project.values, project.requirements)}
    return [file.path.name for file in planned.files if own.get(file.path)]


def _printed_notices(request: Request, planned: Plan) -> tuple[str, ...]:
    """The notices, corrected where the project has the file but the printed lines are not merged with it."""
    name = request.project.values.path.name
    if name not in _unmerged(request.project, planned):
        return planned.notices
    notices = [notice for notice in planned.notices if not notice.startswith(f"There is no {name} yet")]
    if request.json or not goes_to_a_file():  # else a warning says so
        notices.append(
            f"Only kvtui's lines are printed, not the rest of {name}; {_own_output(request)} merges them."
        )
    return tuple(notices)


def _empty(project: Project) -> Project:
    """The same project without the files that are written, so that only kvtui's lines are rendered.

    The Dockerfile is kept: it shows which Airflow the lines are for.
    """
    return replace(
        project,
        env=FileState(project.env.path),
        requirements=FileState(project.requirements.path),
        requirements_client=FileState(project.requirements_client.path),
        values=FileState(project.values.path),
    )


def _show(request: Request, planned: Plan) -> int:
    """`--dry-run`: the diff is the data."""
    if request.json:
        document(_data(planned, request.project, merged=True))
        return Exit.OK
    for file in planned.files:
        for line in _diff_lines(file, request.project):
            out(line)
    if "remove" not in request.options and not any(file.changed for file in planned.files):
        names = [_name(file, request.project) for file in planned.files]
        say(f"{listed(names)} {'is' if len(names) == 1 else 'are'} up to date: nothing to write.")
    return Exit.OK


# Writing


def _write(request: Request, planned: Plan) -> int:
    """A failure is reported with what was written before it."""
    data = _data(planned, request.project, merged=True)
    names = [_name(file, request.project) for file in planned.files if file.changed]
    written: list[str] = []
    try:
        code = _write_each(request, planned, None, written)
    except ProblemError as error:
        left = [name for name in names if name not in written]
        say(f"written: {', '.join(written) or 'nothing'}; not written: {', '.join(left)}.")
        raise ProblemError(error.problem, {**data, "written": written, "not_written": left}) from None
    if request.json:
        document({**data, "written": written})
    _report_next(request, planned)
    return code


def _write_each(request: Request, planned: Plan, removal: Removal | None, written: list[str]) -> int:
    """Writes and reads back; the names of what was written are appended to `written` as it happens."""
    done = {
        None: "written and verified",
        "all": "removed the lines managed by kvtui; the rest is verified",
        "secret": "removed the client secret; the rest is verified",
    }[removal]

    def report(file: PlannedFile, after: WrittenFile | None) -> None:
        name = _name(file, request.project)
        if not file.changed:
            if after is not None and removal is None:
                say(f"{name} is up to date.")
        elif after is None:
            for line in _diff_lines(file, request.project):
                say(line)
        else:
            written.append(name)
            for line in after.differences or (f"{name}: {done}.",):
                say(line)

    results = write_files(planned.files, request.settings, removal, report=report)
    return Exit.UNRESOLVED if any(each.differences for each in results) else Exit.OK


def _remove(request: Request) -> int:
    """Raises `ProblemError`: usage if no file is named, not-written by the writer."""
    from kvtui.outputs.model import Removal

    removal = Removal(request.text("remove") or "all")
    output, dry = _output(request), request.flag("dry_run")
    if request.text("export") != "env" or (output is None and not dry):
        remedy = (
            "kvtui --export env --remove -o .env removes the lines managed by kvtui. --dry-run shows the "
            "change first."
        )
        raise usage_error("--remove needs the file: --export env -o .env.", remedy)
    planned = plan_removal(request.project, removal, output=output)
    if not planned.files and output is not None:
        raise usage_error(f"There is no {request.text('output')}.", "Check the path.")
    planned = _noted(planned)
    if dry:
        return _show(request, planned)
    data = _data(planned, request.project, merged=True)
    written: list[str] = []
    changed = replace(planned, files=tuple(file for file in planned.files if file.changed))
    code = _write_each(request, changed, removal, written)
    if request.json:
        document({**data, "written": written})
    return code


def _write_command(request: Request) -> str:
    """The same export, with the options that write into the project."""
    given = [option for each in CATALOGUE for option in (each.option, each.off) if option is not None]
    words = ["kvtui", "--export", request.text("export")]
    for flag, dest in [*((each.flag, each.dest) for each in given), *_WHERE]:
        value = request.options.get(dest)
        if value is not None:
            words += (
                [flag]
                if value is True
                else [f"{flag}={value}"]
                if str(value)[:1] == "-"
                else [flag, str(value)]
            )
    return f"{shlex.join(words)} {_own_output(request)}"


def _own_output(request: Request) -> str:
    """`-o` with the project's own file, or with the project for all of them."""
    what, project = request.text("export"), request.project
    target = {"env": project.env.path, "helm": project.values.path}.get(what, project.directory)
    base = project.directory if request.sample else Path.cwd()
    path = target.relative_to(base) if target.is_relative_to(base) else target
    return shlex.join(["-o", str(path)])


# A plan as text and as JSON


def _report_parsers(planned: Plan, target: Target) -> None:
    """How many of the parsers of `.env` get both variables as meant, and what the others get."""
    if not planned.parsers:
        return
    from kvtui.outputs.env.parsers.table import USED

    used = USED[target]
    parsers = {view.parser for view in planned.parsers}
    others = [view for view in planned.parsers if view.reason]
    same = len(parsers - {view.parser for view in others})
    say(f"parsers: {same} of {len(parsers)} programs read both variables in .env as written.")
    programs = " and ".join(f"`{parser}`" for parser in used)
    say(f"    --target {target} uses only {programs}. A problem in another program is only a warning.")
    for parser, outcome, reason in dict.fromkeys((v.parser, v.outcome, v.reason) for v in others):
        keys = [v.key for v in others if (v.parser, v.outcome, v.reason) == (parser, outcome, reason)]
        sentence = _PARSED[outcome].format(parser=parser.replace(", ", " and "), keys=" and ".join(keys))
        say(f"    {sentence}: {reason}.")


_PARSED = {
    "different": "{parser} would get another value of {keys}",
    "fails": "{parser} cannot read {keys}",
    "unknown": "kvtui does not know what {parser} would get for {keys}",
}
"""What a program gets, by `Outcome`, before the reason."""


def _report_next(request: Request, planned: Plan, *, printed: bool = False) -> None:
    """The next steps. Those for `printed` lines begin with the command that writes the lines."""
    gone = request.sample and planned.directory == request.project.directory
    if gone:
        say("The demo's sample project is deleted now. In your own project, the next steps would be:")
    if printed:
        say("next: Write the lines into the project, with the same options")
        say(f"    {_write_command(request)}")
        if request.settings.client_secret is not None and "client_secret_file" not in request.options:
            say("    Set AZURE_CLIENT_SECRET again if you set it only for this command.")
    if not gone and planned.directory is not None and any(step.command for step in planned.next_steps):
        say("Run the following commands in this directory:")
        say(f"    cd {shlex.quote(str(planned.directory))}")
    for step in planned.next_steps:
        say(f"next: {step.title}")
        for line in filter(None, (step.command, step.note)):
            say(f"    {line}")


def _name(file: PlannedFile, project: Project) -> str:
    """The path as the user would type it in the project."""
    inside = file.path.is_relative_to(project.directory)
    return str(file.path.relative_to(project.directory) if inside else file.path)


def _diff_lines(file: PlannedFile, project: Project) -> list[str]:
    """The masked diff of one file with its two headings; empty if nothing changes."""
    from kvtui.outputs.diff import diff

    if not file.changed:
        return []
    name = _name(file, project)
    lines = (text if sign == "@" else f"{sign}{text}" for sign, text in diff(file))
    return [f"--- {name if file.state.exists else '/dev/null'}", f"+++ {name}", *lines]


def _data(planned: Plan, project: Project, *, merged: bool = False) -> dict[str, object]:
    """The export for JSON. For a file that is merged into, the masked diff: its other lines may be secret."""
    files: list[dict[str, object]] = []
    for file in planned.files:
        entry: dict[str, object] = {"path": _name(file, project), "secret": file.secret}
        if merged:
            entry |= {"changed": file.changed, "diff": _diff_lines(file, project)}
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
    if planned.parsers:
        data["readers"] = [
            {
                "reader": view.parser,
                "how": view.how,
                "key": view.key,
                "result": view.outcome.value,
                "reason": view.reason,
            }
            for view in planned.parsers
        ]
    return data


# The client ID


def _looked_up(settings: Settings) -> Settings:
    """The settings, for workload identity with the kind of their identity, if the directory shows it.

    Raises `ProblemError` (usage) when their client ID is an object ID of the directory.
    An export does not need Azure: without an unattended sign-in, or without an answer in time, it continues.
    """
    kind = settings.sign_in
    if kind in (SignInKind.DEVICE_CODE, SignInKind.BROWSER):
        return settings
    asks = settings
    if kind is SignInKind.AUTO:
        if shutil.which("az") is None:
            return settings
        asks = replace(settings, sign_in=SignInKind.AZURE_CLI)
    import asyncio  # the check is optional

    try:
        entries = asyncio.run(asyncio.wait_for(_entries(asks), SECONDS))
    except TimeoutError:
        say("note: The client ID was not checked: the directory did not answer in time.")
        return settings
    from kvtui.app.identity import of_entries
    from kvtui.azure.entries import mistaken_id

    if wrong := mistaken_id(entries, settings.client_id):
        raise usage_error(wrong, "Set the client ID with --client-id.")
    if settings.auth_mode is not AuthMode.WORKLOAD_IDENTITY:
        return settings
    return of_entries(settings, entries)


async def _entries(settings: Settings) -> Sequence[DirectoryEntry]:
    """What the directory shows for the client ID; nothing if it cannot be asked."""
    from kvtui.app.session import Session

    async with Session(on_demand=True) as session:
        try:
            return await session.entries(settings, settings.client_id)
        except ProblemError:
            return ()
