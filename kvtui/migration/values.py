"""Values as Airflow's own import stores them: a variable's text, a connection as JSON or a URI."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from kvtui.airflow.connections import FIELDS
from kvtui.core.secret_text import SecretText
from kvtui.migration.items import Item
from kvtui.settings.model import Kind

_URI = re.compile(r"[A-Za-z][\w+.-]*://|[A-Za-z][\w+.-]*:/{0,2}\?")
_GIVEN = frozenset(FIELDS[1:])
_CONNECTION_KEYS = _GIVEN | {"conn_id", "extra_dejson", "uri"}


def is_connection(value: object) -> bool:
    """Whether a value of an export has the form of a connection: a URI, or fields with a type or a URI."""
    if isinstance(value, str):
        if value.lstrip()[:1] != "{":
            return _URI.match(value.strip()) is not None
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return False
    return (
        isinstance(value, Mapping)
        and set(value) <= _CONNECTION_KEYS
        and any(value.get(name) for name in ("conn_type", "uri"))
    )


def variable(key: str, value: object, where: str) -> Item:
    """A variable of an export, stored as `airflow variables import` stores it.

    Mirrors `variables_export` and `variables_import` of `airflow/cli/commands/variable_command.py`: text as
    it is, everything else as JSON with two spaces of indentation; a value with a description is an object of
    the two.
    """
    described = isinstance(value, Mapping) and set(value) == {"value", "description"}
    if isinstance(value, Mapping) and described:
        value = value["value"]
    if isinstance(value, str):
        return Item(Kind.VARIABLE, key, SecretText(value), where)
    try:
        return Item(Kind.VARIABLE, key, SecretText(json.dumps(value, indent=2)), where)
    except (TypeError, ValueError, RecursionError):
        why = "its value is neither text nor JSON: put it in quotes"
        return Item(Kind.VARIABLE, key, None, where, why)


def connection(key: str, value: object, where: str) -> Item:
    """A connection of an export: text as it is, fields as JSON without those that are empty.

    Mirrors `_create_connection` of `airflow/secrets/local_filesystem.py`.
    """
    if isinstance(value, str):
        return Item(Kind.CONNECTION, key, SecretText(value), where)
    if not isinstance(value, Mapping):
        return _no_connection(key, where, "its value is neither a URI nor an object")
    if unknown := sum(name not in _CONNECTION_KEYS for name in value):
        are = "keys are" if unknown > 1 else "key is"
        return _no_connection(key, where, f"{unknown} of its {are} none of a connection's fields")
    if value.get("conn_id") not in (None, key):
        return _no_connection(key, where, "its conn_id is another than its key")
    return fields(key, {name: each for name, each in value.items() if name != "conn_id"}, where)


def fields(key: str, given: Mapping[str, object], where: str) -> Item:
    """A connection of these fields, `uri` and `extra_dejson` among them, as the text that Airflow parses."""
    kept = {name: each for name, each in given.items() if each not in (None, "")}
    if "extra_dejson" in kept:
        kept["extra"] = kept.pop("extra_dejson")
    if set(kept) == {"uri"} and isinstance(kept["uri"], str):
        return Item(Kind.CONNECTION, key, SecretText(kept["uri"]), where)
    if not kept:
        return _no_connection(key, where, "all its fields are empty")
    try:
        return Item(Kind.CONNECTION, key, SecretText(json.dumps(kept)), where)
    except (TypeError, ValueError, RecursionError):
        return _no_connection(key, where, "one of its fields is neither text nor JSON: put it in quotes")


def _no_connection(key: str, where: str, why: str) -> Item:
    return Item(Kind.CONNECTION, key, None, where, why)
