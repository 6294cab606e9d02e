"""What a write would change, as lines that may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from kvtui.outputs.masking import masked_lines, plain_lines
from kvtui.outputs.model import PlannedFile

Operation = tuple[str, int, int, int, int]
LONG = 2000
"""Above this many lines the diff may not be minimal."""
Sign = Literal[" ", "+", "-", "@"]
CHANGED = "   ← the masked value differs"
"""Follows an added line that looks like the removed one because its value is masked."""


class DiffLine(NamedTuple):
    """One line of a unified diff: kept, added, removed, or the heading of a hunk."""

    sign: Sign
    text: str
    """Without a line ending; values that could be secrets are masked."""


def diff(planned: PlannedFile, context: int = 3) -> tuple[DiffLine, ...]:
    """The unified diff from what is on disk to what would be written; empty if nothing changes."""
    before = planned.state.text or ""
    old, new = list(plain_lines(before)), list(plain_lines(planned.after))
    shown_old, shown_new = masked_lines(before, planned.kind), masked_lines(planned.after, planned.kind)
    lines: list[DiffLine] = []
    for group in _groups(old, new, context):
        lines.append(DiffLine("@", _heading(group)))
        for operation, old_from, old_to, new_from, new_to in group:
            if operation == "equal":
                lines += [DiffLine(" ", text) for text in shown_old[old_from:old_to]]
                continue
            removed = shown_old[old_from:old_to]
            lines += [DiffLine("-", text) for text in removed]
            lines += [
                DiffLine("+", text + CHANGED if text in removed else text)
                for text in shown_new[new_from:new_to]
            ]
    return tuple(lines)


def _groups(old: list[str], new: list[str], context: int) -> Iterable[list[Operation]]:
    """As `SequenceMatcher.get_grouped_opcodes`, but faster: that compares each line with each equal one.

    Common lines at the start and the end are skipped first; the rest, if it is long, is matched by its rare
    lines.
    """
    from difflib import SequenceMatcher

    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    left = max(0, head - context)
    right = max(0, tail - context)
    old, new = old[left : len(old) - right], new[left : len(new) - right]
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > LONG)
    for group in matcher.get_grouped_opcodes(context):
        yield [(tag, a + left, b + left, c + left, d + left) for tag, a, b, c, d in group]


def _heading(group: list[Operation]) -> str:
    first, last = group[0], group[-1]
    return f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"


def _range(start: int, stop: int) -> str:
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
