"""Our YAML: a few strings, plain where that is safe, within single quotes otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]*")
_NOT_STRINGS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def single_quoted(text: str) -> str:
    """`text` as a scalar of one line; plain if it is a word that no YAML takes for something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_STRINGS:
        return text
    return "'" + text.replace("'", "''") + "'"


def block_fields(fields: Mapping[str, object], indent: int) -> list[str]:
    """`fields` as lines of a block mapping at column `indent`."""
    lines: list[str] = []
    for key, value in fields.items():
        if isinstance(value, Mapping):
            lines += [f"{' ' * indent}{key}:", *block_fields(value, indent + 2)]
        else:
            lines.append(f"{' ' * indent}{key}: {single_quoted(str(value))}")
    return lines


def item_lines(fields: Mapping[str, object], indent: int) -> list[str]:
    """`fields` as one entry of a list, its dash at column `indent`."""
    first, *rest = block_fields(fields, indent + 2)
    return [f"{' ' * indent}- {first.lstrip()}", *rest]


def flow_fields(fields: Mapping[str, object]) -> str:
    """`fields` as a flow mapping on one line."""
    parts = [
        f"{key}: {flow_fields(value) if isinstance(value, Mapping) else single_quoted(str(value))}"
        for key, value in fields.items()
    ]
    return "{" + ", ".join(parts) + "}"
