"""A values file as ruamel.yaml's nodes, with their places in the text, and as plain data.

The nodes give the places, so that a change affects only those characters; the data show whether a change did
what it should.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NoReturn

from kvtui.core.problems import Problem, ProblemError, ProblemKind

Node = Any
"""`ScalarNode`, `SequenceNode` or `MappingNode` of ruamel.yaml, imported only where one is created."""
DEEPEST = 100
MOST_NODES = 8_000
"""Keys and values of a file; the official chart's own values have some 3,000."""


def parsed(text: str) -> tuple[Node | None, Any]:
    """The root mapping of `text`, None if it holds comments only, and its plain data.

    `ProblemError` (exit 7) for anything but a mapping, duplicate keys, tags and anything else not plain, and
    for more than `MOST_NODES` keys and values.
    """
    yaml, root = _composed(text)
    merges = _has_merge(root)
    data = _constructed(*(_composed(text) if merges else (yaml, root)))  # a merge changes the nodes
    if root is not None and not is_mapping(root):
        reject(
            "values.yaml is not a mapping of keys to values.", "Name the chart's values file, then try again."
        )
    return root, data


@lru_cache(maxsize=2)
def load(text: str) -> Any:
    """`text` as plain data, to be read only. `ProblemError` (exit 7) as for `parsed`."""
    return _constructed(*_composed(text))


def _constructed(yaml: Any, root: Node | None) -> Any:
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import YAMLError

    try:
        return None if root is None else yaml.constructor.construct_document(root)
    except DuplicateKeyError as error:
        mark = error.problem_mark
        key = str(error.problem).partition('"')[2].partition('"')[0]
        reject(
            f"values.yaml has the key {key!r} twice, the second time in line {mark.line + 1}, and "
            "Helm would silently use the last.",
            "Remove one of the two, then try again.",
        )
    except (YAMLError, ValueError, RecursionError) as error:
        reject_yaml(error)


def _composed(text: str) -> tuple[Any, Node | None]:
    """A parser of `text`, and the root of its nodes, which are few even with every alias written out."""
    from ruamel.yaml import YAML
    from ruamel.yaml.composer import Composer
    from ruamel.yaml.error import YAMLError

    class Counting(Composer):
        nodes = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            self.nodes += 1
            if self.nodes > MOST_NODES:
                _reject_many()
            return super().compose_node(parent, index)

    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = Counting
    yaml.max_depth = DEEPEST
    try:
        root = yaml.compose(text)
        if root is not None and _size(root, {}) > MOST_NODES:
            _reject_many()
    except (YAMLError, ValueError, RecursionError) as error:
        reject_yaml(error)
    return yaml, root


def _reject_many() -> NoReturn:
    reject(
        f"values.yaml has more than {MOST_NODES:,} keys and values, its aliases written out.",
        "Make it smaller or write out its aliases, then try again.",
    )


def _size(node: Node, sizes: dict[int, int]) -> int:
    """The nodes below and with `node`, each alias expanded; one that contains itself never ends."""
    if id(node) not in sizes:
        sizes[id(node)] = MOST_NODES + 1
        children = _children(node)
        sizes[id(node)] = 1 + (sum(_size(child, sizes) for child in children) or len(node.value) // 1000)
    return sizes[id(node)]


def _children(node: Node) -> list[Node]:
    if is_mapping(node):
        return [each for pair in node.value for each in pair]
    return list(node.value) if is_sequence(node) else []


def _has_merge(node: Node | None) -> bool:
    if node is None:
        return False
    return str(node.tag).endswith(":merge") or any(_has_merge(child) for child in _children(node))


def at(values: object, *path: str) -> Any:
    """The value at a path of keys in plain data; None if there is none."""
    for key in path:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def mappings(entries: object) -> list[dict[str, Any]]:
    """The mappings in a list of plain data; empty if it is not a list."""
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def reject_yaml(error: Exception) -> NoReturn:
    """For text that is not YAML, with its place and without quoting it: it may hold a value."""
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
    reject(f"values.yaml cannot be read as one YAML document: {where}.", "Correct it, then try again.")


def reject(what: str, remedy: str) -> NoReturn:
    """Stop: the file is left unchanged."""
    raise ProblemError(Problem(what, remedy, ProblemKind.NOT_WRITTEN)) from None


def is_mapping(node: Node) -> bool:
    """Whether `node` is a mapping."""
    return str(node.id) == "mapping"


def is_sequence(node: Node) -> bool:
    """Whether `node` is a list."""
    return str(node.id) == "sequence"


def is_empty(node: Node) -> bool:
    """Whether `node` is empty: `{}`, `[]`, `null`, `~`, `""` or no value at all."""
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
    """`node` as strings and mappings of them; None for anything else."""
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
    """Where the value of a key begins and ends; a missing value is right behind the colon."""
    if _is_nothing(value_node):
        colon = text.index(":", end(key_node, text)) + 1
        return colon, colon
    return start(value_node), end(value_node, text)


def _is_nothing(node: Node) -> bool:
    """Whether the value is missing: the parser places such a node at whatever comes next."""
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
