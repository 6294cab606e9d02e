"""Sets kvtui's keys and entries in a values file, at the places where ruamel.yaml finds them.

Nothing else changes: comments, order, quoting and line endings of the rest are kept. The result is loaded
again and must equal the old file except for what was set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

from kvtui.core.problems import ProblemError
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.outputs.env.escape import quoted
from kvtui.outputs.env.lines import line_end, line_ending
from kvtui.outputs.helm import tree
from kvtui.outputs.helm.content import Content, Item, Scalar
from kvtui.outputs.helm.render import block, in_braces, item_lines, nested, single_quoted
from kvtui.outputs.helm.tree import Node


def merged(text: str, wanted: Content, root: Node | None, before: Any) -> str:
    """`text` with `wanted` in it; `root` and `before` are what it was parsed to.

    `ProblemError` (exit 7) if that cannot be done safely.
    """
    edits = Edits(text)
    if root is not None and root.flow_style:
        _reject_braces(root)
        end = line_end(text, tree.end(root, text))
        only = not text[tree.end(root, text) : end].strip()
        edits.replace(tree.start(root), end if only else tree.end(root, text), "")
        root = None
    for scalar in wanted.scalars:
        _set_scalar(edits, root, scalar)
    lists = dict.fromkeys(item.list_key for item in (*wanted.items, *wanted.only_if_there))
    lists.update(dict.fromkeys(key for key, _, _ in wanted.unwanted))
    for key in lists:
        _set_items(edits, root, key, wanted)
    after = edits.result()
    _prove(before if before is not None else {}, after, wanted)
    return after


def _reject_braces(root: Node) -> None:
    """An empty `{}` is replaced by kvtui's lines; a file in braces would have to be rewritten."""
    if root.value:
        tree.reject(
            "values.yaml is written in braces, as JSON is.",
            "Write its top level in lines, `key: value`, then try again.",
        )


def _set_scalar(edits: Edits, root: Node | None, scalar: Scalar) -> None:
    node, path = root, scalar.path
    while True:
        if node is None:
            edits.add_keys(block(nested(path, scalar.value), 0, quoted))
            return
        found = tree.child(node, path[0])
        if found is None:
            _add_to_mapping(edits, node, root, path, scalar.value)
            return
        key_node, value_node = found
        _reject_alias(edits.text, key_node, value_node)
        if len(path) == 1:
            _replace_scalar(edits, key_node, value_node, scalar.value)
            return
        if tree.is_empty(value_node):
            _fill(edits, node, found, path[1:], scalar.value)
            return
        if not tree.is_mapping(value_node):
            _reject_what_is(key_node, "not a mapping")
        node, path = value_node, path[1:]


def _add_to_mapping(edits: Edits, node: Node, root: Node, path: tuple[str, ...], value: str) -> None:
    if node is root:
        edits.add_keys(block(nested(path, value), tree.column(node, edits.text), quoted))
    elif node.flow_style:
        comma = ", " if node.value else ""
        edits.replace(*_before_close(edits.text, node), comma + in_braces(nested(path, value), quoted)[1:-1])
    else:
        position = line_end(edits.text, tree.end(node, edits.text))
        edits.insert_lines(position, block(nested(path, value), tree.column(node, edits.text), quoted))


def _fill(edits: Edits, node: Node, found: tuple[Node, Node], path: tuple[str, ...], value: str) -> None:
    """Put the rest of the path in place of an empty value, in the style of the mapping around it."""
    key_node, value_node = found
    if node.flow_style:
        start, end = tree.value_span(key_node, value_node, edits.text)
        space = "" if edits.text[start - 1].isspace() else " "
        edits.replace(start, end, space + in_braces(nested(path, value), quoted))
    else:
        lines = block(nested(path, value), key_node.start_mark.column + 2, quoted)
        _fill_empty(edits, key_node, value_node, lines)


def _replace_scalar(edits: Edits, key_node: Node, value_node: Node, value: str) -> None:
    if tree.is_mapping(value_node) or tree.is_sequence(value_node):
        _reject_what_is(key_node, "not a string")
    if value_node.value == value and str(value_node.tag).endswith(":str"):
        return
    start, end = tree.value_span(key_node, value_node, edits.text)
    space = "" if edits.text[start - 1 : start].isspace() else " "
    edits.replace(start, end, space + quoted(value))


def _prove(before: Any, after: str, wanted: Content) -> None:
    """The new text must equal the old one except for what was set; otherwise nothing is written."""
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
    try:
        proven = tree.load(after) == expected
    except (ProblemError, RecursionError):
        proven = False
    if not proven:
        tree.reject(
            "values.yaml is built so that kvtui cannot set its lines without changing others.",
            Remedy(Do.PRINT_VALUES, f"Set them by hand: {HOW}."),
        )


