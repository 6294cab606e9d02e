"""`airflow_settings.yaml`: what `astro dev start` puts into the metastore of a local Airflow.

Mirrors `settings/settings.go` and `settings/types.go` of the Astro CLI 1.45.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kvtui.core.secret_text import SecretText
from kvtui.core.words import count
from kvtui.migration import values
from kvtui.migration.items import Item, Source, SourceFormat
from kvtui.migration.yaml_text import load_yaml, rejected
from kvtui.settings.model import Kind

_FIELDS = {
    "conn_type": "conn_type",
    "conn_host": "host",
    "conn_schema": "schema",
    "conn_login": "login",
    "conn_password": "password",
    "conn_port": "port",
}


def read_settings(text: str, where: str) -> Source:
    """The variables and connections of the file. Raises `ProblemError` (usage) for another form.

    Scalars are text as they are written; only within `conn_extra` are numbers and booleans kept.
    """
    written, typed = load_yaml(text, where, texts_only=True), load_yaml(text, where)
    airflow = written.get("airflow") if isinstance(written, dict) else None
    if not isinstance(airflow, dict):
        raise rejected(f"{where} has no key airflow with connections and variables")
    items: list[Item] = []
    for number, entry in _entries(airflow, "variables", where):
        items += _variable(entry, f"entry {number} of variables")
    extras = [_extra(entry) for _, entry in _entries(typed["airflow"], "connections", where)]
    for (number, entry), extra in zip(_entries(airflow, "connections", where), extras, strict=True):
        items += _connection(entry, extra, f"entry {number} of connections")
    pools = [entry for _, entry in _entries(airflow, "pools", where) if entry.get("pool_name")]
    notes = (f"{count(len(pools), 'pool')} left out: pools are not secrets.",) if pools else ()
    return Source(SourceFormat.SETTINGS, tuple(items), notes)


def _entries(airflow: Mapping[str, Any], name: str, where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries of a list with their numbers. The template's empty ones are among them."""
    found = airflow.get(name) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise rejected(f"{where}: {name} is not a list of entries")
    yield from enumerate(found, 1)


def _text(entry: Mapping[str, Any], name: str) -> str:
    found = entry.get(name)
    return found if isinstance(found, str) else ""


def _variable(entry: Mapping[str, Any], place: str) -> list[Item]:
    """The variable; none for an entry without a name, which is the template's."""
    key, value = _text(entry, "variable_name"), entry.get("variable_value")
    if not key:
        return []
    if value in (None, ""):
        return [Item(Kind.VARIABLE, key, None, place, "its value is empty")]
    if not isinstance(value, str):
        why = "its value is not text: put it in quotes"
        return [Item(Kind.VARIABLE, key, None, place, why)]
    return [Item(Kind.VARIABLE, key, SecretText(value), place)]


def _extra(entry: Mapping[str, Any]) -> object:
    return entry.get("conn_extra")


def _connection(entry: Mapping[str, Any], extra: object, place: str) -> list[Item]:
    """The connection; none for an entry without an id. The URI counts only without any other field."""
    key = _text(entry, "conn_id")
    if not key:
        return []
    given: dict[str, object] = {name: _text(entry, field) for field, name in _FIELDS.items()}
    port = str(given["port"])
    given["port"] = None if port in ("", "0") else int(port) if port.isdecimal() else port
    uri = _text(entry, "conn_uri")
    if not any(given.values()):
        if not uri:
            why = "it has neither conn_type nor conn_uri"
            return [Item(Kind.CONNECTION, key, None, place, why)]
        return [values.connection(key, uri, place)]
    if not given["conn_type"]:
        return [Item(Kind.CONNECTION, key, None, place, "it has no conn_type")]
    return [values.fields(key, {**given, "extra": extra}, place)]
