"""What a value's shape shows about how it was stored: white space at its ends, lost line breaks.

Reports only lengths and shapes, never the text itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kvtui.airflow.vault import characters

_PEM = "-----BEGIN "
STORE = "Store it from a file that a command wrote: printf %s '…' > FILE"


def about_shape(value: object, *, what: str = "The value") -> tuple[str, ...]:
    """One sentence for each thing that is odd about a value, a decoded document or a connection's fields."""
    return tuple(dict.fromkeys(_found(value, what)))


def _found(value: object, what: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _of_text(value, what)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _found(inner, _within(str(name), what))
    elif isinstance(value, list):
        for inner in value:
            yield from _found(inner, what)


def _within(name: str, what: str) -> str:
    """What a field is called: by its name where that is a plain one, else only as a part."""
    if name.isidentifier() and len(name) <= 40:
        return f"Its {name}"
    return what if what.startswith("Its ") else "A part of it"


def _of_text(text: str, what: str) -> Iterator[str]:
    if text and not text.strip():
        yield f"{what} is white space only ({characters(text)})."
        return
    if text != text.rstrip():
        end = "a newline" if text.endswith(("\n", "\r")) else "white space"
        more = f" {STORE}." if end == "a newline" else ""
        yield f"{what} ends with {end} ({characters(text)}): a login with it may fail.{more}"
    if text != text.lstrip():
        yield f"{what} begins with white space ({characters(text)})."
    stripped = text.strip()
    if "\n" in stripped:
        return
    if stripped.startswith(_PEM):
        size, how = characters(text), r"are written as \n" if r"\n" in stripped else "are lost"
        yield f"{what} is a PEM block ({size}) whose line breaks {how}: most programs reject it."
    if stripped.startswith(("{", "[")):
        yield from _of_json(stripped, what)


def _of_json(text: str, what: str) -> Iterator[str]:
    try:
        decoded = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            yield (
                f"{what} contains several JSON documents on one line ({characters(text)}): their line "
                "breaks are lost."
            )
    except (ValueError, RecursionError):
        return
    else:
        yield from (line for line in _found(decoded, what) if "PEM block" in line)
