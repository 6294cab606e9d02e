"""Pane 3: names grouped as Airflow would use them, filtered, folded; and the details of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.console.actions import REVEAL_SECONDS, PaneId
from kvtui.console.phase import Phase
from kvtui.console.remedies import words
from kvtui.console.text import fit, row, whole, wrapped
from kvtui.console.words import date, problem_rows
from kvtui.core.secret_text import MASK
from kvtui.core.words import count
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.console.state import State
    from kvtui.console.text import Part, Role, Row, RowKey
    from kvtui.settings.model import Settings

GROUPS = (
    ("variable", "Variables"),
    ("connection", "Connections"),
    ("config", "Config"),
    ("other", "Not for Airflow"),
)
LIST_DENIED = ("ForbiddenByRbac", "AccessDenied")
"""The errors that are about the right to list; the others are about the network."""
SEGMENT_LEAST = 3
"""So many keys must share a first segment before it gets a heading of its own."""


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
    """One secret, read as Airflow reads names."""

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
    count: int = 0
    folded: bool = False


def read(names: Sequence[SecretName], settings: Settings) -> list[Entry]:
    """The names as Airflow would use them with these settings, in order of kind and key."""
    entries = []
    naming = Naming.of(settings)
    for secret in names:
        kind, key = naming.read(secret.name) or ("other", "")
        entries.append(Entry(secret.name, kind, key or secret.name, secret))
    entries.sort(key=lambda entry: entry.key.lower())
    return entries


class SecretRows:
    """The rows of pane 3, made as they are drawn.

    Takes the entries in order, the filter and what is folded; a filter unfolds everything.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        filter: str,
        folded: frozenset[str],
        settings: Settings,
        provider: str,
        at: datetime,
    ) -> None:
        self._naming, self._at = Naming.of(settings, provider), at
        wanted = filter.strip().lower()
        matching = [e for e in entries if not wanted or wanted in e.name.lower() or wanted in e.key.lower()]
        self.matching = len(matching)
        self._lines = list(_lines(matching, frozenset() if wanted else folded, settings))
        self._places = {self.key(n): n for n in range(len(self._lines))}

    def __len__(self) -> int:
        return len(self._lines)

    def key(self, index: int) -> RowKey | None:
        """A secret or a heading."""
        line = self._lines[index]
        return SecretRow(line.entry.name) if line.entry else GroupRow(line.group)

    def index_of(self, key: RowKey) -> int | None:
        """Where that secret or heading is now."""
        return self._places.get(key)

    def row(self, index: int, width: int) -> Row:
        """The heading with its count, or the key, the name and what is special about it."""
        line = self._lines[index]
        indent = "  " * line.depth
        if line.entry is None:
            number = f"{line.count:,}"
            title = f"{indent}{'▸' if line.folded else '▾'} {line.title}"
            return row((fit(title, width - len(number) - 1), "head"), (number + " ", "dim"))
        entry = line.entry
        note, role = self.note(entry)
        show_name = width > 66
        note_width = min(len(note), max(0, width - 24))
        room = width - len(indent) - 2 - note_width - (2 if note else 0)
        key_width = min(room, max(22, room * 45 // 100)) if show_name else room
        parts: list[Part] = [(indent + "  ", "plain"), (fit(entry.key, key_width), _role(entry))]
        if show_name:
            parts.append((fit(" " + entry.name, room - key_width), "dim"))
        if note:
            parts += [("  ", "plain"), (fit(note, note_width), role)]
        return row(*parts)

    def note(self, entry: Entry) -> tuple[str, Role]:
        """What a user must know about a secret before using it, in a few words."""
        secret = entry.secret
        if not secret.enabled:
            return "disabled: Airflow gets 403", "bad"
        if entry.kind != "other" and self._naming.unreachable(entry.name):
            return "no key reaches it", "bad"
        if secret.expires is not None:
            from kvtui.azure.entries import SOON_DAYS, days_left

            left = days_left(secret.expires, self._at)
            if secret.expires <= self._at:
                return "expired, still served", "warn"
            if left < SOON_DAYS:
                return f"expires {left} d", "warn"
        if secret.not_before is not None and secret.not_before > self._at:
            return "not valid yet, still served", "warn"
        return "", "dim"


def _role(entry: Entry) -> Role:
    return "plain" if entry.secret.enabled else "dim"


def _lines(entries: list[Entry], folded: frozenset[str], settings: Settings) -> list[_Line]:
    naming = Naming.of(settings)
    out: list[_Line] = []
    for kind, group in GROUPS:
        members = [e for e in entries if e.kind == kind]
        if not members:
            continue
        prefix = naming.prefix(Kind(kind)) if kind in list(Kind) else None
        title = f"{group}  {prefix}{settings.sep}…" if prefix else group
        shut = kind in folded
        out.append(_Line(0, group=kind, title=title, count=len(members), folded=shut))
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
                _Line(1, group=group, title=f"{segment}_…", count=counts[segment], folded=group in folded)
            )
        if group not in folded:
            out.append(_Line(2, entry))
    return out


def _segment(entry: Entry) -> str:
    return entry.key.replace("-", "_").partition("_")[0].lower()


def message(state: State, width: int) -> list[Row]:
    """What stands where the names would be: nothing chosen, refused, loading, empty."""
    secrets = state.secrets
    if state.settings.vault is None:
        return wrapped(
            "No vault yet. Type your vault's address or name in pane 1. "
            "It is on the vault's overview page as Vault URI.",
            width,
            "dim",
        )
    if secrets.problem is not None:
        rows = problem_rows(secrets.problem, width)
        if secrets.problem.code in LIST_DENIED:
            rows += wrapped(
                "A right to list is not needed: type a key in pane 4.", width, "todo", indent=2, first="→"
            )
        return rows
    if state.sign_in.problem is not None:
        return problem_rows(state.sign_in.problem, width)
    if secrets.phase is Phase.STOPPED or state.sign_in.phase is Phase.STOPPED:
        again = "The sign-in was stopped. Press s to sign in."
        if state.sign_in.phase is not Phase.STOPPED:
            again = "The listing was stopped. Press l to list the names again."
        return wrapped(again, width, "warn")
    if secrets.phase in (Phase.BUSY, Phase.IDLE):
        host = state.settings.vault.host
        waiting = "Signing in…" if state.sign_in.phase is not Phase.DONE else f"Listing the names in {host}…"
        return wrapped(f"{waiting} Esc stops.", width, "dim")
    if secrets.filter:
        return wrapped(f"No name matches “{secrets.filter}”. Esc clears the filter.", width, "dim")
    return wrapped("The vault holds no secrets yet.", width, "dim")


def cut_off(state: State) -> str:
    """Why the names that are shown are only a part of the vault's; empty if they are not."""
    secrets = state.secrets
    if not secrets.names or secrets.phase not in (Phase.FAILED, Phase.STOPPED):
        return ""
    why = words(secrets.problem.sentence()) if secrets.problem else "It was stopped."
    first = count(len(secrets.names), "name")
    return f"This list is incomplete: the listing ended after {first}. {why} Press l to list again."


def status(state: State, matching: int) -> str:
    """The pane's right corner: how many names, whether more come, in how many seconds."""
    secrets = state.secrets
    total = count(len(secrets.names), "name")
    if secrets.filter and secrets.names:
        total = f"{matching:,} of {total}"
    if secrets.phase is Phase.BUSY:
        return f"{total}, loading, Esc stops"
    if cut_off(state):
        return f"{total}, incomplete, l lists again"
    if secrets.phase is Phase.DONE:
        return f"{total} in {secrets.seconds:.1f} s, as {_who(state)}"
    return ""


def _who(state: State) -> str:
    return state.settings.deployment_name if state.secrets.as_deployment else "you"


def details(state: State, width: int, provider: str) -> list[Row]:
    """The opened secret: dates, versions, tags, content type; its value only while revealed."""
    opened = state.secrets.opened
    if opened is None:
        return []
    secret = opened.name
    out = [row((fit(secret.name, width), "head"))]
    reveal = state.reveal
    if reveal is not None and reveal.pane is PaneId.SECRETS and reveal.name == secret.name:
        out.append(
            row((fit("value", 13), "dim"), (f"as {reveal.read_as}, hides itself in {reveal.left} s", "warn"))
        )
        out += whole(reveal.value.reveal(), width)
    else:
        out.append(
            row(
                (fit("value", 13), "dim"),
                (MASK, "plain"),
                (f"  r reveals it for {REVEAL_SECONDS} seconds", "dim"),
            )
        )
    if opened.problem is not None:
        out += problem_rows(opened.problem, width)
    if why := Naming.of(state.settings, provider).unreachable(secret.name):
        out += wrapped(why, width, "bad", indent=13)
    out += [
        row(
            (fit("updated", 13), "dim"),
            (date(secret.updated), "plain"),
            ("   created ", "dim"),
            (date(secret.created), "plain"),
        ),
        row(
            (fit("expires", 13), "dim"),
            (date(secret.expires), "plain"),
            ("   enabled ", "dim"),
            ("yes" if secret.enabled else "no", "plain" if secret.enabled else "bad"),
        ),
    ]
    if secret.content_type:
        out.append(row((fit("content type", 13), "dim"), (secret.content_type, "plain")))
    if secret.tags:
        out += wrapped("  ".join(f"{k}={v}" for k, v in secret.tags), width, "plain", indent=13, first="tags")
    if opened.versions is not None:
        newest = opened.versions[0].version[:8] if opened.versions else "none"
        out.append(row((fit("versions", 13), "dim"), (f"{len(opened.versions)}, newest {newest}…", "plain")))
    return out
