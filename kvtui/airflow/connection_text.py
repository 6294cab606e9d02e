"""A connection's fields as the text that is stored, and whether each Airflow reads the same fields from it.

Writes as `Connection.as_json` and `Connection.get_uri` of `airflow/models/connection.py` do, without empty
fields. What is written is read back by `connections`, the parser of the simulation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from kvtui.airflow.connection_fields import shown_fields
from kvtui.airflow.connection_types import FORM
from kvtui.airflow.connections import UnparsedError, doubt, parse_connection

WRITTEN = ("conn_type", *FORM)
"""The fields that are written. All are text here, as they are typed; the extra is JSON."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What Airflow reads from a connection's text."""

    fields: tuple[tuple[str, str], ...] = ()
    """For display, masked."""
    why: str = ""
    """Why it is not what was to be stored, a clause without any value; empty if it is the same."""
    doubt: str = ""
    """Why a part of the password may be in another field, a sentence; empty if it is not."""


def as_json(fields: Mapping[str, str]) -> str:
    """The JSON form."""
    content: dict[str, object] = {name: fields[name] for name in WRITTEN if fields.get(name)}
    if fields.get("port", "").isdecimal():
        content["port"] = int(fields["port"])
    extra = _decoded(fields.get("extra", ""))
    if isinstance(extra, dict) and extra:
        content["extra"] = extra
    return json.dumps(content, ensure_ascii=False)


def as_uri(fields: Mapping[str, str]) -> str:
    """The URI form, with everything percent-encoded and the extra in `__extra__`."""
    given = {name: quote(fields.get(name, ""), safe="") for name in WRITTEN}
    login, password, port = given["login"], given["password"], given["port"]
    user = f"{login}:{password}@" if password else f"{login}@" if login else ""
    server = given["host"] + (f":{port}" if port else "")
    extra = f"?__extra__={given['extra']}" if given["extra"] else ""
    return f"{fields.get('conn_type', '').replace('_', '-')}://{user}{server}/{given['schema']}{extra}"


def read_back(fields: Mapping[str, str], text: str, airflow_version: str, *, in_task: bool) -> Reading:
    """What tasks and servers of this Airflow read from `text`, against the fields that it was made of.

    The fields shown are those of `in_task`; the others must be the same, too.
    """
    shown: tuple[tuple[str, str], ...] = ()
    for task in (not in_task, in_task):
        try:
            parsed = parse_connection("", text, airflow_version, task=task)
        except UnparsedError as error:
            return Reading(why=f"cannot read it: {error.words}")
        shown = shown_fields({name: parsed[name] for name in WRITTEN})
        other = [name for name in WRITTEN if not _same(name, fields.get(name, ""), parsed[name])]
        if "conn_type" in other:
            return Reading(shown, f"reads the type {fields.get('conn_type')} as {parsed['conn_type']}")
        if other:
            return Reading(shown, f"reads another {' and another '.join(other)} from it")
    return Reading(shown)


def read_text(text: str, airflow_version: str, *, in_task: bool) -> Reading:
    """What tasks and servers of this Airflow read from any text; the fields shown are those of `in_task`."""
    shown: tuple[tuple[str, str], ...] = ()
    for task in (not in_task, in_task):
        try:
            parsed = parse_connection("", text, airflow_version, task=task)
        except UnparsedError as error:
            return Reading(why=f"cannot read it: {error.words}")
        shown = shown_fields({name: parsed[name] for name in WRITTEN}, doubtful=bool(doubt(text)))
    return Reading(shown, doubt=doubt(text))


def _same(name: str, wanted: str, read: object) -> bool:
    if name == "extra":
        return _decoded(wanted) == (_decoded(read) if isinstance(read, str) else read or None)
    return wanted == ("" if read is None else str(read))


def _decoded(extra: str) -> object:
    """The JSON of an extra; the text itself if it is not JSON, None if it is empty."""
    try:
        return json.loads(extra) if extra else None
    except (ValueError, RecursionError):
        return extra
