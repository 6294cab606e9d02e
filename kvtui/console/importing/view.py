"""The rows of an import: what it is about, one row for each item, and the selected one in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from kvtui.app.importing.results import Outcome, checked, counted, status_words, warned, why
from kvtui.console.importing import texts
from kvtui.console.importing.state import BUSY, ENDED, ImportView, Stage, may_be_chosen
from kvtui.console.text import Row, RowKey, fit, row, wrapped
from kvtui.console.words import problem_rows
from kvtui.core.secret_text import MASK
from kvtui.migration.plan import Entry, Status

if TYPE_CHECKING:
    from kvtui.app.importing.results import Imported
    from kvtui.console.text import Role

LABEL = 14
STATUS_WIDTH, KIND_WIDTH = 14, 11
WIDE = 96
"""The width from which the masked value has a column."""
_ROLES: dict[str, Role] = {
    Status.NEW: "good",
    Status.EXISTS: "plain",
    Status.SAME: "dim",
    Status.DIFFERS: "warn",
    Status.SHADOWED: "bad",
    Status.IMPOSSIBLE: "bad",
    Outcome.WRITTEN: "good",
    Outcome.KEPT: "warn",
    Outcome.FAILED: "bad",
    Outcome.UNCONFIRMED: "warn",
    Outcome.NOT_TRIED: "warn",
}


class ConfirmRow(Enum):
    """The row that begins to store."""

    STORE = auto()


@dataclass(frozen=True, slots=True)
class EntryRow:
    """The row of an entry, by its number."""

    number: int


class ImportRows:
    """The confirm row, if there is one, and one row for each entry; a row is made when it is drawn."""

    def __init__(self, view: ImportView) -> None:
        self._view = view
        self._above = 1 if confirms(view) else 0

    def __len__(self) -> int:
        return self._above + len(self._view.entries)

    def key(self, index: int) -> RowKey:
        """The confirm row or an entry."""
        return ConfirmRow.STORE if index < self._above else EntryRow(index - self._above)

    def index_of(self, key: RowKey) -> int | None:
        """Where that row is now."""
        if isinstance(key, EntryRow):
            return key.number + self._above
        return 0 if self._above else None

    def row(self, index: int, width: int) -> Row:
        """A mark, the status or the outcome, the kind, the key, and the secret's name."""
        view = self._view
        if index < self._above:
            new = len(view.chosen) - view.replaced
            words = texts.confirm(new, view.replaced, view.vault) if view.chosen else texts.NOTHING_CHOSEN
            return row(("  ", "todo"), (fit(words, max(10, width - 2)), "strong"), key=ConfirmRow.STORE)
        number = index - self._above
        entry, result = view.entries[number], view.results.get(number)
        outcome = result.outcome if result is not None and result.outcome is not Outcome.LEFT_OUT else None
        status = str(outcome or entry.status)
        words = texts.NAMES.get(status, status) if outcome else status_words(entry)
        role: Role = "warn" if entry.warning else _ROLES.get(status, "plain")
        role = "bad" if result is not None and _failed(result) else role
        room = max(20, width - 2 - 4 - STATUS_WIDTH - KIND_WIDTH - 1)
        value = f"  {MASK}" if width >= WIDE else ""
        room -= len(value)
        key = f"{entry.item.key} as {entry.key}" if entry.renamed else entry.key
        return row(
            ("  ", "plain"),
            (_mark(view, number), "strong"),
            (fit(words, STATUS_WIDTH), role),
            (fit(entry.kind, KIND_WIDTH), "dim"),
            (fit(key, room // 2), "plain" if entry.name else "dim"),
            (fit(f" {entry.name}" if entry.name else " name not allowed", room - room // 2), "dim"),
            (value, "dim"),
            key=EntryRow(number),
        )


def _mark(view: ImportView, number: int) -> str:
    if view.stage in ENDED or not view.allow_changes or not may_be_chosen(view.entries[number]):
        return "[x] " if number in view.chosen else "    "
    return "[x] " if number in view.chosen else "[ ] "


def _failed(result: Imported) -> bool:
    return result.problem is not None or (result.proof is not None and not result.proof.proved)


def confirms(view: ImportView) -> bool:
    """Whether there is a row that begins to store."""
    return view.stage is Stage.PREVIEW and view.allow_changes


def facts(view: ImportView, width: int) -> list[Row]:
    """The vault, the user, the source, what was found, and how far it has come."""
    out = [_fact(texts.VAULT, view.vault, width), _fact(texts.SIGNED_IN_AS, view.user, width)]
    if view.source:
        out.append(_fact(texts.SOURCE, view.source, width))
    if view.entries and view.stage not in ENDED:
        out.append(_fact(texts.STATUS, counted(view.entries, view.vault), width))
    for note in view.notes:
        out += wrapped(note, width, "dim", indent=2, first="i")
    if warning := warned(view.entries):
        out += wrapped(warning, width, "warn", indent=2, first="!")
    if view.stage is Stage.PREVIEW and view.allow_changes and view.replaced:
        out += wrapped(texts.REPLACES, width, "warn", indent=2, first="!")
    if view.stage is Stage.PREVIEW and not view.allow_changes:
        out += wrapped(texts.READ_ONLY, width, "warn")
        out += wrapped(view.command, width, "name", indent=2)
    out += _state(view, width)
    if view.problem is not None:
        out += problem_rows(view.problem, width)
    return [*out, row(("", "plain"))]


def _fact(label: str, words: str, width: int) -> Row:
    return row((fit(label, LABEL), "dim"), (fit(words, max(10, width - LABEL)), "plain"))


def _state(view: ImportView, width: int) -> list[Row]:
    if view.stage is Stage.READING:
        words = texts.listing(view.progress) if view.progress else texts.READING
    elif view.stage is Stage.COMPARING:
        words = texts.comparing(view.progress, view.total)
    elif view.stage is Stage.WRITING:
        words = texts.writing(view.progress, view.total)
        if view.wait is not None:
            words = texts.waiting(view.progress, view.total, view.wait.status, view.wait.seconds)
    elif view.stage in ENDED:
        return _ended(view, width)
    else:
        return []
    return wrapped(words, width, "todo")


def _ended(view: ImportView, width: int) -> list[Row]:
    results = view.results.values()
    counts = {each: sum(one.outcome is each for one in results) for each in Outcome}
    done = ", ".join(f"{number:,} {texts.NAMES.get(each, each)}" for each, number in counts.items() if number)
    all_there = all(one.arrived for one in results)
    out = wrapped(f"{done}. {checked(results, view.source)}", width, "good" if all_there else "warn")
    if view.stage is Stage.STOPPED:
        out += wrapped(texts.STOPPED, width, "warn")
    return out


def detail(view: ImportView, number: int | None, width: int, command: str = "") -> list[Row]:
    """What to know about the selected entry: its place, why, what the lookup gave."""
    if number is None or view.stage in BUSY or number >= len(view.entries):
        return []
    result = view.results.get(number)
    entry = result.entry if result is not None else view.entries[number]
    out = wrapped(_about(entry, view), width, "dim")
    if result is not None and result.problem is not None:
        out += problem_rows(result.problem, width)
    elif result is not None and result.proof is not None:
        proof = result.proof
        out += wrapped(proof.words, width, "good" if proof.proved else "bad", indent=2, first="=")
    elif command and entry.name:
        out += wrapped(command, width, "name", indent=2)
    return out


def _about(entry: Entry, view: ImportView) -> str:
    rename = ""
    if entry.rename:
        rename = texts.renamed(entry.rename) if view.allow_changes else texts.could_be(entry.rename)
    elif entry.renamed:
        rename = texts.renamed_already(entry.key)
    name = texts.stored_as(entry.name) if entry.name else ""
    where = texts.defined(view.source, entry.item.where)
    return " ".join(filter(None, (where, name, why(entry, view.vault), rename)))
