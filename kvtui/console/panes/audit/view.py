"""Pane 7: the keys that the project's code uses, grouped by the outcome; the uses of one key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from kvtui.console.panes.audit import texts
from kvtui.console.phase import Phase
from kvtui.console.text import fit, row, wrapped
from kvtui.console.words import problem_rows
from kvtui.core.words import listed

if TYPE_CHECKING:
    from kvtui.app.audit.judging import Audit, Collision, ResolvedKey, UndecidedGroup
    from kvtui.console.panes.audit.state import AuditState
    from kvtui.console.state import State
    from kvtui.console.text import Role, Row, RowKey
    from kvtui.dags.reader import Unreadable

_MARKS: dict[str, tuple[str, Role]] = {
    "missing": ("✗", "bad"),
    "unreachable": ("✗", "bad"),
    "resolves": ("✓", "good"),
    "elsewhere": ("·", "dim"),
}
WIDE, NARROW = 110, 56
"""Cells from which a row has a column for notes; cells up to which the kind is cut."""
MARK, KIND = 3, 11
"""Cells of the mark with its indent, and of the kind."""
ADVICE = 28
"""Cells for the beginning of an advice."""
Cells = tuple[int, int, int, int]
"""The width of each column: kind, key, place, note."""
_FILE_MARKS: dict[bool, tuple[str, Role]] = {True: ("✗", "bad"), False: ("!", "warn")}


class AuditRow(Enum):
    """The row that is not a finding."""

    RUN = auto()
    """Starts the audit."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key that the code uses."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class UndecidedRow:
    """Uses whose key the code builds at run time by one expression."""

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
    """Keys that map to the same secret name."""

    kind: str
    secret_name: str


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """Code that is worth changing."""

    what: str


def rows(state: State, width: int) -> list[Row]:
    """The report; before it is there, what the audit does, its progress or its error."""
    audit = state.audit
    if audit.problem is not None:
        again = row((texts.START_AGAIN, "todo"), key=AuditRow.RUN)
        return [*problem_rows(audit.problem, width, details=True), row(("", "plain")), again]
    if audit.phase is Phase.BUSY:
        return _busy(state, width)
    if audit.report is None:
        return _empty(state, width)
    return _groups(audit.report, audit.filter, width)


def _busy(state: State, width: int) -> list[Row]:
    audit = state.audit
    files = texts.reading(audit.done, audit.total) if audit.total else texts.FINDING_FILES
    out = wrapped(files, width, "plain")
    if audit.listing and state.sign_in.phase in (Phase.IDLE, Phase.BUSY):
        out += wrapped(texts.WAITS_FOR_SIGN_IN, width, "dim")
    elif audit.listing:
        out += wrapped(texts.waits_for_names(len(state.secrets.names)), width, "dim")
    return out


def _empty(state: State, width: int) -> list[Row]:
    if state.project is None:
        problem = state.project_problem
        return problem_rows(problem, width) if problem else wrapped(texts.READING_PROJECT, width, "dim")
    stopped = state.audit.phase is Phase.STOPPED
    out = wrapped(texts.STOPPED, width, "warn") if stopped else []
    out += wrapped(texts.ABOUT, width, "plain")
    out.append(row(("", "plain")))
    out += wrapped(texts.project(state.project.directory), width, "dim")
    out.append(row((texts.START_AGAIN if stopped else texts.START, "todo"), key=AuditRow.RUN))
    return out


def _head(state: State, audit: AuditState, width: int) -> list[Row]:
    """What was compared and when; whether the settings have changed since."""
    if audit.scanned is None or audit.at is None:
        return []
    out = wrapped(texts.compared(audit.scanned.files, audit.names, audit.listed_as, audit.at), width, "dim")
    if audit.made_with != (state.settings, state.versions):
        out += wrapped(texts.SETTINGS_CHANGED, width, "warn")
    for note in audit.scanned.notes:
        out += wrapped(note, width, "dim", indent=2, first="·")
    return out


