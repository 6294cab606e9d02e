"""`AIRFLOW_VAR_*` and `AIRFLOW_CONN_*`: in a `.env`, and among the variables of an Astro Deployment."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kvtui.core.secret_text import SecretText
from kvtui.core.words import count, listed
from kvtui.migration.items import Item, Source, SourceFormat
from kvtui.migration.raw_lines import SEVERAL_LINES, last_of_each, raw_lines
from kvtui.migration.yaml_text import rejected
from kvtui.outputs.env.parsers.compose import read as read_as_compose
from kvtui.outputs.env.parsers.go_lines import astro_load
from kvtui.outputs.env.parsers.python_dotenv import unexpanded
from kvtui.settings.model import Kind

PREFIXES = {"AIRFLOW_VAR_": Kind.VARIABLE, "AIRFLOW_CONN_": Kind.CONNECTION}
"""What the names begin with. Mirrors `airflow/secrets/environment_variables.py`."""
_SECRET = re.compile(r"\s*# secret\s*")
"""What `--save` writes in place of a secret value."""
SECRET_ON_ASTRO = "its value is secret, and the Astro CLI does not print it"  # noqa: S105 - words
_HEADER = re.compile(r"\s*#\s+KEY\s+VALUE\s+SECRET\s*")
_ROW = re.compile(r"\s*\d+\s+(\S+)(?:\s+(.*?))?\s*(true|false)\s*")
_ROW_BEGINS = re.compile(r"\s*\d+\s+(\S+)(?:\s.*)?")
_MOST_NAMED = 5


def kind_and_key(name: str) -> tuple[Kind, str] | None:
    """The kind and the key of a variable's name; None for any other.

    Airflow looks the key up in upper case, so that its own case is not known: it is written in lower case.
    """
    for prefix, kind in PREFIXES.items():
        if name.startswith(prefix) and len(name) > len(prefix):
            return kind, name.removeprefix(prefix).lower()
    return None


def is_table(text: str) -> bool:
    """Whether it is the table that `astro deployment variable list` prints."""
    return any(_HEADER.fullmatch(line) for line in text.splitlines())


def is_saved(text: str) -> bool:
    """Whether it has a secret as `astro deployment variable list --save` writes it."""
    return any(_SECRET.fullmatch(line.value) for line in raw_lines(text))


def read_env(text: str, where: str) -> Source:
    """The items of a `.env` as `astro dev start` reads it; where that reads nothing, as python-dotenv."""
    read, notes = read_as_compose(text), []
    found = dict(read.values)
    if read.stopped:
        found = {name: value for name, value in unexpanded(text).items() if value is not None}
        notes.append(f"astro dev start cannot read {where}: {read.stopped}. The other lines are used.")
    elif read.doubt:
        raise rejected(f"{where}: {read.doubt}")
    lines = {line.key.removeprefix("export ").strip(): line.number for line in raw_lines(text)}
    items, others = [], 0
    for name, value in found.items():
        named = kind_and_key(name)
        if named is None:
            others += 1
            continue
        items.append(Item(*named, SecretText(value), f"line {lines[name]}" if name in lines else name))
    notes += _read_otherwise(text, found, where)
    return Source(SourceFormat.ENV, tuple(items), (*notes, *_others(others)))


def _read_otherwise(text: str, found: dict[str, str], where: str) -> list[str]:
    """A note on the names for which a Deployment gets another value from the same file."""
    loaded = astro_load(text).values
    differ = [n for n in found if kind_and_key(n) and loaded.get(n, found[n]) != found[n]]
    if not differ:
        return []
    more = len(differ) - _MOST_NAMED
    names = listed([*differ[:_MOST_NAMED], *([f"{more} more"] if more > 0 else [])])
    return [
        f"{where} is read as astro dev start reads it; astro deployment variable --load reads another value "
        f"of {names}."
    ]


def read_saved(text: str) -> Source:
    """The items of what `astro deployment variable list --save` appends to a file: values as they are."""
    lines, notes = last_of_each(raw_lines(text))
    items, others = [], 0
    for line in lines:
        named = kind_and_key(line.key)
        if named is None:
            others += 1
            continue
        lacks = SECRET_ON_ASTRO if _SECRET.fullmatch(line.value) else line.cut
        items.append(_item(named, line.value, f"line {line.number}", lacks))
    return Source(SourceFormat.ASTRO, tuple(items), (*notes, *_others(others)))


def read_table(text: str) -> Source:
    """The items of the table that `astro deployment variable list` prints.

    Mirrors `makeVarTable` of `cloud/deployment/deployment_variable.go` (Astro CLI 1.45). Spaces at the ends
    of a value cannot be seen in the table.
    """
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if _HEADER.fullmatch(line)) + 1
    items: list[Item] = []
    others, in_rows = 0, False
    for number, line in enumerate(lines[start:], start + 1):
        row = _ROW.fullmatch(line)
        begun = row or _ROW_BEGINS.fullmatch(line)
        if begun is None:
            if line.strip() and items and in_rows:  # the row before it went on here
                items[-1] = _item((items[-1].kind, items[-1].key), "", items[-1].where, SEVERAL_LINES)
            continue
        named = kind_and_key(begun[1])
        in_rows = named is not None
        if named is None:
            others += 1
        elif row is None:
            items.append(_item(named, "", f"line {number}", SEVERAL_LINES))
        else:
            lacks = SECRET_ON_ASTRO if row[3] == "true" else ""
            items.append(_item(named, row[2] or "", f"line {number}", lacks))
    return Source(SourceFormat.ASTRO, tuple(items), _others(others))


def _item(named: tuple[Kind, str], value: str, where: str, lacks: str) -> Item:
    return Item(*named, None if lacks else SecretText(value), where, lacks)


def _others(number: int) -> tuple[str, ...]:
    if not number:
        return ()
    what = count(number, "other variable")
    why = "only AIRFLOW_VAR_* and AIRFLOW_CONN_* are variables and connections of Airflow"
    return (f"{what} left out: {why}.",)


def has_airflow_names(names: Iterable[str]) -> bool:
    """Whether a name among them is that of a variable or connection."""
    return any(kind_and_key(name) for name in names)
