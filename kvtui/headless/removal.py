"""`--export env --remove [all|secret]`: takes ours out of `.env` again, with the care of a write."""

from __future__ import annotations

from pathlib import Path

from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.headless.planned import as_data, diff_lines, name_in
from kvtui.headless.request import Request
from kvtui.headless.text import document, out, say

_WHAT = {"all": "our lines are", "secret": "the client secret is"}


def remove(request: Request) -> int:
    """Raises `ProblemError`: usage where it is not said from which file, not-written by the writer."""
    from kvtui.outputs.env.removal import plan_removal
    from kvtui.outputs.model import Removal
    from kvtui.outputs.readback import read_back
    from kvtui.outputs.writer import write
    from kvtui.project.files import project_for, read_file

    removal = Removal(request.text("remove") or "all")
    named, dry = request.text("output", "-"), request.flag("dry_run")
    if request.text("export") != "env" or (named == "-" and not dry):
        remedy = "kvtui --export env --remove -o .env takes our lines out; --dry-run shows them first."
        raise ProblemError(Problem("--remove changes one file, a .env.", remedy, Exit.USAGE))
    output = None if named == "-" else Path(named).expanduser()
    planned = plan_removal(project_for(request.project, "env", output), removal, output)
    if not planned.files and output is not None:
        raise ProblemError(Problem(f"There is no {named}.", "Name the .env with -o.", Exit.USAGE))
    for notice in planned.notices:
        say(f"note: {notice}")
    data = as_data(planned, request.project, merged=True)
    changed = [file for file in planned.files if file.changed]
    code = Exit.OK
    for file in changed:
        for line in diff_lines(file, request.project) if not (dry and request.json) else ():
            (out if dry else say)(line)
        if dry:
            continue
        name = name_in(file, request.project)
        write(file)
        differences = read_back(request.settings, file, read_file(file.path).text, removal)
        for difference in differences:
            say(difference)
            code = Exit.UNRESOLVED
        if not differences:
            say(f"{name}: {_WHAT[removal]} out of it, and the rest reads back the same.")
    if not dry:
        data["written"] = [name_in(file, request.project) for file in changed]
    if request.json:
        document(data)
    return code
