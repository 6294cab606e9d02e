"""stdout and stderr: data, and messages in which text from outside cannot control the terminal."""

from __future__ import annotations

import json
import os
import stat
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kvtui.app.exits import exit_of
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized
from kvtui.headless.remedies import worded_problem
from kvtui.project.model import FileState, Project

if TYPE_CHECKING:
    from kvtui.azure.model import DeviceCode

LONGEST = 30_000
"""Characters of one printed line: a value of Key Vault's largest size fits."""


def any_characters() -> None:
    """Makes both streams accept every character in any locale: stdout is UTF-8, stderr uses escapes."""
    for stream, encoding in ((sys.stdout, "utf-8"), (sys.stderr, None)):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding=encoding, errors="backslashreplace")


def out(line: str = "") -> None:
    """One line of data on stdout, sanitized."""
    sys.stdout.write(sanitized(line, LONGEST) + "\n")


def out_now() -> None:
    """Flushes stdout: commands that take time print as they go."""
    sys.stdout.flush()


def say(line: str) -> None:
    """One line for people on stderr, sanitized."""
    sys.stderr.write(sanitized(line, LONGEST) + "\n")


def document(content: object) -> None:
    """The one JSON document of a `--json` run. ASCII only, so no character in it can control a terminal."""
    sys.stdout.write(json.dumps(content, indent=2) + "\n")


def problem_data(problem: Problem) -> dict[str, object]:
    """A problem for JSON: what, as which identity, what to do, the exit code and the service's code."""
    problem = worded_problem(problem)
    return {
        "what": problem.what,
        "identity": problem.identity,
        "remedy": problem.remedy,
        "exit": int(exit_of(problem)),
        "code": problem.code,
    }


def stamp(when: datetime | None) -> str | None:
    """A date for JSON: UTC, whole seconds, `2027-01-31T08:00:00Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def show_code(code: DeviceCode) -> None:
    """What the user must type, and where, to sign in by device code."""
    say(f"To sign in, open {code.url} and type the code {code.user_code}.")


def reject_own_file(project: Project) -> None:
    """Raises `ProblemError` (not-written) if stdout is a file of the project's, as with `> values.yaml`."""
    facts = _regular_file()
    states = (getattr(project, name) for name in project.__dataclass_fields__) if facts else ()
    for state in states:
        stamp = state.stamp if isinstance(state, FileState) else None
        if facts and stamp and (stamp.device, stamp.inode) == (facts.st_dev, facts.st_ino):
            name = state.path.name
            what = f"stdout is redirected to the project's own {name}: printing would overwrite it."
            if not state.text:
                what += f" The shell has already emptied it: restore it (git restore {name})."
            remedy = f"Merge into the file instead: kvtui --export … -o {name}"
            raise ProblemError(Problem(what, remedy, ProblemKind.NOT_WRITTEN))


def goes_to_a_file() -> bool:
    """Whether stdout is a regular file."""
    return _regular_file() is not None


def _regular_file() -> os.stat_result | None:
    try:
        facts = os.fstat(sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):
        return None
    return facts if stat.S_ISREG(facts.st_mode) else None
