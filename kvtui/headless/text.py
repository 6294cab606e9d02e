"""What people read: lines on stdout and stderr in which nothing from outside can steer the terminal."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from kvtui.core.problems import Problem
from kvtui.core.sanitize import inert

LONGEST = 30_000
"""Characters of one printed line: a value of Key Vault's largest size fits."""


def any_characters() -> None:
    """Lets both streams take every character, whatever the locale: data is UTF-8, people get escapes."""
    for stream, encoding in ((sys.stdout, "utf-8"), (sys.stderr, None)):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding=encoding, errors="backslashreplace")


def out(line: str = "") -> None:
    """One line of data on stdout, inert."""
    sys.stdout.write(inert(line, LONGEST) + "\n")


def out_now() -> None:
    """Sends what was printed: commands that take time print as they go."""
    sys.stdout.flush()


def say(line: str) -> None:
    """One line for people on stderr, inert."""
    sys.stderr.write(inert(line, LONGEST) + "\n")


def document(content: object) -> None:
    """The one JSON document of a `--json` run. ASCII only, so no character in it can steer a terminal."""
    sys.stdout.write(json.dumps(content, indent=2) + "\n")


def problem_data(problem: Problem) -> dict[str, object]:
    """A problem for JSON: what happened, as whom, what to do, the exit code and the service's code."""
    return {
        "what": problem.what,
        "identity": problem.identity,
        "remedy": problem.remedy,
        "exit": int(problem.exit),
        "code": problem.code,
    }


def stamp(when: datetime | None) -> str | None:
    """A date for JSON: UTC, whole seconds, `2027-01-31T08:00:00Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def day(when: datetime | None) -> str:
    """A date for people: `2027-01-31`; empty if there is none."""
    return when.astimezone(UTC).strftime("%Y-%m-%d") if when else ""
