"""Pane 7: what the project's code uses, grouped by what Airflow would make of it; the places of one key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from kvtui.console.phase import Phase
from kvtui.console.text import fit, row, wrapped
from kvtui.console.words import problem_rows
from kvtui.core.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kvtui.app.audit.judging import Audit, Collision, ResolvedKey, UndecidedGroup
    from kvtui.console.panes.audit.state import AuditState
    from kvtui.console.state import State
    from kvtui.console.text import Part, Role, Row, RowKey
    from kvtui.dags.reader import Unreadable

TITLES: dict[str, tuple[str, str, Role]] = {
    "missing": ("✗", "Missing", "bad"),
    "unreachable": ("✗", "Unreachable", "bad"),
    "resolves": ("✓", "Resolves", "good"),
    "elsewhere": ("·", "Answered elsewhere", "dim"),
}
WIDE = 110
"""Columns from which a line says more than where."""
_ASIDE = {"test": "  in a test", "main": "  under __main__"}
_FILE_MARKS: dict[bool, tuple[str, Role]] = {True: ("✗", "bad"), False: ("!", "warn")}


class AuditRow(Enum):
    """The row that is no finding."""

    RUN = auto()
    """Starts the audit."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key that the code uses."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class UndecidedRow:
    """Places whose key the code computes by one expression."""

    kind: str
    expression: str
    why: str


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A file that cannot be read."""

    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class CollisionRow:
    """Keys that share a secret."""

    kind: str
    secret_name: str


def rows(state: State, width: int) -> list[Row]:
    """The audit, or what stands in its place."""
    audit = state.audit
    if audit.problem is not None:
        again = row(("Enter audits again.", "todo"), key=AuditRow.RUN)
        return [*problem_rows(audit.problem, width, details=True), row(("", "plain")), again]
    if audit.phase is Phase.BUSY:
        return _busy(state, width)
    if audit.report is None:
        return _empty(state, width)
    return [*_head(state, audit, width), *_groups(audit.report, audit.filter, width)]


def _busy(state: State, width: int) -> list[Row]:
    audit = state.audit
    read = f"{audit.done:,} of {count(audit.total, 'file')} read" if audit.total else "looking for the files"
    out = wrapped(f"{read}… Esc stops.", width, "plain")
    if audit.listing and state.sign_in.phase in (Phase.IDLE, Phase.BUSY):
        out += wrapped("Waiting for the sign-in, then for the vault's names.", width, "dim")
    elif audit.listing:
        out += wrapped(f"Waiting for the vault's names: {len(state.secrets.names):,} so far.", width, "dim")
    return out


def _empty(state: State, width: int) -> list[Row]:
    if state.project is None:
        problem = state.project_problem
        return problem_rows(problem, width) if problem else wrapped("Reading the project…", width, "dim")
    stopped = "The audit was stopped. " if state.audit.phase is Phase.STOPPED else ""
    words = (
        f"{stopped}The audit finds every variable and connection that the DAGs use, in their code and in "
        "their templates, and says whether each would resolve with the vault's names. It runs no code and "
        "asks for no value. Keys that the code computes are listed as not decidable."
    )
    out = wrapped(words, width, "plain")
    out.append(row(("", "plain")))
    out += wrapped(f"Project: {state.project.directory}", width, "dim")
    out.append(row(("Enter, or c, starts it.", "todo"), key=AuditRow.RUN))
    return out


def _head(state: State, audit: AuditState, width: int) -> list[Row]:
    """By which names it was judged, and when; what has changed since."""
    files = count(audit.scanned.files, "file") if audit.scanned else ""
    seconds = f"{audit.scanned.seconds:.1f} s" if audit.scanned else ""
    when = f"{audit.at:%H:%M} UTC" if audit.at else ""
    words = (
        f"{files} in {seconds}, judged by {count(audit.names, 'name')} listed as {audit.listed_as}, {when}."
    )
    out = wrapped(words, width, "dim")
    if audit.judged_with != (state.settings, state.versions):
        out += wrapped("The settings have changed since: c audits again.", width, "warn")
    for note in audit.scanned.notes if audit.scanned else ():
        out += wrapped(note, width, "dim", indent=2, first="·")
    return out


def _groups(report: Audit, wanted: str, width: int) -> list[Row]:
    wanted = wanted.strip().lower()

    def holds(*texts: str) -> bool:
        return not wanted or any(wanted in text.lower() for text in texts)

    broken = [each for each in report.unreadable if holds(each.file, each.why)]
    out = _files("Cannot be read", [each for each in broken if not each.by_looks], width)
    for outcome, (mark, title, role) in TITLES.items():
        judged = [
            each
            for each in report.judged
            if each.outcome == outcome
            and holds(each.asked.key, each.secret_name or "", *(place.file for place in each.asked.places))
        ]
        if judged:
            out.append(_heading(title, len(judged), width))
            out += [_judged_row(each, mark, role, width) for each in judged]
    undecided = [each for each in report.undecided_groups if holds(each.expression, *each.places)]
    if undecided:
        out.append(_heading("Not decidable", sum(len(group.places) for group in undecided), width))
        for group in undecided:
            place = _places(group.places)
            row_key = _undecided(group)
            out.append(_line("?", "warn", group.kind, group.expression, place, width, row_key, group.why))
    out += _files("Read by its looks", [each for each in broken if each.by_looks], width)
    shared = [each for each in report.collisions if holds(each.secret_name, *each.keys)]
    if shared:
        out.append(_heading("Share a secret", len(shared), width))
        for each_shared in shared:
            names = " and ".join(each_shared.keys)
            name = each_shared.secret_name
            key = _collision(each_shared)
            out.append(_line("!", "warn", each_shared.kind, names, name, width, key))
    return out or wrapped(_nothing(wanted), width, "dim")


def _undecided(each: UndecidedGroup) -> UndecidedRow:
    return UndecidedRow(each.kind, each.expression, each.why)


def _places(places: Sequence[object]) -> str:
    """The first place, and how many more there are."""
    more = len(places) - 1
    return f"{places[0]}{f' and {more} more' if more else ''}"


def _unreadable(each: Unreadable) -> UnreadableRow:
    return UnreadableRow(each.file, each.line, each.why)


def _collision(each: Collision) -> CollisionRow:
    return CollisionRow(each.kind, each.secret_name)


def _files(title: str, files: list[Unreadable], width: int) -> list[Row]:
    """Files that cannot be read; those that are Python fail."""
    out = [_heading(title, len(files), width)] if files else []
    for file in files:
        mark, role = _FILE_MARKS[file.fails]
        place = f"{file.file}:{file.line}"
        what = "template" if file.by_looks else "file"
        out.append(_line(mark, role, what, file.why, place, width, _unreadable(file)))
    return out


def _nothing(wanted: str) -> str:
    if wanted:
        return f"Nothing holds {wanted}. Esc takes the filter away."
    return "The project's code uses no variable and no connection."


def _heading(title: str, number: int, width: int) -> Row:
    shown = f"{number:,}"
    return row((fit(title, width - len(shown) - 1), "head"), (shown + " ", "dim"))


def _judged_row(each: ResolvedKey, mark: str, role: Role, width: int) -> Row:
    asked = each.asked
    place = _places(asked.places)
    note = (each.secret_name or "") if each.outcome == "resolves" else each.detail
    if each.outcome in ("missing", "unreachable") and asked.default_given:
        mark, role, note = "!", "warn", f"Every place gives a default. {note}"
        place = place if width > WIDE else f"default given  {place}"
    elif each.outcome in ("missing", "unreachable") and not each.fails:
        mark, role = "!", "warn"
        if any(one.aside == "ignored" for one in asked.places):
            note = f"Ignored. {note}"
            place = place if width > WIDE else f"ignored  {place}"
    elif each.disabled and width <= WIDE:
        place = f"disabled  {place}"
    shown = asked.key or '""'
    return _line(mark, role, asked.kind, shown, place, width, KeyRow(asked.kind, asked.key), note)


def _line(
    mark: str, role: Role, kind: str, what: str, place: str, width: int, key: RowKey, note: str = ""
) -> Row:
    """Kind, key and place; where there is room, what there is to say of it, too."""
    kind_width = 11 if width > 56 else 5
    room = max(10, width - 4 - kind_width)
    if width > WIDE:
        what_width, place_width = min(40, room * 30 // 100), min(44, room * 34 // 100)
        rest = room - what_width - place_width
        parts: list[Part] = [(fit(what, what_width), "name"), (fit(f" {place}", place_width), "dim")]
        parts.append((fit(f" {note}", rest).rstrip(), "plain" if role != "good" else "dim"))
    else:
        place_width = min(len(place) + 1, room * 60 // 100)
        parts = [(fit(what, room - place_width), "name"), (fit(f" {place}", place_width), "dim")]
    return row((f"  {mark} ", role), (fit(kind, kind_width - 1) + " ", "dim"), *parts, key=key)


def details(state: State, width: int) -> list[Row]:
    """The opened key: its secret, why not if so, what to do, and every place; or one place in full."""
    report, opened = state.audit.report, state.audit.opened
    if report is None or opened is None:
        return []
    if isinstance(opened, KeyRow):
        keys = (each for each in report.judged if KeyRow(each.asked.kind, each.asked.key) == opened)
        found = next(keys, None)
        return _of_key(found, width) if found is not None else []
    if group := next((each for each in report.undecided_groups if _undecided(each) == opened), None):
        out = wrapped(group.expression, width, "name")
        out += wrapped(f"Not decidable: {group.why}.", width, "plain")
        return [*out, *(row((place, "dim")) for place in group.places)]
    if broken := next((each for each in report.unreadable if _unreadable(each) == opened), None):
        out = [*wrapped(f"{broken.file}:{broken.line}", width, "name"), *wrapped(broken.why, width, "plain")]
        after = "What this file uses was not checked: the audit fails." if broken.fails else ""
        if broken.by_looks:
            after = "It does not parse; what it asks for was found by its looks."
        return [*out, *(wrapped(after, width, "todo", indent=2, first="→") if after else ())]
    shared = next((one for one in report.collisions if _collision(one) == opened), None)
    if shared is None:
        return []
    words = f"The {shared.kind}s {' and '.join(shared.keys)} all lead to the secret {shared.secret_name}."
    return [*wrapped(words, width, "plain"), *wrapped("Rename all but one of them.", width, "todo")]


def _of_key(each: ResolvedKey, width: int) -> list[Row]:
    asked = each.asked
    name = f"  {each.secret_name}" if each.secret_name else ""
    out = [row((f"{asked.kind} {asked.key}", "name"), (name, "dim"))]
    out += wrapped(each.detail, width, "plain")
    if each.fix:
        out += wrapped(each.fix, width, "todo", indent=2, first="→")
    for near in each.near[1:]:
        out += wrapped(f"{near.name}: {near.why}", width, "dim", indent=2, first="≈")
    for place in asked.places:
        said = f"  through {place.through}" if place.through else ""
        said += "  with a default" if place.default_given else ""
        said += f"  ignored: {place.reason}" if place.aside == "ignored" else _ASIDE.get(place.aside, "")
        out.append(row((f"  {place}", "plain"), (f"  {place.how}{said}", "dim")))
    return out


def status(state: State) -> str:
    """The border's words: `2 fail; 3 missing, 1 unreachable, 20 resolve`."""
    audit = state.audit
    if audit.phase is Phase.BUSY:
        return f"{audit.done:,} of {audit.total:,} files" if audit.total else "reading"
    if audit.report is None:
        return ""
    report = audit.report
    return (
        f"{report.failing + report.unchecked} fail; {report.count('missing')} missing, "
        f"{report.count('unreachable')} unreachable, {report.count('resolves')} resolve"
    )
