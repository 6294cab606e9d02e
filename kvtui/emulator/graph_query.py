"""A Graph collection request: `$search`, `$filter`, `$orderby`, `$select`, `$top`, `$count` and paging."""

from __future__ import annotations

import base64
import functools
import re
from typing import Any
from urllib.parse import quote

from kvtui.emulator.error_responses import ServiceError
from kvtui.emulator.graph_filter import parse_filter, unsupported
from kvtui.emulator.http import Request

DEFAULT_TOP = 100
_KNOWN = {"$search", "$filter", "$orderby", "$select", "$top", "$count", "$skiptoken"}
_CLAUSE = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(AND|OR)?')
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


def answer_collection(
    request: Request, objects: list[dict[str, Any]], kind: str, context: str
) -> dict[str, Any]:
    """The body of the answer. `kind` is the type's name in errors, `context` the `@odata.context`.

    Raises `ServiceError` for every query that Graph rejects.
    """
    query = {name.lower(): value for name, value in request.query.items()}
    _check(query, request)
    eventual = request.headers.get("consistencylevel", "").lower() == "eventual"
    found = _found(query, objects, eventual=eventual)
    fields = _fields(query.get("$select", ""), objects, kind)
    top, start = _top(query), _start(query)
    body: dict[str, Any] = {"@odata.context": context}
    if eventual and query.get("$count", "").lower() == "true":
        body["@odata.count"] = len(found)
    if start + top < len(found):
        body["@odata.nextLink"] = _next_link(request, start + top)
    body["value"] = [select(one, fields) for one in found[start : start + top]]
    return body


def select(thing: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """`thing` with the chosen fields only; all of them when none is chosen."""
    return {name: thing.get(name) for name in fields} if fields else thing


def selected_fields(request: Request, thing: dict[str, Any], kind: str) -> list[str]:
    """The `$select` of a request for one object."""
    return _fields(request.query.get("$select", ""), [thing], kind)


def _check(query: dict[str, str], request: Request) -> None:
    for name in query:
        if name == "$skip":
            raise unsupported("'$skip' is not supported by the service.")
        if name.startswith("$") and name not in _KNOWN:
            raise ServiceError(400, "BadRequest", f"The query parameter '{name}' is not supported.")
    if "$search" in query and request.headers.get("consistencylevel", "").lower() != "eventual":
        raise unsupported(
            "Request with $search query parameter only works through MSGraph with a special request header: "
            "'ConsistencyLevel: eventual'",
        )


def _found(query: dict[str, str], objects: list[dict[str, Any]], *, eventual: bool) -> list[dict[str, Any]]:
    advanced = eventual and query.get("$count", "").lower() == "true"
    found = objects
    if query.get("$filter"):
        predicate = parse_filter(query["$filter"], eventual=advanced)
        found = [one for one in found if predicate(one)]
    if query.get("$search"):
        found = [one for one in found if _search(query["$search"], one)]
    if order := query.get("$orderby", ""):
        if query.get("$filter") and not advanced:
            raise unsupported("Sorting not supported for current query.")
        path, _, direction = order.strip().partition(" ")
        if path not in ("displayName", "createdDateTime"):
            raise unsupported(f"Sorting by '{path}' is not supported.")
        found = sorted(found, key=lambda one: str(one[path]).casefold(), reverse=direction.strip() == "desc")
    return found


def _fields(text: str, objects: list[dict[str, Any]], kind: str) -> list[str]:
    fields = [name.strip() for name in text.split(",") if name.strip()]
    for name in fields:
        if objects and name not in objects[0]:
            raise ServiceError(
                400, "BadRequest", f"Could not find a property named '{name}' on type '{kind}'."
            )
    return fields


def _top(query: dict[str, str]) -> int:
    text = query.get("$top", str(DEFAULT_TOP))
    if not text.isdecimal() or not 1 <= int(text) <= 999:
        raise unsupported(f"Invalid page size specified: '{text}'. Must be between 1 and 999 inclusive.")
    return int(text)


def _start(query: dict[str, str]) -> int:
    token = query.get("$skiptoken", "")
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("kvtui:"))
    except ValueError as error:
        raise ServiceError(
            400, "Directory_ExpiredPageToken", "The specified page token value has expired."
        ) from error


def _next_link(request: Request, start: int) -> str:
    token = base64.urlsafe_b64encode(f"kvtui:{start}".encode()).decode()
    kept = {name: value for name, value in request.query.items() if name.lower() != "$skiptoken"}
    pairs = [f"{name}={quote(value, safe='')}" for name, value in kept.items()]
    return f"https://{request.host}{request.raw_path}?{'&'.join([*pairs, f'$skiptoken={token}'])}"


def _search(text: str, thing: dict[str, Any]) -> bool:
    """Whether `"displayName:astro pr" AND "description:airflow"` finds `thing`, by how words begin."""
    result: bool | None = None
    joined, position = "AND", 0
    while position < len(text):
        match = _CLAUSE.match(text, position)
        if match is None:
            raise ServiceError(
                400, "BadRequest", f"Syntax error: character '{text[position]}' is not valid at {position}."
            )
        hit = _clause(re.sub(r"\\(.)", r"\1", match[1]), thing)
        if result is None:
            result = hit
        elif joined == "AND":
            result = result and hit
        else:
            result = result or hit
        joined, position = match[2] or "AND", match.end()
    return bool(result)


def _clause(text: str, thing: dict[str, Any]) -> bool:
    name, colon, wanted = text.partition(":")
    if not colon or name not in ("displayName", "description"):
        raise unsupported(f"Property '{name}' is not searchable.")
    words = _words(str(thing.get(name) or ""))
    asked = _words(wanted)
    return bool(asked) and all(any(word.startswith(one) for word in words) for one in asked)


@functools.lru_cache(maxsize=50_000)
def _words(text: str) -> list[str]:
    """`mi-AstroAgents 2` → mi, astro, agents, 2; and each run of letters and digits unchanged."""
    whole = re.findall(r"[^\W_]+", text)
    return [word.casefold() for word in [*whole, *_WORD.findall(text)]]
