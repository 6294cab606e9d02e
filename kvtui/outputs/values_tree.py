"""A values file as ruamel.yaml's nodes, with their places in the text, and as plain data.

The nodes say where things stand, so that a change touches those characters alone; the data say
whether a change did what it should.
"""

from __future__ import annotations

from typing import Any, NoReturn

from kvtui.exits import Exit
from kvtui.problems import Problem, ProblemError

Node = Any
"""`ScalarNode`, `SequenceNode` or `MappingNode` of ruamel.yaml, imported only where one is made."""


def compose(text: str) -> Node | None:
    """The root mapping of `text`; None if it holds comments only. `ProblemError` (exit 7) otherwise."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        refuse_yaml(error)
    if root is not None and not is_mapping(root):
        refuse(
            "values.yaml is not a mapping of keys to values.", "Name the chart's values file, then try again."
        )
    return root


def load(text: str) -> Any:
    """`text` as plain data. `ProblemError` (exit 7) for duplicate keys, tags and anything else not plain."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except DuplicateKeyError as error:
        mark = error.problem_mark
        key = str(error.problem).partition('"')[2].partition('"')[0]
        refuse(
            f"values.yaml has the key {key!r} twice, the second time in line {mark.line + 1}, and Helm "
            "would silently take the last.",
            "Remove one of the two, then try again.",
        )
    except (YAMLError, ValueError, RecursionError) as error:
        refuse_yaml(error)


def at(values: object, *path: str) -> Any:
    """What stands at a path of keys in plain data; None if nothing does."""
    for key in path:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def refuse_yaml(error: Exception) -> NoReturn:
    """For text that is not YAML, with its place and without its words, which may hold a value."""
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
    refuse(f"values.yaml cannot be read as one YAML document: {where}.", "Correct it, then try again.")


def refuse(what: str, remedy: str) -> NoReturn:
    """Stop: the file stays as it is."""
    raise ProblemError(Problem(what, remedy, Exit.NOT_WRITTEN)) from None


def is_mapping(node: Node) -> bool:
    """Whether `node` is a mapping."""
    return str(node.id) == "mapping"


def is_sequence(node: Node) -> bool:
    """Whether `node` is a list."""
    return str(node.id) == "sequence"


def is_empty(node: Node) -> bool:
    """Whether `node` holds nothing: `{}`, `[]`, `null`, `~`, `""` or no value at all."""
    if is_mapping(node) or is_sequence(node):
        return not node.value
    return bool(node.value in ("", "~", "null", "Null", "NULL") and node.style not in ("|", ">"))


def child(node: Node, key: str) -> tuple[Node, Node] | None:
    """The key's node and the value's node of `key` in a mapping."""
    for key_node, value_node in node.value:
        if key_node.value == key:
            return key_node, value_node
    return None


def strings(node: Node) -> object:
    """`node` as strings and mappings of them; None for whatever else it holds."""
    if is_mapping(node):
        return {key.value: strings(value) for key, value in node.value}
    return node.value if str(node.tag).endswith(":str") else None


def start(node: Node) -> int:
    """Offset of the node's first character."""
    return int(node.start_mark.index)


def end(node: Node, text: str) -> int:
    """Offset after the last character that belongs to the node: no comments, no blank lines after it."""
    if is_mapping(node) and not node.flow_style and node.value:
        key_node, value_node = node.value[-1]
        return value_span(key_node, value_node, text)[1]
    if is_sequence(node) and not node.flow_style and node.value:
        last = node.value[-1]
        return text.rindex("-", 0, start(last)) + 1 if _is_nothing(last) else end(last, text)
    if not is_mapping(node) and not is_sequence(node) and node.style in ("|", ">"):
        return start(node) + len(text[start(node) : node.end_mark.index].rstrip("\r\n \t"))
    return int(node.end_mark.index)


def value_span(key_node: Node, value_node: Node, text: str) -> tuple[int, int]:
    """Where the value of a key begins and ends; a value that is not written is right behind the colon."""
    if _is_nothing(value_node):
        colon = text.index(":", end(key_node, text)) + 1
        return colon, colon
    return start(value_node), end(value_node, text)


def _is_nothing(node: Node) -> bool:
    """Whether nothing is written: the parser places such a node at whatever comes next."""
    return not is_mapping(node) and not is_sequence(node) and node.start_mark.index == node.end_mark.index


def column(node: Node, text: str) -> int:
    """The column of a block list's dashes, or of a block mapping's keys."""
    first = node.value[0]
    if is_mapping(node):
        return int(first[0].start_mark.column)
    dash = text.rindex("-", 0, start(first))
    return dash - line_start(text, dash)


def line_start(text: str, position: int) -> int:
    """Offset of the first character of the line that holds `position`."""
    return text.rfind("\n", 0, position) + 1


def line_end(text: str, position: int) -> int:
    """Offset after the line ending of the line that holds `position`."""
    found = text.find("\n", position)
    return len(text) if found < 0 else found + 1
