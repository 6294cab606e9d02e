"""The rows of pane 3: headings and secrets, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.console.panes.secrets import texts
from kvtui.console.panes.secrets.names import OTHER, Entry, Names
from kvtui.console.panes.secrets.state import SortBy
from kvtui.console.text import fit, row
from kvtui.console.words import expiry
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.console.text import Part, Role, Row, RowKey
    from kvtui.settings.model import Settings

SEGMENT_LEAST = 3
"""The number of keys with the same first segment from which the segment has its own heading."""
GAP = 2
"""Cells between two columns."""
WIDEST_STATUS, DATE = 17, 10
"""Cells of a status and of a date: `expired 100 d ago`, `2026-11-24`."""
MEASURED = 1000
"""Up to so many rows a column has the cells that its rows need; more take too long to look at."""
NAME_FROM = 54
"""Cells from which the secret's name is shown."""


@dataclass(frozen=True, slots=True)
class SecretRow:
    """The row of a secret."""

    name: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A heading, which folds and unfolds the names below it."""

    group: str


@dataclass(frozen=True, slots=True, eq=False)
class _Heading:
    """A kind or a segment with the number of its secrets."""

    depth: int
    group: str
    title: str
    count: int
    folded: bool
    pattern: str = ""
    """What the names of the group have in common."""


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

    def row(self, key: Part, name: Part, status: Part, updated: str, shared: int = 0) -> Row:
        """One row of the table; the row's heading has the first `shared` characters of the name, too."""
        parts: list[Part] = []
        over = self.name > 0 and not (status[0] or self.updated)
        name = (_shortened(name[0], shared, self.name + (self.status if over else -GAP)), name[1])
        for (text, role), cells in ((key, self.key), (name, self.name), (status, self.status)):
            if cells:
                parts.append((fit(text, cells - GAP) + " " * GAP, role))
        if over:
            parts[1:] = [(fit(name[0], self.name + self.status), name[1])]
        return row(*parts, (fit(updated, self.updated), "dim"))


