"""Pane 3: the names by kind and first segment, filtered, folded; and the details of one secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.console.actions import REVEAL_SECONDS, PaneId
from kvtui.console.panes.secrets import texts
from kvtui.console.panes.secrets.state import SortBy
from kvtui.console.phase import Phase
from kvtui.console.remedies import words
from kvtui.console.text import fit, row, whole, wrapped
from kvtui.console.words import date, expiry, problem_rows
from kvtui.core.secret_text import MASK
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.console.state import State
    from kvtui.console.text import Part, Role, Row, RowKey
    from kvtui.settings.model import Settings

LIST_DENIED = ("ForbiddenByRbac", "AccessDenied")
"""The errors about the permission to list; the others are about the network."""
SEGMENT_LEAST = 3
"""The number of keys with the same first segment from which the segment has its own heading."""
GAP = 2
"""Cells between two columns."""
WIDEST_STATUS, DATE = 17, 10
"""Cells of a status and of a date: `expired 100 d ago`, `2026-11-24`."""
MEASURED = 1000
"""Up to so many secrets the status has the cells that it needs; more take too long to look at."""
NAME_FROM = 54
"""Cells from which the secret's name is shown."""
LABEL = 14
"""Cells of a label in the details."""


@dataclass(frozen=True, slots=True)
class SecretRow:
    """The row of a secret."""

    name: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A heading, which folds and unfolds the names below it."""

    group: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One secret, with the kind and the key for which Airflow asks for it."""

    name: str
    kind: str
    key: str
    secret: SecretName


@dataclass(frozen=True, slots=True)
class _Line:
    """A heading or a secret, at its depth."""

    depth: int
    entry: Entry | None = None
    group: str = ""
    title: str = ""
    pattern: str = ""
    """What the names of the group have in common."""
    count: int = 0
    folded: bool = False


def read(names: Sequence[SecretName], settings: Settings) -> list[Entry]:
    """The names with the kind and key that map to them with these settings, in the order of the keys."""
    entries = []
    naming = Naming.of(settings)
    for secret in names:
        kind, key = naming.read(secret.name) or ("other", "")
        entries.append(Entry(secret.name, kind, key or secret.name, secret))
    entries.sort(key=lambda entry: entry.key.lower())
    return entries


