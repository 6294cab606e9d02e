"""The exit codes that scripts may rely on. Their meaning never changes."""

from enum import IntEnum

from kvtui.core.problems import Problem


class Exit(IntEnum):
    """The exit code of the process."""

    OK = 0
    DEFECT = 1
    """A defect in kvtui itself."""
    USAGE = 2
    """Usage, or settings that cannot be exported."""
    SIGN_IN = 3
    """Could not get a token."""
    DENIED = 4
    """Signed in, but access denied."""
    UNRESOLVED = 5
    """Something looked up does not resolve, or a check failed."""
    UNREACHABLE = 6
    """A service cannot be reached or keeps failing."""
    NOT_WRITTEN = 7
    """A file was not written: conflict, not writable, or it would lose something."""


def exit_of(problem: Problem) -> Exit:
    """The exit code for `problem`: the one with the name of its kind."""
    return Exit[problem.kind.name]