def _groups(report: Audit, wanted: str, width: int) -> list[Row]:
    wanted = wanted.strip().lower()

    def matches(*fields: str) -> bool:
        return not wanted or any(wanted in field.lower() for field in fields)

    broken = [each for each in report.unreadable if matches(each.file, each.why)]
    cells = _columns(report, width)
    out = _files(texts.UNREADABLE, [each for each in broken if not each.by_looks], cells)
    for outcome, (mark, role) in _MARKS.items():
        judged = [
            each
            for each in report.judged
            if each.outcome == outcome
            and matches(each.asked.key, each.secret_name or "", *(place.file for place in each.asked.places))
        ]
        if judged:
            out.append(_heading(texts.TITLES[outcome], len(judged)))
            out += [_key_row(each, mark, role, cells) for each in judged]
    undecided = [each for each in report.undecided_groups if matches(each.expression, *each.places)]
    if undecided:
        out.append(_heading(texts.UNKNOWN, sum(len(group.places) for group in undecided)))
        for group in undecided:
            place = texts.place(group.places[0], len(group.places))
            shown = (group.kind, group.expression, place, group.why)
            out.append(_line("?", "warn", shown, cells, _undecided(group)))
    out += _files(texts.READ_AS_TEXT, [each for each in broken if each.by_looks], cells)
    shared = [each for each in report.collisions if matches(each.secret_name, *each.keys)]
    if shared:
        out.append(_heading(texts.SHARED, len(shared)))
        for each_shared in shared:
            shown = (each_shared.kind, listed(each_shared.keys), each_shared.secret_name, "")
            out.append(_line("!", "warn", shown, cells, _collision(each_shared)))
    advice = [each for each in report.worth_changing if matches(each.what, *each.places)]
    if advice:
        out.append(_heading(texts.ADVICE, len(advice)))
        for said in advice:
            shown = (texts.CODE_KIND, said.what, texts.place(said.places[0], len(said.places)), said.fix)
            out.append(_line("!", "warn", shown, cells, AdviceRow(said.what)))
    if report.found_nothing:
        what, fix = report.nothing_found.parts
        again = wrapped(fix, width, "todo", indent=2, first="→")
        return [
            *out,
            *wrapped(what, width, "bad"),
            *again,
            *(row((f"  {file}", "dim")) for file in report.unread),
        ]
    return out or wrapped(texts.no_match(wanted) if wanted else texts.NO_KEYS, width, "dim")


def _undecided(each: UndecidedGroup) -> UndecidedRow:
    return UndecidedRow(each.kind, each.expression, each.why)


def _unreadable(each: Unreadable) -> UnreadableRow:
    return UnreadableRow(each.file, each.line, each.why)


def _collision(each: Collision) -> CollisionRow:
    return CollisionRow(each.kind, each.secret_name)


def _files(title: str, files: list[Unreadable], cells: Cells) -> list[Row]:
    """Files that cannot be read; Python files fail the audit."""
    out = [_heading(title, len(files))] if files else []
    for file in files:
        mark, role = _FILE_MARKS[file.fails]
        kind = texts.FILE_KIND if file.python else texts.TEMPLATE_KIND
        shown = (kind, f"{file.file}:{file.line}", file.why, "")
        out.append(_line(mark, role, shown, cells, _unreadable(file)))
    return out


def _heading(title: str, number: int) -> Row:
    return row((title, "head"), (f"  {number:,}", "dim"))


def _key_row(each: ResolvedKey, mark: str, role: Role, cells: Cells) -> Row:
    asked = each.asked
    place = texts.place(asked.places[0], len(asked.places))
    note = (each.secret_name or "") if each.outcome == "resolves" else each.detail
    if role == "bad" and asked.default_given:
        mark, role, note = "!", "warn", texts.sentence(each.why_harmless)
        place = place if cells[-1] else _beside(place, texts.DEFAULT_USED, cells[2])
    elif each.disabled and not cells[-1]:
        place = _beside(place, texts.DISABLED, cells[2])
    elif role == "bad" and not each.fails:
        mark, role, note = "!", "warn", texts.sentence(each.why_harmless)
    shown = (asked.kind, asked.key or '""', place, note)
    return _line(mark, role, shown, cells, KeyRow(asked.kind, asked.key))


def _beside(place: str, note: str, width: int) -> str:
    """A place with a short note; of the two, the place is cut."""
    return f"{fit(place, max(1, width - len(note) - 2)).rstrip()} {note}"


