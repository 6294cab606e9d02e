"""Replacements in a values file, collected by place and made at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from kvtui.outputs.env.lines import line_ending
from kvtui.outputs.helm import tree
from kvtui.outputs.helm.tree import Node


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    new: str
    lines: bool = False
    """Whole lines: what is before them must end with a newline."""
    last: bool = False
    """Comes after others at the same place: new top-level keys follow the parts that end there."""


@dataclass(slots=True)
class Edits:
    """Replacements in one text, by offsets of the text as it was."""

    text: str
    _done: list[_Edit] = field(default_factory=list)

    def replace(self, start: int, end: int, new: str) -> None:
        """The characters from `start` to before `end` become `new`."""
        self._done.append(_Edit(start, end, new))

    def insert_lines(self, position: int, lines: list[str]) -> None:
        """Whole lines at `position`, the start of a line or the end of the text."""
        self._done.append(_Edit(position, position, self._block(lines), lines=True))

    def add_keys(self, lines: list[str]) -> None:
        """New top-level keys: at the end, but before a line that ends the document."""
        mark = self.text.rfind("\n...")
        ends = mark >= 0 and not self.text[mark + 4 :].strip()
        position = mark + 1 if ends else len(self.text)
        self._done.append(_Edit(position, position, self._block(lines), lines=True, last=True))

    def result(self) -> str:
        """The text with everything done; insertions at one place in the order they came."""
        parts: list[str] = []
        position = 0
        for edit in sorted(self._done, key=lambda edit: (edit.start, edit.last)):
            parts += filter(None, [self.text[position : edit.start]])
            if edit.lines and parts and not parts[-1].endswith("\n"):
                parts.append(line_ending(self.text))
            parts += filter(None, [edit.new])
            position = edit.end
        return "".join([*parts, self.text[position:]])

    def _block(self, lines: list[str]) -> str:
        newline = line_ending(self.text)
        return "".join(f"{line}{newline}" for line in lines)


def before_close(text: str, node: Node) -> tuple[int, int]:
    """The empty span after the last entry of a flow collection; a trailing comma is taken along."""
    close = node.end_mark.index - 1
    last = len(text[:close].rstrip().removesuffix(",").rstrip())
    return last, max(last, len(text[:close].rstrip()))


def fill_empty(edits: Edits, key_node: Node, value_node: Node, lines: list[str]) -> None:
    """Put a block below a key whose value is empty, in place of `{}`, `[]` or `null`."""
    start, end = tree.value_span(key_node, value_node, edits.text)
    if start < end:
        edits.replace(len(edits.text[:start].rstrip(" ")), end, "")
    edits.insert_lines(tree.line_end(edits.text, end), lines)


def refuse_alias(text: str, key_node: Node, value_node: Node) -> None:
    """Stop where a value is only a reference: to change it would change another part."""
    if tree.value_span(key_node, value_node, text)[0] < tree.end(key_node, text):
        tree.refuse(
            f"In values.yaml, {key_node.value} (line {key_node.start_mark.line + 1}) is an alias.",
            "Write it out, then try again.",
        )