class SecretRows:
    """The rows of pane 3, made as they are drawn.

    Takes the names, by what they are sorted, the filter and what is folded; a filter unfolds everything.
    """

    def __init__(
        self,
        names: Names,
        *,
        sort: SortBy = SortBy.KEY,
        filter: str,
        folded: frozenset[str],
        settings: Settings,
        provider: str,
        at: datetime,
    ) -> None:
        self._naming, self._at, self._sort, self._names = Naming.of(settings, provider), at, sort, names
        self._shared = {kind.value: max(0, len(self._naming.built(kind, "")) - 1) for kind in Kind}
        """By kind, the characters of the prefix before the separator, with which its names begin."""
        matching = names.matching(filter)
        self.matching = sum(map(len, matching.entries.values()))
        self.similar = matching.similar
        """What is shown only has the filter's letters in the same order."""
        self._rows: list[Entry | _Heading] = []
        self._headings: dict[str, int] = {}
        """Where each heading is."""
        self._segments: set[str] = set()
        """The groups with a heading of their own, whose secrets are one step further to the right."""
        if sort is SortBy.KEY:
            shut = frozenset() if filter.strip() else folded
            for kind, entries in matching.entries.items():
                if entries:
                    self._add_kind(kind, entries, shut, settings)
        else:
            self._rows += _in_order(list(chain.from_iterable(matching.entries.values())), sort)
        titles = {
            SortBy.UPDATED: texts.descending(texts.UPDATED),
            SortBy.EXPIRES: texts.ascending(texts.EXPIRES),
        }
        self._status = max(len(titles.get(sort, texts.STATUS)), DATE if sort is SortBy.UPDATED else 0)
        if len(self._rows) > MEASURED:
            self._status = WIDEST_STATUS
            self._longest_name, self._longest_key = names.longest_name, _indent(2) + names.longest_key
        else:
            shown = [each for each in self._rows if isinstance(each, Entry)]
            self._status = max(self._status, *(len(self.status(entry)[0]) for entry in shown), 0)
            self._longest_name = max((len(entry.name) for entry in shown), default=0)
            keys = (_indent(self._depth(entry)) + len(entry.key) for entry in shown if entry.kind != OTHER)
            self._longest_key = max(keys, default=0)

    def _add_kind(self, kind: str, entries: list[Entry], folded: frozenset[str], settings: Settings) -> None:
        """The heading of a kind and, if it is not folded, its secrets by the first segment of their keys."""
        prefix = None if kind == OTHER else self._naming.prefix(Kind(kind))
        pattern = f"{prefix}{settings.sep}*" if prefix else ""
        self._head(_Heading(0, kind, texts.GROUPS[kind], len(entries), kind in folded, pattern))
        if kind in folded:
            return
        segments: dict[str, list[Entry]] = {}
        for group, run in groupby(entries, attrgetter("group")):
            segments.setdefault(group, []).extend(run)
        for group, members in segments.items():
            if len(members) < SEGMENT_LEAST:
                self._rows += members
                continue
            segment = group.partition("/")[2]
            whole = [entry for entry in members[:1] if entry.key.lower() == segment]
            self._rows += whole
            self._segments.add(group)
            self._head(
                _Heading(
                    1, group, f"{segment}{'-' if kind == OTHER else '_'}*", len(members), group in folded
                )
            )
            if group not in folded:
                self._rows += members[len(whole) :]

    def _head(self, heading: _Heading) -> None:
        self._headings[heading.group] = len(self._rows)
        self._rows.append(heading)

    def _depth(self, entry: Entry) -> int:
        """2 below the heading of a segment, else 1."""
        return (
            2 if entry.group in self._segments and entry.key.lower() != entry.group.partition("/")[2] else 1
        )

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> RowKey | None:
        """A secret or a heading."""
        shown = self._rows[index]
        return SecretRow(shown.name) if isinstance(shown, Entry) else GroupRow(shown.group)

    def index_of(self, key: RowKey) -> int | None:
        """Where that secret or heading is now."""
        if isinstance(key, GroupRow):
            return self._headings.get(key.group)
        entry = self._names.entry(key.name) if isinstance(key, SecretRow) else None
        try:
            return self._rows.index(entry) if entry else None
        except ValueError:  # folded, or not what the filter leaves
            return None

    def columns(self, width: int) -> Columns:
        """The columns on `width` cells."""
        return Columns.of(width, self._longest_key, self._longest_name, self._status)

    def row(self, index: int, width: int) -> Row:
        """The heading with its count, or the key, the name, the status and the date of a secret."""
        shown = self._rows[index]
        if isinstance(shown, _Heading):
            title = f"{'  ' * shown.depth}{'▸' if shown.folded else '▾'} {shown.title}"
            pattern = f"  {shown.pattern}" if shown.pattern else ""
            return row((f"{title} ({shown.count:,})", "head"), (pattern, "dim"))
        entry, columns = shown, self.columns(width)
        key = entry.key if entry.kind != OTHER or not columns.name else ""
        if not columns.name and self._sort is not SortBy.KEY:
            key = entry.name  # no heading says of which kind it is
        updated = f"{entry.secret.updated:%Y-%m-%d}" if entry.secret.updated else ""
        role: Role = "plain" if entry.secret.enabled else "dim"
        status: Part = (updated, "plain") if self._updated_instead(columns) else self.status(entry)
        key = " " * _indent(self._depth(entry)) + key
        shared = self._shared.get(entry.kind, 0) if self._sort is SortBy.KEY else 0
        return columns.row((key, role), (entry.name, "dim"), status, updated, shared)

    def _updated_instead(self, columns: Columns) -> bool:
        """Whether the date is shown in place of the status: it is sorted by, and has no column."""
        return self._sort is SortBy.UPDATED and not columns.updated

    def header(self, width: int) -> Row:
        """The names of the columns."""
        columns, by = self.columns(width), self._sort
        key, name, status, updated = texts.KEY, texts.NAME, texts.STATUS, texts.UPDATED
        if not columns.name and by is not SortBy.KEY:
            key = name  # the rows show it
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
        if entry.kind != OTHER and self._naming.unreachable(entry.name):
            return texts.UNREACHABLE, "bad"
        if secret.not_before is not None and secret.not_before > self._at:
            return texts.NOT_YET_VALID, "warn"
        return expiry(secret.expires, self._at)


def _indent(depth: int) -> int:
    """Cells before a key, below the title of its heading."""
    return 2 * depth + 2


def _shortened(name: str, shared: int, cells: int) -> str:
    """A name that fits into `cells` without some of its `shared` first characters; else the whole name."""
    left = cells - 1 - (len(name) - shared)
    return f"{name[:left]}…{name[shared:]}" if len(name) > cells and left > 0 else name


def _in_order(entries: list[Entry], by: SortBy) -> list[Entry]:
    """The entries by another column than the key; equal ones by their keys."""
    never = datetime.max.replace(tzinfo=UTC)
    first = datetime.min.replace(tzinfo=UTC)
    if by is SortBy.EXPIRES:
        return sorted(entries, key=lambda entry: entry.secret.expires or never)
    if by is SortBy.UPDATED:
        return sorted(entries, key=lambda entry: entry.secret.updated or first, reverse=True)
    return sorted(entries, key=attrgetter("lowered"))
