"""Keys and values as YAML, in lines or in braces on one line; the Kubernetes Secret with the kwargs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kvtui.airflow.kwargs import backend_kwargs
from kvtui.outputs.env.escape import kwargs_json, quoted
from kvtui.outputs.helm.content import SECRET_KEY, SECRET_NAME, Content, needs_kubernetes_secret
from kvtui.settings.model import Settings

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]*")
_NOT_STRINGS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def single_quoted(text: str) -> str:
    """`text` as a scalar of one line; plain if every YAML version reads it as text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_STRINGS:
        return text
    return "'" + text.replace("'", "''") + "'"


def block(
    fields: Mapping[str, object], indent: int, quote: Callable[[str], str] = single_quoted
) -> list[str]:
    """`fields` as lines of a block mapping at column `indent`."""
    lines: list[str] = []
    for key, value in fields.items():
        if isinstance(value, Mapping):
            lines += [f"{' ' * indent}{key}:", *block(value, indent + 2, quote)]
        else:
            lines.append(f"{' ' * indent}{key}: {quote(str(value))}")
    return lines


def item_lines(fields: Mapping[str, object], indent: int) -> list[str]:
    """`fields` as one entry of a list, its dash at column `indent`."""
    first, *rest = block(fields, indent + 2)
    return [f"{' ' * indent}- {first.lstrip()}", *rest]


def in_braces(fields: Mapping[str, object], quote: Callable[[str], str] = single_quoted) -> str:
    """`fields` as a flow mapping on one line."""
    parts = [
        f"{key}: {in_braces(value, quote) if isinstance(value, Mapping) else quote(str(value))}"
        for key, value in fields.items()
    ]
    return "{" + ", ".join(parts) + "}"


def nested(path: tuple[str, ...], value: object) -> dict[str, object]:
    """A mapping of mappings with `value` at `path`."""
    for key in reversed(path):
        value = {key: value}
    assert isinstance(value, dict)  # noqa: S101 - no path is empty
    return value


def body(wanted: Content) -> str:
    """`wanted` as YAML in lines, in the order of the charts' own files."""
    scalars: dict[str, Any] = {}
    for scalar in wanted.scalars:
        place = scalars
        for key in scalar.path[:-1]:
            place = place.setdefault(key, {})
        place[scalar.path[-1]] = scalar.value
    lines = block(scalars, 0, quoted)
    for key in dict.fromkeys(item.list_key for item in wanted.items):
        lines.append(f"{key}:")
        lines += [
            line for item in wanted.items if item.list_key == key for line in item_lines(item.fields, 2)
        ]
    return "".join(f"{line}\n" for line in lines)


def render_kubernetes_secret(settings: Settings) -> str:
    """The manifest, which holds the client secret: write it with mode 0600 and delete it once applied.

    Empty in the modes without a secret: there the values hold the kwargs themselves.
    """
    if not needs_kubernetes_secret(settings):
        return ""
    kwargs = single_quoted(kwargs_json(backend_kwargs(settings)))
    return (
        "apiVersion: v1\n"
        "kind: Secret\n"
        "metadata:\n"
        f"  name: {SECRET_NAME}\n"
        "type: Opaque\n"
        "stringData:\n"
        f"  {SECRET_KEY}: {kwargs}\n"
    )