def _expect_item(expected: dict[str, Any], item: Item, *, add: bool) -> None:
    old = expected.get(item.list_key) or []
    first, *repeated = [
        n for n, each in enumerate(old) if isinstance(each, dict) and each.get(item.id_key) == item.name
    ] or [len(old)]
    new = [dict(item.fields) if n == first else each for n, each in enumerate(old) if n not in repeated]
    if add and first == len(old):
        new.append(dict(item.fields))
    if add or old:
        expected[item.list_key] = new


def _set_items(edits: Edits, root: Node | None, key: str, wanted: Content) -> None:
    """Collect in `edits` what makes the list `key` hold the entries that `wanted` has for it."""
    adds = [item for item in wanted.items if item.list_key == key]
    found = tree.child(root, key) if root is not None else None
    if found is None:
        if adds:
            edits.add_keys([f"{key}:", *_items(adds, 2)])
        return
    key_node, value_node = found
    _reject_alias(edits.text, key_node, value_node)
    if tree.is_empty(value_node):
        if adds:
            _fill_empty(edits, key_node, value_node, _items(adds, key_node.start_mark.column + 2))
        return
    if not tree.is_sequence(value_node):
        _reject_what_is(key_node, "not a list")
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
        """Replace kvtui's entries in place, drop repetitions and contradictions, append what is missing."""
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
            self.edits.replace(tree.start(entry), tree.end(entry, text), in_braces(item.fields))
        else:
            self._rewrite(entry, item)

    def _rewrite(self, entry: Node, item: Item) -> None:
        """kvtui's fields instead of an entry's own; comments behind its name or above its fields are kept."""
        text, newline = self.edits.text, line_ending(self.edits.text)
        column, end = tree.column(entry, text), tree.end(entry, text)
        lines = block(item.fields, column)
        first_key, first_value = entry.value[0]
        if first_key.value != item.id_key or len(entry.value) < 2:
            self.edits.replace(tree.start(entry), end, newline.join(lines).lstrip(" "))
            return
        below = line_end(text, tree.end(first_value, text))
        second = tree.line_start(text, tree.start(entry.value[1][0]))
        above = max(below, second)  # only comments and blank lines are between them
        self.edits.replace(above, end, newline.join(lines[1:]))

    def _remove(self, entry: Node) -> None:
        text = self.edits.text
        if self.node.flow_style:
            tree.reject(
                f"In values.yaml, {self.key} has an entry in line {entry.start_mark.line + 1} that "
                "must be removed, but the list is written in brackets.",
                "Remove that entry, then try again.",
            )
        start = tree.line_start(text, text.rindex("-", 0, tree.start(entry)))
        self.edits.replace(start, line_end(text, tree.end(entry, text)), "")

    def _append(self, items: list[Item]) -> None:
        text = self.edits.text
        if self.node.flow_style:
            new = "".join(f", {in_braces(item.fields)}" for item in items)
            self.edits.replace(*_before_close(text, self.node), new)
        else:
            position = line_end(text, tree.end(self.node, text))
            self.edits.insert_lines(position, _items(items, tree.column(self.node, text)))


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


def _before_close(text: str, node: Node) -> tuple[int, int]:
    """The empty span after the last entry of a flow collection; a trailing comma is taken along."""
    close = node.end_mark.index - 1
    last = len(text[:close].rstrip().removesuffix(",").rstrip())
    return last, max(last, len(text[:close].rstrip()))


def _fill_empty(edits: Edits, key_node: Node, value_node: Node, lines: list[str]) -> None:
    """Put a block below a key whose value is empty, in place of `{}`, `[]` or `null`."""
    start, end = tree.value_span(key_node, value_node, edits.text)
    if start < end:
        edits.replace(len(edits.text[:start].rstrip(" ")), end, "")
    edits.insert_lines(line_end(edits.text, end), lines)


def _reject_alias(text: str, key_node: Node, value_node: Node) -> None:
    """Stop at a value that is only a reference: a change of it would change another part."""
    if tree.value_span(key_node, value_node, text)[0] < tree.end(key_node, text):
        _reject_what_is(key_node, "an alias", "Write it out, then try again.")


def _reject_what_is(key_node: Node, what: str, remedy: str = "Correct it, then try again.") -> NoReturn:
    tree.reject(f"In values.yaml, {key_node.value} (line {key_node.start_mark.line + 1}) is {what}.", remedy)