@dataclass(frozen=True, slots=True)
class Columns:
    """The width of each column in cells, with the gap after it. A name uses its row's empty status, too."""

    key: int
    name: int
    """0: the name is not shown."""
    status: int
    updated: int = 0
    """0: the date is not shown."""

    @classmethod
    def of(cls, width: int, key: int, name: int, status: int) -> Columns:
        """The columns on `width` cells, for the longest key with its indent, name and status."""
        key, name, status = key + GAP, name + GAP, status + GAP
        if key + name + status + DATE <= width:
            return cls(key, name, status, DATE)
        if width < NAME_FROM:
            return cls(width - status, 0, status)
        key = min(key, width // 2)
        return cls(key, width - key - status, status)

    def row(self, key: Part, name: Part, status: Part, updated: str) -> Row:
        """One row of the table."""
        parts: list[Part] = []
        for (text, role), cells in ((key, self.key), (name, self.name), (status, self.status)):
            if cells:
                parts.append((fit(text, cells - GAP) + " " * GAP, role))
        if self.name and not (status[0] or self.updated):
            parts[1:] = [(fit(name[0], self.name + self.status), name[1])]
        return row(*parts, (fit(updated, self.updated), "dim"))


class SecretRows:
    """The rows of pane 3, made as they are drawn.

    Takes the entries in the order of their keys, by what they are sorted, the filter and what is folded; a
    filter unfolds everything.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        sort: SortBy = SortBy.KEY,
        filter: str,
        folded: frozenset[str],
        settings: Settings,
        provider: str,
        at: datetime,
    ) -> None:
        self._naming, self._at, self._sort = Naming.of(settings, provider), at, sort
        wanted = filter.strip().lower()
        matching = [e for e in entries if not wanted or wanted in e.name.lower() or wanted in e.key.lower()]
        self.matching = len(matching)
        if sort is SortBy.KEY:
            self._lines = _lines(matching, frozenset() if wanted else folded, settings)
        else:
            self._lines = [_Line(1, entry) for entry in _in_order(matching, sort)]
        self._places = {self.key(n): n for n in range(len(self._lines))}
        secrets = [(line.depth, line.entry) for line in self._lines if line.entry]
        self._longest = (
            max(
                (_indent(depth) + len(entry.key) for depth, entry in secrets if entry.kind != "other"),
                default=0,
            ),
            max((len(entry.name) for _, entry in secrets), default=0),
        )

        titles = {
            SortBy.UPDATED: texts.descending(texts.UPDATED),
            SortBy.EXPIRES: texts.ascending(texts.EXPIRES),
        }
        self._status = max(len(titles.get(sort, texts.STATUS)), DATE if sort is SortBy.UPDATED else 0)
        if len(secrets) > MEASURED:
            self._status = WIDEST_STATUS
        elif secrets:
            self._status = max(self._status, *(len(self.status(entry)[0]) for _, entry in secrets))

    def __len__(self) -> int:
        return len(self._lines)

    def key(self, index: int) -> RowKey | None:
        """A secret or a heading."""
        line = self._lines[index]
        return SecretRow(line.entry.name) if line.entry else GroupRow(line.group)

    def index_of(self, key: RowKey) -> int | None:
        """Where that secret or heading is now."""
        return self._places.get(key)

    def columns(self, width: int) -> Columns:
        """The columns on `width` cells."""
        return Columns.of(width, *self._longest, self._status)

    def row(self, index: int, width: int) -> Row:
        """The heading with its count, or the key, the name, the status and the date of a secret."""
        line = self._lines[index]
        if line.entry is None:
            title = f"{'  ' * line.depth}{'▸' if line.folded else '▾'} {line.title}"
            pattern = f"  {line.pattern}" if line.pattern else ""
            return row((f"{title} ({line.count:,})", "head"), (pattern, "dim"))
        entry, columns = line.entry, self.columns(width)
        key = entry.key if entry.kind != "other" or not columns.name else ""
        if not columns.name and self._sort is not SortBy.KEY:
            key = entry.name  # no heading says of which kind it is
        updated = f"{entry.secret.updated:%Y-%m-%d}" if entry.secret.updated else ""
        role: Role = "plain" if entry.secret.enabled else "dim"
        status: Part = (updated, "plain") if self._updated_instead(columns) else self.status(entry)
        return columns.row((" " * _indent(line.depth) + key, role), (entry.name, "dim"), status, updated)

    def _updated_instead(self, columns: Columns) -> bool:
        """Whether the date is shown in place of the status: it is sorted by, and has no column."""
        return self._sort is SortBy.UPDATED and not columns.updated

    def header(self, width: int) -> Row:
        """The names of the columns."""
        columns, by = self.columns(width), self._sort
        key, name, status, updated = texts.KEY, texts.NAME, texts.STATUS, texts.UPDATED
        match by:
            case SortBy.KEY:
                key = texts.ascending(key)
            case SortBy.NAME:
                key, name = key if columns.name else texts.ascending(name), texts.ascending(name)
            case SortBy.EXPIRES:
                status = texts.ascending(texts.EXPIRES)
            case SortBy.UPDATED:
                updated = texts.descending(updated)
                status = updated if self._updated_instead(columns) else status
        key = " " * _indent(1) + key
        return columns.row((key, "dim"), (name, "dim"), (status, "dim"), updated)

    def status(self, entry: Entry) -> tuple[str, Role]:
        """What to know about a secret before using it, in at most three words."""
        secret = entry.secret
        if not secret.enabled:
            return texts.DISABLED, "bad"
        if entry.kind != "other" and self._naming.unreachable(entry.name):
            return texts.UNREACHABLE, "bad"
        if secret.not_before is not None and secret.not_before > self._at:
            return texts.NOT_YET_VALID, "warn"
        return expiry(secret.expires, self._at)


def _indent(depth: int) -> int:
    """Cells before a key, below the title of its heading."""
    return 2 * depth + 2


def _in_order(entries: list[Entry], by: SortBy) -> list[Entry]:
    """The entries by another column than the key; equal ones by their keys."""
    never = datetime.max.replace(tzinfo=UTC)
    first = datetime.min.replace(tzinfo=UTC)
    if by is SortBy.EXPIRES:
        return sorted(entries, key=lambda entry: entry.secret.expires or never)
    if by is SortBy.UPDATED:
        return sorted(entries, key=lambda entry: entry.secret.updated or first, reverse=True)
    return sorted(entries, key=lambda entry: entry.name.lower())


def _lines(entries: list[Entry], folded: frozenset[str], settings: Settings) -> list[_Line]:
    naming = Naming.of(settings)
    out: list[_Line] = []
    for kind, group in texts.GROUPS.items():
        members = [e for e in entries if e.kind == kind]
        if not members:
            continue
        prefix = naming.prefix(Kind(kind)) if kind in list(Kind) else None
        pattern = f"{prefix}{settings.sep}*" if prefix else ""
        shut = kind in folded
        out.append(_Line(0, group=kind, title=group, pattern=pattern, count=len(members), folded=shut))
        if not shut:
            out += _segments(kind, members, folded)
    return out


def _segments(kind: str, members: list[Entry], folded: frozenset[str]) -> list[_Line]:
    counts: dict[str, int] = {}
    for entry in members:
        counts[_segment(entry)] = counts.get(_segment(entry), 0) + 1
    out, open_segment = [], ""
    for entry in members:
        segment = _segment(entry)
        if counts[segment] < SEGMENT_LEAST or segment == entry.key:
            out.append(_Line(1, entry))
            continue
        group = f"{kind}/{segment}"
        if segment != open_segment:
            open_segment = segment
            out.append(
                _Line(1, group=group, title=f"{segment}_*", count=counts[segment], folded=group in folded)
            )
        if group not in folded:
            out.append(_Line(2, entry))
    return out


def _segment(entry: Entry) -> str:
    return entry.key.replace("-", "_").partition("_")[0].lower()


def message(state: State, width: int) -> list[Row]:
    """What is shown instead of the names: no vault, an error, loading, an empty vault."""
    secrets, sign_in = state.secrets, state.sign_in
    if state.settings.vault is None:
        return wrapped(texts.NO_VAULT, width, "dim")
    if secrets.problem is not None:
        rows = problem_rows(secrets.problem, width)
        if secrets.problem.code in LIST_DENIED:
            rows += wrapped(texts.LIST_NOT_NEEDED, width, "todo", indent=2, first="→")
        return rows
    if sign_in.problem is not None:
        return problem_rows(sign_in.problem, width)
    if sign_in.phase is Phase.STOPPED:
        return wrapped(texts.SIGN_IN_STOPPED, width, "warn")
    if secrets.phase is Phase.STOPPED:
        return wrapped(texts.LISTING_STOPPED, width, "warn")
    if secrets.phase in (Phase.BUSY, Phase.IDLE):
        host = state.settings.vault.host
        if secrets.wait is not None:
            return wrapped(texts.waiting(host, secrets.wait.status, secrets.wait.seconds), width, "warn")
        return wrapped(texts.listing(host) if sign_in.phase is Phase.DONE else texts.SIGNING_IN, width, "dim")
    return wrapped(texts.no_match(secrets.filter) if secrets.filter else texts.EMPTY_VAULT, width, "dim")


def cut_off(state: State) -> str:
    """Why not all names of the vault are shown; empty if they are."""
    secrets = state.secrets
    if not secrets.names or secrets.phase not in (Phase.FAILED, Phase.STOPPED):
        return ""
    why = words(secrets.problem.sentence()) if secrets.problem else ""
    return texts.incomplete(len(secrets.names), why)


def status(state: State, matching: int) -> str:
    """The words in the border: how many names, whether more come, who listed them."""
    secrets = state.secrets
    names = texts.shown(len(secrets.names), matching if secrets.filter and secrets.names else None)
    if secrets.phase is Phase.BUSY:
        if secrets.names and secrets.wait is not None:
            return texts.still_waiting(names, secrets.wait.status, secrets.wait.seconds)
        return texts.still_loading(names) if secrets.names else ""
    if cut_off(state):
        return texts.stopped_early(names)
    return texts.listed(names, _listed_as(state)) if secrets.phase is Phase.DONE else ""


def _listed_as(state: State) -> str:
    if state.secrets.as_deployment:
        return state.settings.deployment_name
    return state.sign_in.identity.name if state.sign_in.identity else ""


def details(state: State, width: int, provider: str, at: datetime) -> list[Row]:
    """The opened secret: dates, versions, tags, content type; its value only while revealed."""
    opened, reveal = state.secrets.opened, state.reveal
    if opened is None:
        return []
    secret = opened.name
    out = [row((fit(secret.name, width), "head"))]
    if reveal is not None and reveal.pane is PaneId.SECRETS and reveal.name == secret.name:
        out.append(_field(texts.VALUE, (texts.revealed(reveal.read_as, reveal.left), "warn")))
        out += whole(reveal.value.reveal(), width)
    else:
        out.append(_field(texts.VALUE, (MASK, "plain"), (f"  {texts.hidden(REVEAL_SECONDS)}", "dim")))
    if opened.problem is not None:
        out += problem_rows(opened.problem, width)
    if why := Naming.of(state.settings, provider).unreachable(secret.name):
        out += wrapped(why, width, "bad", indent=LABEL)
    expires, role = expiry(secret.expires, at)
    enabled: Part = (texts.YES, "plain") if secret.enabled else (texts.NO, "bad")
    out += [
        _field(texts.ENABLED, enabled),
        _field(
            texts.EXPIRES,
            (date(secret.expires) if secret.expires else texts.NO_DATE, "plain"),
            (f"  {expires}", role),
        ),
        _field(texts.UPDATED, (date(secret.updated), "plain")),
        _field(texts.CREATED, (date(secret.created), "plain")),
    ]
    if why := _warning(secret, at):
        out[-4:-4] = wrapped(why, width, "warn", indent=LABEL)
    if secret.content_type:
        out.append(_field(texts.CONTENT_TYPE, (secret.content_type, "plain")))
    if secret.tags:
        tags = "  ".join(f"{name}={value}" for name, value in secret.tags)
        out += wrapped(tags, width, "plain", indent=LABEL, first=texts.TAGS)
    if opened.versions is not None:
        newest = opened.versions[0].version if opened.versions else ""
        out.append(_field(texts.VERSIONS, (texts.versions(len(opened.versions), newest), "plain")))
    return out


def _field(label: str, *parts: Part) -> Row:
    return row((fit(label, LABEL), "dim"), *parts)


def _warning(secret: SecretName, at: datetime) -> str:
    """What the status in the list means for a read."""
    if not secret.enabled:
        return texts.WHY_DISABLED
    if secret.expires is not None and secret.expires <= at:
        return texts.WHY_EXPIRED
    if secret.not_before is not None and secret.not_before > at:
        return texts.WHY_NOT_YET_VALID
    return ""
