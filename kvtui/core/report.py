"""What went wrong, on stderr."""

from __future__ import annotations

import contextlib
import sys

from kvtui.core.problems import Problem
from kvtui.core.sanitize import sanitized


def print_problem(problem: Problem) -> None:
    """Prints the three parts of a problem and the details that add something, on stderr."""
    lines = [f"kvtui: {sanitized(problem.what, 1000)}"]
    if problem.identity:
        lines.append(f"  Identity: {sanitized(problem.identity)}")
    lines += [f"  {sanitized(part, 2000)}" for part in problem.remedy.splitlines() if part]
    details = [part for part in problem.detail.splitlines() if part and part not in problem.what]
    lines += [f"  details: {sanitized(part, 2000)}" for part in details]
    to_stderr("\n".join(lines))


def to_stderr(text: str) -> None:
    """Prints `text` and a line end on stderr; errors are ignored."""
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr:
            sys.stderr.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
            sys.stderr.flush()
