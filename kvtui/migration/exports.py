"""`airflow variables export` and `airflow connections export`: JSON, YAML, or lines of `KEY=value`.

Mirrors what `airflow/cli/commands/variable_command.py` and `connection_command.py` write and
`airflow/secrets/local_filesystem.py` reads (2.11, 3.x).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.migration import values
from kvtui.migration.items import Item, Source, SourceFormat
from kvtui.migration.raw_lines import RawLine, last_of_each
from kvtui.migration.yaml_text import rejected

_CHOOSE = Remedy(Do.CHOOSE_FORMAT, f"Say what the file contains {HOW}.")


def load_json(text: str, where: str) -> object:
    """The data of a JSON text. Raises `ProblemError` (usage), which quotes none of it."""
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except _TwiceError:
        raise rejected(f"{where}: a key is there twice") from None
    except json.JSONDecodeError as error:
        raise rejected(f"{where}, line {error.lineno}: it is not valid JSON") from None
    except (ValueError, RecursionError):
        raise rejected(f"{where} is not valid JSON") from None


class _TwiceError(Exception):
    """A key is there twice: Airflow would silently use the last."""


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError
    return found


def read_export(data: object, where: str, chosen: SourceFormat | None) -> Source:
    """The items of an exported object. Raises `ProblemError` (usage) if it may be of either kind."""
    if not isinstance(data, Mapping):
        raise rejected(f"{where} is not an object of keys and values")
    named = {str(key): value for key, value in data.items()}
    format_ = chosen or _format_of(named, where)
    made = values.connection if format_ is SourceFormat.CONNECTIONS else values.variable
    items = (made(key, value, f"entry {n}") for n, (key, value) in enumerate(named.items(), 1))
    return Source(format_, tuple(items))


def read_export_lines(lines: list[RawLine], where: str, chosen: SourceFormat | None) -> Source:
    """The same for lines of `KEY=value`; without a choice only connections are recognised."""
    format_ = chosen or _format_of({line.key: line.value for line in lines}, where, lines=True)
    made = values.connection if format_ is SourceFormat.CONNECTIONS else values.variable
    kept, notes = last_of_each(lines)
    items: list[Item] = []
    for line in kept:
        item = made(line.key, line.value, f"line {line.number}")
        items.append(item if not line.cut else Item(item.kind, item.key, None, item.where, line.cut))
    return Source(format_, tuple(items), notes)


def _format_of(named: Mapping[str, object], where: str, *, lines: bool = False) -> SourceFormat:
    """Connections if all values have that form; variables if none has, and the file is not lines."""
    connections = [key for key, value in named.items() if values.is_connection(value)]
    if named and len(connections) == len(named):
        return SourceFormat.CONNECTIONS
    if not connections and not lines:
        return SourceFormat.VARIABLES
    if not connections:
        raise rejected(f"{where} has no AIRFLOW_VAR_* and no AIRFLOW_CONN_*", _CHOOSE)
    some = f"{len(connections)} of the {len(named)} values {'has' if len(connections) == 1 else 'have'}"
    raise rejected(f"{where}: {some} the form of a connection, the others do not", _CHOOSE)
