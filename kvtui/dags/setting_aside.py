"""What a project says that the audit should not report as a failure: comments in its files, and patterns.

`# kvtui: ignore` at the end of a line, or on a line of its own above it, ignores every use in that line;
`# kvtui: ignore[orders_db, api_*]` only those keys. What follows the bracket is the reason. SQL, shell and
Jinja files may begin the comment with `--`, `#`, `//` or `{#`. Nothing is dropped: a use that is ignored
stays in the report, and nothing fails by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from kvtui.dags.reader import Undecided, Use
from kvtui.dags.scanning import LARGEST, AskedKey, Scanned
from kvtui.dags.walking import resolved

_COMMENT = re.compile(
    r"(?P<begin>#|--|//|\{#)[ \t]*kvtui:[ \t]*ignore\b"
    r"(?:\[(?P<keys>[^\]\n]*)\])?[ \t:,-]*(?P<reason>[^\n]*?)[ \t]*(?:#\})?[ \t]*$"
)
_LINE_END = re.compile(r"\r\n|\r|\n")
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class Comment:
    """One `kvtui: ignore`."""

    patterns: tuple[str, ...] = ()
    """The keys that it ignores, as globs; none: every key of the line."""
    reason: str = NO_REASON

    def covers(self, key: str) -> bool:
        """Whether it ignores a use of that key; of a key that is not known, as the empty text."""
        return not self.patterns or any(fnmatchcase(key, each) for each in self.patterns)


@dataclass(frozen=True, slots=True)
class KeyPattern:
    """One entry of the configuration's `ignore`: `variable:tmp_*`, or `tmp_*` for either kind."""

    pattern: str
    kind: str = ""
    where: str = ""
    """The file that has it."""

    def __str__(self) -> str:
        return f"{self.kind}:{self.pattern}" if self.kind else self.pattern

    def covers(self, kind: str, key: str) -> bool:
        """Whether it ignores that key."""
        return self.kind in ("", kind) and fnmatchcase(key, self.pattern)


Comments = Mapping[str, Mapping[int, Comment]]
"""By file, as the report names it, and line."""


def comments_of(text: str) -> dict[int, Comment]:
    """The comments of one file, by the line that they are about."""
    found: dict[int, Comment] = {}
    for number, line in enumerate(_LINE_END.split(text), 1):
        match = _COMMENT.search(line) if "kvtui:" in line else None
        if match is None:
            continue
        patterns = tuple(filter(None, (each.strip() for each in (match["keys"] or "").split(","))))
        alone = not line[: match.start()].strip()
        found[number + alone] = Comment(patterns, match["reason"] or NO_REASON)
    return found


def comments_in(scanned: Scanned) -> Comments:
    """The comments of every file that the report names. Reads those files: never on an event loop."""
    real = resolved(scanned.path)
    base = real if real.is_dir() else real.parent
    found = scanned.findings()
    files = {each.file for each in found.uses} | {each.file for each in found.undecided}
    return {name: held for name in sorted(files) if (held := comments_of(_text(base / name)))}


def _text(path: Path) -> str:
    """The file's text; empty where none of its lines can hold a comment."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST)
    except OSError:
        return ""
    return data.decode("utf-8", "replace") if b"kvtui:" in data else ""


def set_aside(scanned: Scanned, comments: Comments, patterns: Iterable[KeyPattern]) -> Scanned:
    """The same findings, with what is ignored marked as such; a note for each pattern that fits no key."""
    patterns = tuple(patterns)
    used: set[KeyPattern] = set()

    def marked(asked: AskedKey) -> AskedKey:
        fits = [each for each in patterns if each.covers(asked.kind, asked.key)]
        used.update(fits)
        by_pattern = f"{fits[0]} in {fits[0].where}" if fits else ""
        places = []
        for place in asked.places:
            reason = _reason(comments, place, asked.key) or by_pattern
            places.append(place._replace(aside="ignored", reason=reason) if reason else place)
        return replace(asked, places=tuple(places))

    keys = tuple(marked(asked) for asked in scanned.keys)
    unused = [each for each in patterns if each not in used]
    notes = tuple(f'{each.where}: ignore has "{each}", which fits no key that was found.' for each in unused)
    undecided = tuple(replace(each, ignored=_reason(comments, each, "")) for each in scanned.undecided)
    return replace(scanned, keys=keys, undecided=undecided, notes=(*scanned.notes, *notes))


def _reason(comments: Comments, at: Use | Undecided, key: str) -> str:
    """Why a comment ignores what is at that place; empty if none does."""
    comment = comments.get(at.file, {}).get(at.line)
    return comment.reason if comment is not None and comment.covers(key) else ""
