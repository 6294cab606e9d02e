"""Our entries in the lists of a values file, found by name."""

from __future__ import annotations

from dataclasses import dataclass

from kvtui.outputs.env.lines import line_ending
from kvtui.outputs.helm import tree
from kvtui.outputs.helm.content import Content, Item
from kvtui.outputs.helm.edits import Edits, before_close, fill_empty, refuse_alias
from kvtui.outputs.helm.style import block_fields, flow_fields, item_lines, single_quoted
from kvtui.outputs.helm.tree import Node


def set_items(edits: Edits, root: Node | None, key: str, wanted: Content) -> None:
    """Collect in `edits` what makes the list `key` hold the entries that `wanted` has for it."""
    adds = [item for item in wanted.items if item.list_key == key]
    found = tree.child(root, key) if root is not None else None
    if found is None:
        if adds:
            edits.add_keys([f"{key}:", *_items(adds, 2)])
        return
    key_node, value_node = found
    refuse_alias(edits.text, key_node, value_node)
    if tree.is_empty(value_node):
        if adds:
            fill_empty(edits, key_node, value_node, _items(adds, key_node.start_mark.column + 2))
        return
    if not tree.is_sequence(value_node):
        tree.refuse(
            f"In values.yaml, {key} (line {key_node.start_mark.line + 1}) is not a list.",
            "Correct it, then try again.",
        )
    _Sequence(edits, value_node, wanted, key).edit(adds)


def _items(items: list[Item], indent: int) -> list[str]:
    return [line for item in items for line in item_lines(item.fields, indent)]


@dataclass(slots=True)
class _Sequence:
    """One list of entries that are found by name."""

    edits: Edits
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
            start, end = tree.value_span(*value, text)
            space = "" if text[start - 1 : start].isspace() else " "
            self.edits.replace(start, end, space + new)
        elif entry.flow_style:
            self.edits.replace(tree.start(entry), tree.end(entry, text), flow_fields(item.fields))
        else:
            self._rewrite(entry, item)

    def _rewrite(self, entry: Node, item: Item) -> None:
        """Our fields in place of an entry's own; a comment behind its name, or above its fields, stays."""
        text, newline = self.edits.text, line_ending(self.edits.text)
        column, end = tree.column(entry, text), tree.end(entry, text)
        lines = block_fields(item.fields, column)
        first_key, first_value = entry.value[0]
        if first_key.value != item.id_key or len(entry.value) < 2:
            self.edits.replace(tree.start(entry), end, newline.join(lines).lstrip(" "))
            return
        below = tree.line_end(text, tree.end(first_value, text))
        second = tree.line_start(text, tree.start(entry.value[1][0]))
        above = max(below, second)  # what stands between is comments and blank lines
        self.edits.replace(above, end, newline.join(lines[1:]))

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
            self.edits.replace(*before_close(text, self.node), new)
        else:
            position = tree.line_end(text, tree.end(self.node, text))
            self.edits.insert_lines(position, _items(items, tree.column(self.node, text)))
