"""Our keys and entries set in a values file, at the places where ruamel.yaml finds them.

Only our characters change: comments, order, quoting and line endings of everything else stay. The
result is loaded again and must say what the old file said, but for what we set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kvtui.outputs import values_tree as tree
from kvtui.outputs.env_lines import line_ending
from kvtui.outputs.escape import quoted
from kvtui.outputs.values_content import Content, Item, Scalar
from kvtui.outputs.values_style import block_fields, flow_fields, single_quoted
from kvtui.outputs.values_tree import Node


@dataclass(slots=True)
class _Edits:
    """Replacements in one text, by offsets of the text as it was."""

    text: str
    done: list[tuple[int, int, str]] = field(default_factory=list)

    def replace(self, start: int, end: int, new: str) -> None:
        self.done.append((start, end, new))

    def insert_lines(self, position: int, lines: list[str]) -> None:
        """Whole lines at `position`, the start of a line or the end of the text."""
        newline = line_ending(self.text)
        block = "".join(f"{line}{newline}" for line in lines)
        if position and not self.text.endswith("\n", 0, position):
            block = newline + block
        self.done.append((position, position, block))

    def result(self) -> str:
        parts: list[str] = []
        position = 0
        for start, end, new in sorted(self.done, key=lambda edit: edit[0]):
            parts += [self.text[position:start], new]
            position = end
        return "".join([*parts, self.text[position:]])


def merged(text: str, wanted: Content) -> str:
    """`text` with `wanted` in it. `ProblemError` (exit 7) where that cannot be done cleanly."""
    before = tree.load(text)
    root = tree.compose(text)
    edits = _Edits(text)
    for scalar in wanted.scalars:
        _set_scalar(edits, root, scalar)
    lists = dict.fromkeys(item.list_key for item in (*wanted.items, *wanted.only_if_there))
    lists.update(dict.fromkeys(key for key, _, _ in wanted.unwanted))
    for key in lists:
        _set_items(edits, root, key, wanted)
    after = edits.result()
    _prove(before if before is not None else {}, after, wanted)
    return after


def _set_scalar(edits: _Edits, root: Node | None, scalar: Scalar) -> None:
    node, path = root, scalar.path
    while True:
        if node is None:
            edits.insert_lines(_end_of_document(edits.text), _nested(path, scalar.value, 0))
            return
        found = tree.child(node, path[0])
        if found is None:
            _add_to_mapping(edits, node, root, path, scalar.value)
            return
        key_node, value_node = found
        _refuse_alias(edits.text, key_node, value_node)
        if len(path) == 1:
            _replace_scalar(edits, key_node, value_node, scalar.value)
            return
        if tree.is_empty(value_node):
            indent = key_node.start_mark.column + 2
            _fill_empty(edits, key_node, value_node, _nested(path[1:], scalar.value, indent))
            return
        if not tree.is_mapping(value_node):
            tree.refuse(
                f"In values.yaml, {path[0]} (line {key_node.start_mark.line + 1}) is not a mapping.",
                "Correct it, then try again.",
            )
        node, path = value_node, path[1:]


def _add_to_mapping(edits: _Edits, node: Node, root: Node, path: tuple[str, ...], value: str) -> None:
    if node is root and not node.flow_style:
        edits.insert_lines(_end_of_document(edits.text), _nested(path, value, node.start_mark.column))
    elif node.flow_style:
        for key in reversed(path[1:]):
            value = f"{{{key}: {quoted(value)}}}"
        inner = value if len(path) > 1 else quoted(value)
        edits.replace(*_before_close(edits.text, node), f"{', ' if node.value else ''}{path[0]}: {inner}")
    else:
        position = tree.line_end(edits.text, tree.end(node, edits.text))
        edits.insert_lines(position, _nested(path, value, node.start_mark.column))


def _before_close(text: str, node: Node) -> tuple[int, int]:
    """The empty span after the last entry of a flow collection; a trailing comma is taken along."""
    close = node.end_mark.index - 1
    last = len(text[:close].rstrip().removesuffix(",").rstrip())
    return last, max(last, len(text[:close].rstrip()))


def _replace_scalar(edits: _Edits, key_node: Node, value_node: Node, value: str) -> None:
    if tree.is_mapping(value_node) or tree.is_sequence(value_node):
        tree.refuse(
            f"In values.yaml, {key_node.value} (line {key_node.start_mark.line + 1}) is not a string.",
            "Correct it, then try again.",
        )
    if value_node.value == value and str(value_node.tag).endswith(":str"):
        return
    start, end = tree.start(value_node), tree.end(value_node, edits.text)
    space = "" if edits.text[start - 1 : start].isspace() else " "
    edits.replace(start, end, space + quoted(value))


def _nested(path: tuple[str, ...], value: str, indent: int) -> list[str]:
    lines = [f"{' ' * (indent + 2 * depth)}{key}:" for depth, key in enumerate(path)]
    lines[-1] += f" {quoted(value)}"
    return lines


def _fill_empty(edits: _Edits, key_node: Node, value_node: Node, lines: list[str]) -> None:
    """Put a block below a key whose value is empty, in place of `{}`, `[]` or `null`."""
    start, end = tree.start(value_node), tree.end(value_node, edits.text)
    if start < end:
        edits.replace(len(edits.text[:start].rstrip(" ")), end, "")
    edits.insert_lines(tree.line_end(edits.text, max(end, tree.end(key_node, edits.text))), lines)


def _end_of_document(text: str) -> int:
    """Where new top-level keys go: the end, but before a line that ends the document."""
    position = text.rfind("\n...")
    return position + 1 if position >= 0 and text[position + 4 :].strip() == "" else len(text)


def _refuse_alias(text: str, key_node: Node, value_node: Node) -> None:
    if tree.start(value_node) < tree.end(key_node, text):
        tree.refuse(
            f"In values.yaml, {key_node.value} (line {key_node.start_mark.line + 1}) is an alias.",
            "Write it out, then try again.",
        )


def _set_items(edits: _Edits, root: Node | None, key: str, wanted: Content) -> None:
    adds = [item for item in wanted.items if item.list_key == key]
    found = tree.child(root, key) if root is not None else None
    if found is None:
        if adds:
            edits.insert_lines(_end_of_document(edits.text), [f"{key}:", *_items(adds, 2)])
        return
    key_node, value_node = found
    _refuse_alias(edits.text, key_node, value_node)
    if tree.is_empty(value_node):
        if adds:
            _fill_empty(edits, key_node, value_node, _items(adds, key_node.start_mark.column + 2))
        return
    if not tree.is_sequence(value_node):
        tree.refuse(
            f"In values.yaml, {key} (line {key_node.start_mark.line + 1}) is not a list.",
            "Correct it, then try again.",
        )
    _Sequence(edits, value_node, wanted, key).edit(adds)


def _items(items: list[Item], indent: int) -> list[str]:
    lines: list[str] = []
    for item in items:
        first, *rest = block_fields(item.fields, indent + 2)
        lines += [f"{' ' * indent}- {first.lstrip()}", *rest]
    return lines


@dataclass(slots=True)
class _Sequence:
    """One list of entries that are found by name."""

    edits: _Edits
    node: Node
    wanted: Content
    key: str

    def edit(self, adds: list[Item]) -> None:
        """Replace ours in place, drop repetitions and what contradicts, append what is missing."""
        settled = {(item.id_key, item.name): item for item in (*adds, *self._optional())}
        unwanted = {(id_key, name) for key, id_key, name in self.wanted.unwanted if key == self.key}
        seen: set[tuple[str, str]] = set()
        removed: list[Node] = []
        for entry in self.node.value:
            identity = self._identity(entry, {id_key for id_key, _ in (*settled, *unwanted)})
            if identity in unwanted or identity in seen:
                removed.append(entry)
            elif identity in settled:
                seen.add(identity)
                self._replace(entry, settled[identity])
        missing = [item for item in adds if (item.id_key, item.name) not in seen]
        if len(removed) == len(self.node.value) and not missing:
            self.edits.replace(tree.start(self.node), tree.end(self.node, self.edits.text), "[]")
            return
        for entry in removed:
            self._remove(entry)
        if missing:
            self._append(missing)

    def _optional(self) -> tuple[Item, ...]:
        return tuple(item for item in self.wanted.only_if_there if item.list_key == self.key)

    def _identity(self, entry: Node, id_keys: set[str]) -> tuple[str, str] | None:
        if tree.is_mapping(entry):
            for id_key in id_keys:
                found = tree.child(entry, id_key)
                if found is not None:
                    return id_key, str(found[1].value)
        return None

    def _replace(self, entry: Node, item: Item) -> None:
        text = self.edits.text
        if tree.strings(entry) == item.fields:
            return
        value = tree.child(entry, "value")
        if value is not None and len(entry.value) == 2 and set(item.fields) == {item.id_key, "value"}:
            new = single_quoted(str(item.fields["value"]))
            start, end = tree.start(value[1]), tree.end(value[1], text)
            space = "" if text[start - 1 : start].isspace() else " "
            self.edits.replace(start, end, space + new)
        elif entry.flow_style:
            self.edits.replace(tree.start(entry), tree.end(entry, text), flow_fields(item.fields))
        else:
            lines = block_fields(item.fields, entry.start_mark.column)
            new = line_ending(text).join(lines).lstrip(" ")
            self.edits.replace(tree.start(entry), tree.end(entry, text), new)

    def _remove(self, entry: Node) -> None:
        text = self.edits.text
        if self.node.flow_style:
            tree.refuse(
                f"In values.yaml, {self.key} has an entry in line {entry.start_mark.line + 1} that must go, "
                "but the list is written in brackets.",
                "Remove that entry, then try again.",
            )
        start = tree.line_start(text, text.rindex("-", 0, tree.start(entry)))
        self.edits.replace(start, tree.line_end(text, tree.end(entry, text)), "")

    def _append(self, items: list[Item]) -> None:
        text = self.edits.text
        if self.node.flow_style:
            new = "".join(f", {flow_fields(item.fields)}" for item in items)
            self.edits.replace(*_before_close(text, self.node), new)
        else:
            position = tree.line_end(text, tree.end(self.node, text))
            self.edits.insert_lines(position, _items(items, self.node.start_mark.column))


def _prove(before: Any, after: str, wanted: Content) -> None:
    """The new text says what the old one said, but for what we set: else nothing is written."""
    expected = before
    for scalar in wanted.scalars:
        place = expected
        for key in scalar.path[:-1]:
            place[key] = place.get(key) or {}
            place = place[key]
        place[scalar.path[-1]] = scalar.value
    for item in (*wanted.items, *wanted.only_if_there):
        _expect_item(expected, item, add=item in wanted.items)
    for key, id_key, name in wanted.unwanted:
        if expected.get(key):
            expected[key] = [entry for entry in expected[key] if entry.get(id_key) != name]
    if tree.load(after) != expected:
        tree.refuse(
            "values.yaml is built so that our lines cannot be set without changing others.",
            "Set them by hand: `--export helm` without -o prints them.",
        )


def _expect_item(expected: dict[str, Any], item: Item, *, add: bool) -> None:
    old = expected.get(item.list_key) or []
    new: list[Any] = []
    seen = False
    for entry in old:
        ours = isinstance(entry, dict) and entry.get(item.id_key) == item.name
        if not ours:
            new.append(entry)
        elif not seen:
            new.append(dict(item.fields))
            seen = True
    if add and not seen:
        new.append(dict(item.fields))
    if add or old:
        expected[item.list_key] = new
