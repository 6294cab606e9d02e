"""python-dotenv, as `load_dotenv` and many Python tools use it, without the variables of the process.

The library itself parses; it is imported only where a `.env` is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO

from kvtui.outputs.env.lines import BOM, entries
from kvtui.outputs.env.parsers.reading import Expansion, ExpansionError, Reading, endless

LARGE = 128 * 1024
"""The longest assignment that is read: the library needs 100 bytes for each character of a quoted value."""
MOST_REFERENCES = 500
"""The most `${NAME}`s of one value that are expanded: for each the value may be searched to its end."""


def read(text: str) -> Reading:
    """The variables that are set. It skips what it cannot parse; of equal keys the last one applies."""
    values: dict[str, str | None] = {}
    expansion = Expansion()
    try:
        for key, value in _bindings(text):
            values[key] = None if value is None else _expanded(value, values, expansion)
    except ExpansionError:
        return endless({})
    lost = {key: "a name without `=` has no value" for key, value in values.items() if value is None}
    return Reading({key: value for key, value in values.items() if value is not None}, lost=lost)


def unexpanded(text: str) -> dict[str, str | None]:
    """The variables before any `${NAME}` is expanded. None: a name without `=`.

    Not `dotenv_values`, which logs each line that it cannot parse: that would end up on the user's screen.
    """
    return dict(_bindings(text))


def _bindings(text: str) -> Iterator[tuple[str, str | None]]:
    from dotenv.parser import parse_stream

    if len(text) > LARGE:
        short = [each for each in entries(text) if each.end - each.start <= LARGE]
        text = "".join(text[each.start : each.end] for each in short)
    for binding in parse_stream(StringIO(text.removeprefix(BOM))):
        if binding.key is not None:
            yield binding.key, binding.value


def _expanded(value: str, known: Mapping[str, str | None], expansion: Expansion) -> str:
    from dotenv.variables import parse_variables

    if value.count("${") > MOST_REFERENCES:
        raise ExpansionError
    return "".join(expansion.put(atom.resolve(known)) for atom in parse_variables(value))
