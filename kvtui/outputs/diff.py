"""What a write would change, as lines that may be shown."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kvtui.outputs.masking import masked_lines, plain_lines
from kvtui.outputs.model import PlannedFile

Sign = Literal[" ", "+", "-", "@"]
CHANGED = "   ← the masked value is another"
"""Follows an added line that looks like the removed one because its value is masked."""


class DiffLine(NamedTuple):
    """One line of a unified diff: kept, added, removed, or the heading of a hunk."""

    sign: Sign
    text: str
    """Without a line ending; values that could be secrets are masked."""


def diff(planned: PlannedFile, context: int = 3) -> tuple[DiffLine, ...]:
    """The unified diff from what is on disk to what would be written; empty if nothing changes."""
    from difflib import SequenceMatcher

    before = planned.state.text or ""
    old, new = list(plain_lines(before)), list(plain_lines(planned.after))
    shown_old, shown_new = masked_lines(before, planned.kind), masked_lines(planned.after, planned.kind)
    lines: list[DiffLine] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(context):
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


def _heading(group: list[tuple[str, int, int, int, int]]) -> str:
    first, last = group[0], group[-1]
    return f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"


def _range(start: int, stop: int) -> str:
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
