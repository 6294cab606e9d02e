"""Our keys and entries set in a values file, at the places where ruamel.yaml finds them.

Only our characters change: comments, order, quoting and line endings of everything else stay. The
result is loaded again and must say what the old file said, but for what we set.
"""

from __future__ import annotations

from typing import Any

from kvtui.core.problems import ProblemError
from kvtui.outputs.env.escape import quoted
from kvtui.outputs.helm import tree
from kvtui.outputs.helm.content import Content, Item, Scalar
from kvtui.outputs.helm.edits import Edits, before_close, fill_empty, refuse_alias
from kvtui.outputs.helm.items import set_items
from kvtui.outputs.helm.tree import Node


def merged(text: str, wanted: Content, root: Node | None, before: Any) -> str:
    """`text` with `wanted` in it; `root` and `before` are what it was parsed to.

    `ProblemError` (exit 7) where that cannot be done cleanly.
    """
    edits = Edits(text)
    if root is not None and root.flow_style:
        _refuse_braces(root)
        end = tree.line_end(text, tree.end(root, text))
        only = not text[tree.end(root, text) : end].strip()
        edits.replace(tree.start(root), end if only else tree.end(root, text), "")
        root = None
    for scalar in wanted.scalars:
        _set_scalar(edits, root, scalar)
    lists = dict.fromkeys(item.list_key for item in (*wanted.items, *wanted.only_if_there))
    lists.update(dict.fromkeys(key for key, _, _ in wanted.unwanted))
    for key in lists:
        set_items(edits, root, key, wanted)
    after = edits.result()
    _prove(before if before is not None else {}, after, wanted)
    return after


def _refuse_braces(root: Node) -> None:
    """An empty `{}` gives way to our lines; a whole file in braces would have to be written anew."""
    if root.value:
        tree.refuse(
            "values.yaml is written in braces, as JSON is.",
            "Write its top level in lines, `key: value`, then try again.",
        )


def _set_scalar(edits: Edits, root: Node | None, scalar: Scalar) -> None:
    node, path = root, scalar.path
    while True:
        if node is None:
            edits.add_keys(_nested(path, scalar.value, 0))
            return
        found = tree.child(node, path[0])
        if found is None:
            _add_to_mapping(edits, node, root, path, scalar.value)
            return
        key_node, value_node = found
        refuse_alias(edits.text, key_node, value_node)
        if len(path) == 1:
            _replace_scalar(edits, key_node, value_node, scalar.value)
            return
        if tree.is_empty(value_node):
            _fill(edits, node, found, path[1:], scalar.value)
            return
        if not tree.is_mapping(value_node):
            tree.refuse(
                f"In values.yaml, {path[0]} (line {key_node.start_mark.line + 1}) is not a mapping.",
                "Correct it, then try again.",
            )
        node, path = value_node, path[1:]


def _add_to_mapping(edits: Edits, node: Node, root: Node, path: tuple[str, ...], value: str) -> None:
    if node is root:
        edits.add_keys(_nested(path, value, tree.column(node, edits.text)))
    elif node.flow_style:
        comma = ", " if node.value else ""
        edits.replace(*before_close(edits.text, node), comma + _in_braces(path, value))
    else:
        position = tree.line_end(edits.text, tree.end(node, edits.text))
        edits.insert_lines(position, _nested(path, value, tree.column(node, edits.text)))


def _fill(edits: Edits, node: Node, found: tuple[Node, Node], path: tuple[str, ...], value: str) -> None:
    """Put the rest of the path in place of an empty value, in the style of the mapping around it."""
    key_node, value_node = found
    if node.flow_style:
        start, end = tree.value_span(key_node, value_node, edits.text)
        space = "" if edits.text[start - 1].isspace() else " "
        edits.replace(start, end, f"{space}{{{_in_braces(path, value)}}}")
    else:
        fill_empty(edits, key_node, value_node, _nested(path, value, key_node.start_mark.column + 2))


def _in_braces(path: tuple[str, ...], value: str) -> str:
    text = quoted(value)
    for key in reversed(path[1:]):
        text = f"{{{key}: {text}}}"
    return f"{path[0]}: {text}"


def _replace_scalar(edits: Edits, key_node: Node, value_node: Node, value: str) -> None:
    if tree.is_mapping(value_node) or tree.is_sequence(value_node):
        tree.refuse(
            f"In values.yaml, {key_node.value} (line {key_node.start_mark.line + 1}) is not a string.",
            "Correct it, then try again.",
        )
    if value_node.value == value and str(value_node.tag).endswith(":str"):
        return
    start, end = tree.value_span(key_node, value_node, edits.text)
    space = "" if edits.text[start - 1 : start].isspace() else " "
    edits.replace(start, end, space + quoted(value))


def _nested(path: tuple[str, ...], value: str, indent: int) -> list[str]:
    lines = [f"{' ' * (indent + 2 * depth)}{key}:" for depth, key in enumerate(path)]
    lines[-1] += f" {quoted(value)}"
    return lines


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
    try:
        proven = tree.load(after) == expected
    except (ProblemError, RecursionError):
        proven = False
    if not proven:
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
