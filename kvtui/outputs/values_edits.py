"""Replacements in a values file, collected by place and made at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from kvtui.outputs import values_tree as tree
from kvtui.outputs.env_lines import line_ending
from kvtui.outputs.values_tree import Node


@dataclass(slots=True)
class Edits:
    """Replacements in one text, by offsets of the text as it was."""

    text: str
    done: list[tuple[int, int, str]] = field(default_factory=list)

    def replace(self, start: int, end: int, new: str) -> None:
        """The characters from `start` to before `end` become `new`."""
        self.done.append((start, end, new))

    def insert_lines(self, position: int, lines: list[str]) -> None:
        """Whole lines at `position`, the start of a line or the end of the text."""
        newline = line_ending(self.text)
        block = "".join(f"{line}{newline}" for line in lines)
        if position and not self.text.endswith("\n", 0, position):
            block = newline + block
        self.done.append((position, position, block))

    def result(self) -> str:
        """The text with everything done; insertions at one place in the order they came."""
        parts: list[str] = []
        position = 0
        for start, end, new in sorted(self.done, key=lambda edit: edit[0]):
            parts += [self.text[position:start], new]
            position = end
        return "".join([*parts, self.text[position:]])


def before_close(text: str, node: Node) -> tuple[int, int]:
    """The empty span after the last entry of a flow collection; a trailing comma is taken along."""
    close = node.end_mark.index - 1
    last = len(text[:close].rstrip().removesuffix(",").rstrip())
    return last, max(last, len(text[:close].rstrip()))


def fill_empty(edits: Edits, key_node: Node, value_node: Node, lines: list[str]) -> None:
    """Put a block below a key whose value is empty, in place of `{}`, `[]` or `null`."""
    start, end = tree.start(value_node), tree.end(value_node, edits.text)
    if start < end:
        edits.replace(len(edits.text[:start].rstrip(" ")), end, "")
    edits.insert_lines(tree.line_end(edits.text, max(end, tree.end(key_node, edits.text))), lines)


def end_of_document(text: str) -> int:
    """Where new top-level keys go: the end, but before a line that ends the document."""
    position = text.rfind("\n...")
    return position + 1 if position >= 0 and text[position + 4 :].strip() == "" else len(text)


def refuse_alias(text: str, key_node: Node, value_node: Node) -> None:
    """Stop where a value is only a reference: to change it would change another part."""
    if tree.start(value_node) < tree.end(key_node, text):
        tree.refuse(
            f"In values.yaml, {key_node.value} (line {key_node.start_mark.line + 1}) is an alias.",
            "Write it out, then try again.",
        )
