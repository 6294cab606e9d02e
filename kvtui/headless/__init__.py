"""The front end without a terminal. stdout is data, stderr is for people, and exit codes are fixed.

One file per command; each is imported when it runs, so that an export loads nothing of Azure.
"""

from __future__ import annotations

from collections.abc import Mapping

from kvtui.headless.request import Request
from kvtui.project.model import Project
from kvtui.settings.sources import Resolved


def run(
    command: str, resolved: Resolved, project: Project, options: Mapping[str, object], *, sample: bool = False
) -> int:
    """Runs `command`, one of `COMMANDS` in `cli/options.py`, and returns its exit code.

    `options` is the parsed command line, `sample` whether the project is the demo's own. Raises
    `ProblemError` for what a user can fix.
    """
    from kvtui.headless.text import any_characters, reject_own_file

    any_characters()
    reject_own_file(project)
    request = Request(resolved.settings, project, options, sample)
    match command:
        case "export":
            from kvtui.headless.export import run
        case "simulate":
            from kvtui.headless.simulate import run
        case "list":
            from kvtui.headless.list import run
        case "apps":
            from kvtui.headless.apps import run
        case "check":
            from kvtui.headless.check import run
        case "audit":
            from kvtui.headless.audit import run
        case "import":
            from kvtui.headless.importing import run
        case "expiring":
            from kvtui.headless.expiring import run
        case "compare":
            from kvtui.headless.compare import run
    return run(request)
