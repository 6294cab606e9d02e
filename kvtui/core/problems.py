"""What went wrong, in the three parts that every front end prints: what, as which identity, what to do.

Failures are translated once, where they occur, into a `Problem`; no later code uses an exception's own text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from kvtui.core.remedies import Sentences


class ProblemKind(Enum):
    """What a problem is about. The front ends give each kind an exit code."""

    USAGE = auto()
    """Usage, or settings that cannot be exported."""
    SIGN_IN = auto()
    """Could not get a token."""
    DENIED = auto()
    """Signed in, but access denied."""
    UNRESOLVED = auto()
    """Something looked up does not resolve, or a check failed."""
    UNREACHABLE = auto()
    """A service cannot be reached or keeps failing."""
    NOT_WRITTEN = auto()
    """A file was not written: conflict, not writable, or it would lose something."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure that a user can understand and act on."""

    what: str
    """What happened, one sentence, in the user's terms."""
    remedy: str
    """What to do next, one sentence or one command; a `Remedy` where each front end has its own words."""
    kind: ProblemKind
    identity: str = ""
    """The identity that tried it, for instance `ana@contoso.com (az CLI)`; empty if there was none."""
    code: str = ""
    """The service's own code: `AADSTS7000215`, `ForbiddenByRbac`, `Throttled`; empty if none."""
    status: int | None = None
    """The HTTP status, if there was an answer."""
    detail: str = ""
    """More for an administrator: the service's words without secrets, correlation ids."""

    def sentence(self) -> str:
        """All three parts on one line; the identity once."""
        named = not self.identity or self.identity in self.what
        what = self.what if named else f"{self.what.removesuffix('.')} (as {self.identity})."
        return Sentences(what, self.remedy)


class ProblemError(Exception):
    """Carries a `Problem` up to a front end. Its text is the problem's own sentence, nothing else."""

    def __init__(self, problem: Problem, done: Mapping[str, object] | None = None) -> None:
        """`done` is what a `--json` run reports beside the problem: what was done before it."""
        super().__init__(problem.sentence())
        self.problem = problem
        self.done = dict(done or {})
