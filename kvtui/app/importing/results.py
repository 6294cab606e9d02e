"""What came of each item of an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kvtui.core.problems import Problem
from kvtui.core.words import count, listed
from kvtui.migration.plan import Entry, Status

NAMED = 5
"""Keys that a sentence names at most."""


class Outcome(StrEnum):
    """What was done; the values are those of the JSON, in the order of a report."""

    WRITTEN = "written"
    SAME = "same"
    """Nothing: the vault has the value already."""
    KEPT = "kept"
    """Nothing: the vault has another value, and overwriting was not allowed."""
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    """The import was stopped while the vault was asked to store it: it may have arrived."""
    NOT_TRIED = "not-tried"
    """The import ended before it."""
    LEFT_OUT = "left-out"
    """Nothing: it cannot be stored, or was not chosen."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The lookup of a key after the import, as in Airflow."""

    proved: bool
    """The lookup gives, from the vault, what the source defines."""
    words: str
    """What the lookup gives, or why that is not the source's value."""
    runs_as: str = ""
    """Who asked the vault: `ana@contoso.com (az CLI)`."""
    as_deployment: bool = False
    """That was the deployment identity; else the signed-in user, which says nothing of Airflow's access."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One entry with what was done for it."""

    entry: Entry
    outcome: Outcome
    problem: Problem | None = None
    """Why it failed."""
    proof: Proof | None = None
    """None: nothing was stored, or the lookup was not reached."""

    @property
    def arrived(self) -> bool:
        """Whether the lookup gave the source's value."""
        return self.proof is not None and self.proof.proved


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A whole import."""

    items: tuple[Imported, ...]
    stopped: Problem | None = None
    """Why it ended early."""

    def number(self, outcome: Outcome) -> int:
        """How many items had this outcome."""
        return sum(each.outcome is outcome for each in self.items)

    @property
    def arrived(self) -> int:
        """For how many keys the lookup gave the source's value."""
        return sum(each.arrived for each in self.items)


def checked(results: Iterable[Imported], source: str) -> str:
    """For how many keys a lookup gave the value of `source`, and who asked the vault for it."""
    items = list(results)
    proofs = [each.proof for each in items if each.proof is not None]
    if not proofs:
        return "No key was looked up."
    by = "the deployment identity" if proofs[0].as_deployment else "the signed-in user"
    name = next((f" {proof.runs_as}" for proof in proofs if proof.runs_as), "")
    arrived, keys = sum(each.arrived for each in items), count(len(items), "key")
    found = f"for {arrived:,} of {keys} a lookup gives the value from {source}."
    own = "" if proofs[0].as_deployment else " Airflow's own access was not checked."
    return f"Checked as {by}{name}: {found}{own}"


_COUNTED = {
    Status.NEW: ("is new", "are new"),
    Status.EXISTS: ("exists already", "exist already"),
    Status.SAME: ("is the same already", "are the same already"),
    Status.DIFFERS: ("differs", "differ"),
    Status.SHADOWED: ("is shadowed", "are shadowed"),
    Status.IMPOSSIBLE: ("cannot be stored", "cannot be stored"),
}
_DISABLED = ("is disabled in {vault}", "are disabled in {vault}")


def status_words(entry: Entry) -> str:
    """The status in a column: `new`, `disabled`, `cannot store`."""
    if entry.disabled:
        return "disabled"
    return "cannot store" if entry.status is Status.IMPOSSIBLE else str(entry.status)


def counted(entries: Iterable[Entry], vault: str) -> str:
    """`2 are new, 1 exists already and 1 cannot be stored`; empty without entries.

    `vault` is the name of the one that is written.
    """
    found = Counter((entry.status, entry.disabled) for entry in entries)
    parts = [
        f"{number:,} {(_DISABLED if disabled else _COUNTED[status])[number != 1].format(vault=vault)}"
        for status in Status
        for disabled in (False, True)
        if (number := found[status, disabled])
    ]
    return listed(parts) if parts else ""


def why(entry: Entry, vault: str) -> str:
    """What else to know about an entry, in sentences that name the `vault`; may be empty."""
    if entry.disabled:
        disabled = f"Disabled in {vault}: its value cannot be read, so it is not compared."
        return " ".join(filter(None, (disabled, entry.warning)))
    return " ".join(filter(None, (entry.why, entry.warning)))


def warned(entries: Iterable[Entry]) -> str:
    """How many connections Airflow may read otherwise than meant, one sentence; else empty."""
    keys = [entry.key for entry in entries if entry.warning and entry.status is not Status.IMPOSSIBLE]
    if not keys:
        return ""
    named = listed([*keys[:NAMED], *([f"{len(keys) - NAMED:,} more"] if len(keys) > NAMED else [])])
    return f"Airflow may not read {count(len(keys), 'connection')} as you mean it: {named}."


def numbers(entries: Iterable[Entry]) -> dict[Status, int]:
    """How many entries have each status, in the order of a report; without those that none has."""
    found = Counter(entry.status for entry in entries)
    return {status: found[status] for status in Status if found[status]}
