"""The key that the API server receives: a task's key is put into a URL without escapes.

Mirrors `VariableOperations.get` and `ConnectionOperations.get` of `airflow/sdk/api/client.py`, task-sdk 1.0
to 1.4, what httpx 0.28 makes of such a path, and the routes of `airflow/api_fastapi/execution_api/routes`.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from kvtui.airflow import rules
from kvtui.settings.model import Kind

_END_OF_PATH = re.compile(r"[?#]")


def key_at_server(kind: Kind, key: str, airflow_version: str) -> str | None:
    """What the API server looks up for a task's `key`; None if the request reaches no lookup.

    `kind` is `variable` or `connection`. Anything from a `?` or `#` on is lost, `%41` becomes `A`, and a key
    with a control character is never sent; a connection's id must not hold a slash, and `variables/keys`
    lists the keys from 3.3 on.

    From 3.4 on (its beta) a connection's id is escaped, and arrives as it is.
    """
    if kind is Kind.CONNECTION and rules.CONNECTION_IDS_ARE_QUOTED.holds(airflow_version):
        key = quote(key, safe="")
    if not is_sent(key):
        return None
    head = f"/{kind}s/"
    path = _without_dots(head + _END_OF_PATH.split(key, maxsplit=1)[0])
    found = unquote(path.removeprefix(head)) if path.startswith(head) else ""
    if kind is Kind.CONNECTION:
        return found if found and "/" not in found else None
    lists_keys = found == "keys" and rules.KEYS_ROUTE.holds(airflow_version)
    return found if found and not lists_keys else None


def is_sent(key: str) -> bool:
    """Whether a request for `key` is sent at all: httpx rejects a URL with a control character."""
    return not any(character.isascii() and not character.isprintable() for character in key)


def _without_dots(path: str) -> str:
    """A path whose `.` and `..` segments are resolved, as httpx does before it sends."""
    if "." not in path:
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if kept and kept != [""]:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)
