"""The door without a terminal. stdout is data, stderr is for people, and exit codes are fixed.

One file per command; each is imported when it runs, so that an export loads nothing of Azure.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from kvtui.headless.request import Request
from kvtui.project.model import Project
from kvtui.settings.sources import Resolved

_FILES = {
    "export": "export",
    "simulate": "simulate",
    "list": "listing",
    "apps": "apps",
    "check": "check",
    "audit": "audit",
}


def run(command: str, resolved: Resolved, project: Project, options: Mapping[str, object]) -> int:
    """Runs `command` (`export`, `simulate`, `list`, `apps`, `check`, `audit`) and returns its exit code.

    `options` is the parsed command line. Raises `ProblemError` for what a user can put right.
    """
    from kvtui.headless.redirected import refuse_own_file
    from kvtui.headless.text import any_characters

    any_characters()
    refuse_own_file(project)
    module = import_module(f"kvtui.headless.{_FILES[command]}")
    code: int = module.run(Request(resolved.settings, project, options))
    return code
