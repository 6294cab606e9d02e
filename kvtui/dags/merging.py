"""One set of findings of several paths. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace

from kvtui.dags.reader import Undecided, Use
from kvtui.dags.scanning import Scanned, asked_keys


def merged(scans: Sequence[tuple[str, Scanned]], scanned: Scanned) -> Scanned:
    """`scanned`, empty, with what several scans found, each with the path from its base to theirs.

    What two of them found at the same place counts once.
    """
    uses: dict[tuple[str, str, str, int, str], Use] = {}
    undecided: dict[tuple[str, int, str], Undecided] = {}
    for below, each in scans:
        for use in (place for asked in each.keys for place in asked.places):
            moved = use._replace(file=_moved(use.file, below), through=_moved(use.through, below))
            uses.setdefault((moved.kind, moved.key, moved.file, moved.line, moved.how), moved)
        for site in each.undecided:
            moved_site = replace(site, file=_moved(site.file, below))
            undecided.setdefault((moved_site.file, moved_site.line, moved_site.expression), moved_site)
    unreadable = [
        replace(file, file=_moved(file.file, below)) for below, each in scans for file in each.unreadable
    ]
    return replace(
        scanned,
        files=sum(each.files for _, each in scans),
        seconds=sum(each.seconds for _, each in scans),
        keys=asked_keys(uses.values()),
        undecided=tuple(sorted(undecided.values(), key=lambda each: (each.file, each.line))),
        unreadable=tuple(dict.fromkeys(unreadable)),
        notes=tuple(dict.fromkeys(note for _, each in scans for note in each.notes)),
        hints=tuple(
            replace(hint, file=_moved(hint.file, below)) for below, each in scans for hint in each.hints
        ),
        unread=tuple(dict.fromkeys(_moved(name, below) for below, each in scans for name in each.unread)),
    )


def _moved(name: str, below: str) -> str:
    return posixpath.normpath(posixpath.join(below, name)) if name else ""