def _columns(report: Audit, width: int) -> Cells:
    """The cells of kind, key, place and note, each with a gap before it; 0: the note is not shown."""
    kind = KIND if width > NARROW else KIND // 2
    longest = max((len(each.asked.key) for each in report.judged), default=0) + 1
    longest = max(longest, ADVICE) if report.worth_changing else longest
    room = width - MARK - kind
    key = min(max(longest, 12), room * 45 // 100)
    if width <= WIDE:
        return kind, key, room - key, 0
    places = (texts.place(each.asked.places[0], len(each.asked.places)) for each in report.judged)
    place = min(max((len(each) + 2 for each in places), default=0), (room - key) // 2)
    return kind, key, place, room - key - place


def header(state: State, width: int) -> list[Row]:
    """Above the rows of a report: what was compared, and the names of the columns."""
    audit, report = state.audit, state.audit.report
    if report is None:
        return []
    titles = zip((texts.KIND, texts.KEY, texts.USED_IN, texts.NOTE), _columns(report, width), strict=True)
    columns = row((" " * MARK, "dim"), *((fit(f" {title}", cells), "dim") for title, cells in titles))
    return [*_head(state, audit, width), columns]


def _line(
    mark: str,
    role: Role,
    fields: tuple[str, str, str, str],
    cells: Cells,
    key: RowKey,
) -> Row:
    """Kind, key, place and note in their columns."""
    roles: tuple[Role, ...] = ("dim", "name", "dim", "plain" if role != "good" else "dim")
    parts = zip(fields, cells, roles, strict=True)
    return row(
        (fit(f"  {mark}", MARK), role),
        *((fit(f" {text}", width), shown) for text, width, shown in parts),
        key=key,
    )


def details(state: State, width: int) -> list[Row]:
    """The opened key: its secret, the outcome, what to do, every use; or one other row in full."""
    report, opened = state.audit.report, state.audit.opened
    if report is None or opened is None:
        return []
    if isinstance(opened, KeyRow):
        keys = (each for each in report.judged if KeyRow(each.asked.kind, each.asked.key) == opened)
        found = next(keys, None)
        return _of_key(found, width) if found is not None else []
    if group := next((each for each in report.undecided_groups if _undecided(each) == opened), None):
        out = wrapped(group.expression, width, "name")
        out += wrapped(texts.unknown(group.why), width, "plain")
        return [*out, *(row((place, "dim")) for place in group.places)]
    if broken := next((each for each in report.unreadable if _unreadable(each) == opened), None):
        out = [*wrapped(f"{broken.file}:{broken.line}", width, "name"), *wrapped(broken.why, width, "plain")]
        after = texts.NOT_CHECKED if broken.fails else ""
        if broken.by_looks:
            after = texts.CHECKED_AS_TEXT
        return [*out, *(wrapped(after, width, "todo", indent=2, first="→") if after else ())]
    if said := next((each for each in report.worth_changing if AdviceRow(each.what) == opened), None):
        out = [*wrapped(said.what, width, "plain"), *wrapped(said.fix, width, "todo", indent=2, first="→")]
        return [*out, *(row((place, "dim")) for place in said.places)]
    shared = next((one for one in report.collisions if _collision(one) == opened), None)
    if shared is None:
        return []
    words = texts.shared(shared.kind, shared.keys, shared.secret_name)
    return [*wrapped(words, width, "plain"), *wrapped(texts.RENAME, width, "todo", indent=2, first="→")]


def _of_key(each: ResolvedKey, width: int) -> list[Row]:
    asked = each.asked
    name = f"  {each.secret_name}" if each.secret_name else ""
    out = [row((f"{asked.kind} {asked.key}", "name"), (name, "dim"))]
    out += wrapped(each.detail, width, "plain")
    if each.outcome in ("missing", "unreachable") and each.why_harmless:
        out += wrapped(texts.nothing_fails(each.why_harmless), width, "plain")
    elif each.fix:
        out += wrapped(each.fix, width, "todo", indent=2, first="→")
    for near in each.near[1:]:
        out += wrapped(f"{near.name}: {near.why}", width, "dim", indent=2, first="≈")
    for place in asked.places:
        said = f"  through {place.through}" if place.through else ""
        said += f"  {texts.HAS_DEFAULT}" if place.default_given else ""
        said += f"  ignored: {place.reason}" if place.aside == "ignored" else ""
        said += f"  {texts.ASIDE[place.aside]}" if place.aside in texts.ASIDE else ""
        out.append(row((f"  {place}", "plain"), (f"  {place.how}{said}", "dim")))
    return out


def status(state: State) -> str:
    """The words in the border: the progress, or how many keys failed."""
    audit = state.audit
    if audit.phase is Phase.BUSY:
        return texts.progress(audit.done, audit.total)
    if audit.report is None:
        return ""
    report = audit.report
    if report.found_nothing:
        return texts.nothing_found(len(report.unread))
    return texts.result(len(report.judged), report.failing, report.unchecked)
