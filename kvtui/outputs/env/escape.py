"""The kwargs as JSON in an alphabet that no parser of `.env`, no YAML parser and no shell's quotes interpret.

Every character outside `A-Z a-z 0-9 space - _ . , : / { } [ ] = + @ ~` is written as JSON's escape of four
hexadecimal digits.
JSON's own short escapes (`\\"`, `\\\\`, `\\n`) are avoided: several parsers of `.env` decode or keep them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_UNSAFE = re.compile(r"[^A-Za-z0-9 \-_.,:/{}\[\]=+@~]")


def _escape(match: re.Match[str]) -> str:
    point = ord(match.group())
    if point < 0x10000:
        return f"\\u{point:04x}"
    point -= 0x10000
    return f"\\u{0xD800 + (point >> 10):04x}\\u{0xDC00 + (point & 0x3FF):04x}"


def quoted(text: str) -> str:
    """`text` as a JSON string in the safe alphabet, which is a YAML double-quoted scalar as well."""
    return f'"{_UNSAFE.sub(_escape, text)}"'


def kwargs_json(kwargs: Mapping[str, object]) -> str:
    """`kwargs` as one line of JSON; `json.loads` gives them back exactly.

    Values are strings, None, booleans, numbers, or lists and mappings of them.
    """
    return _value(kwargs)


def _value(value: object) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(str(key))}: {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value)
