"""A connection's text, read as each Airflow reads it: as a URI, or as JSON when it begins with `{`.

Mirrors `Connection` of `airflow/models/connection.py` (2.11.2, 3.x: the server's rules) and of
`airflow/sdk/definitions/connection.py` (task-sdk 1.2 and later: a task's rules).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from kvtui.airflow import rules

FIELDS = ("conn_id", "conn_type", "description", "host", "schema", "login", "password", "port", "extra")
_GIVEN = frozenset(FIELDS[1:])
_EXTRA_KEY = "__extra__"
_FAILURES = (ValueError, TypeError, AttributeError, OverflowError, IndexError, RecursionError)
_CLEAN_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+._-]*://(?:https?://)?(?:[^\s/?#@:]*(?::[^\s/?#@:]*)?@)?"
    r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]*)(?::\d+)?(?:/[^\s?#@]*)?(?:\?[^\s#@]*)?"
)
_SANE_ID = re.compile(r"[\w#!()\-.:/\\]+$")


class UnparsedError(Exception):
    """The text is not a connection: Airflow's exception, which it logs before it continues.

    Holds no part of the text, which may be the password: `words` says what is wrong without it.
    """

    def __init__(self, type_name: str, words: str, *, parsed: bool = False) -> None:
        super().__init__(words)
        self.type_name = type_name
        self.words = words
        self.parsed = parsed
        """The backend returned a connection; Airflow failed to write it as a URI."""


@dataclass(frozen=True, slots=True)
class Parser:
    """One of Airflow's ways to read a connection."""

    strict_extra: bool
    """The extra must be a JSON object."""
    decodes_query: bool
    """Values of a URI's query are decoded as JSON."""
    is_sdk: bool
    """The SDK's class: it keeps an empty password, does not check the id and has its own keys."""
    takes_team: bool = False
    """`team_name` is a key that JSON may have."""
    decodes_extra: bool = False
    """The extra of JSON with a `uri` is the decoded dict."""


def parser_for(airflow_version: str, *, task: bool, is_json: bool = False) -> Parser:
    """How Airflow reads a connection; `task`: in a task of Airflow 3, else on the server or in Airflow 2.

    `is_json`: the text is JSON; in 3.1 a task reads JSON and URIs by different rules.
    """
    if task and (
        rules.SDK_PARSES_CONNECTIONS.holds(airflow_version)
        or (is_json and rules.SDK_PARSES_JSON_CONNECTIONS.holds(airflow_version))
    ):
        return Parser(
            strict_extra=False,
            decodes_query=False,
            is_sdk=True,
            decodes_extra=rules.JSON_URI_EXTRA_IS_DICT.holds(airflow_version),
        )
    return Parser(
        strict_extra=rules.EXTRA_MUST_BE_OBJECT.holds(airflow_version),
        decodes_query=rules.QUERY_IS_JSON_DECODED.holds(airflow_version),
        is_sdk=False,
        takes_team=rules.MULTI_TEAM.holds(airflow_version),
    )


def parse_connection(conn_id: str, text: str, airflow_version: str, *, task: bool) -> dict[str, object]:
    """The fields of the connection in `text`, by Airflow's names (`FIELDS`).

    `text` is not empty. Raises `UnparsedError` with what Airflow would raise.
    """
    stripped = text.strip()
    if not stripped:
        raise UnparsedError("IndexError", "it is blank")
    is_json = stripped[0] == "{"
    parser = parser_for(airflow_version, task=task, is_json=is_json)
    try:
        fields = _from_json(stripped, parser) if is_json else _from_uri(stripped, parser)
        fields["conn_id"] = conn_id if parser.is_sdk else _kept_id(conn_id)
        _check_extra(fields, parser)
        if not parser.is_sdk and not isinstance(fields.get("password") or "", str):
            raise TypeError  # the server's class encrypts it at once
    except UnparsedError:
        raise
    except _FAILURES as error:
        raise UnparsedError(type(error).__name__, _words(error, is_json=is_json)) from None
    try:
        _check_writable(fields)
    except _FAILURES as error:
        raise UnparsedError(type(error).__name__, _words(error, is_json=is_json), parsed=True) from None
    return {name: fields.get(name) for name in FIELDS}


def doubt(text: str) -> str:
    """Why a part of the password may be in any field of the connection in `text`; empty if it is not.

    Airflow silently accepts such text. JSON with a `uri` counts as that URI.
    """
    uri = text.strip()
    if uri.startswith("{"):
        try:
            uri = json.loads(uri).get("uri")
        except _FAILURES:
            return ""
        if not isinstance(uri, str):
            return ""
    if _CLEAN_URI.fullmatch(uri):
        return ""
    if "//" not in uri:
        return "The connection's text has no //: it is not scheme://login:password@host:port/schema."
    return (
        "The connection's URI is not scheme://login:password@host:port/schema: Airflow reads parts "
        "of it as other fields. Within the password write %40 for @, %3A for :, %2F for /, %3F for ? "
        "and %23 for #."
    )


def reads_otherwise(text: str, airflow_version: str, *, task: bool) -> str:
    """Why what Airflow reads from a connection's text may not be what was meant; empty if nothing is odd.

    Airflow accepts such text. One that it rejects is `UnparsedError`'s, not odd.
    """
    try:
        fields = parse_connection("", text, airflow_version, task=task)
    except UnparsedError:
        return ""
    return doubt(text) or ("" if fields["conn_type"] else "The connection has no type (conn_type).")


def odd_scheme(text: str, conn_type: object, airflow_version: str) -> str:
    """The type for which the server warns that a scheme has no `_`; empty if it does not warn.

    `text` is what was parsed, empty for a row of the metastore; `conn_type` what came of it.
    """
    if not rules.WARNS_OF_SCHEME.holds(airflow_version):
        return ""
    shown = str(conn_type or "")
    if text and text.strip()[:1] != "{" and rules.SCHEME_AS_WRITTEN.holds(airflow_version):
        shown = urlsplit(text.strip()).scheme
    return shown if "_" in shown else ""


def _kept_id(conn_id: str) -> str | None:
    """The id as the server's class keeps it: one with other characters is dropped."""
    sane = _SANE_ID.match(conn_id) if len(conn_id) <= 250 else None
    return sane.group() if sane else None


def _from_json(text: str, parser: Parser) -> dict[str, object]:
    values = json.loads(text)
    fields: dict[str, object] = {}
    extra = values.pop("extra", None)
    if extra:
        fields["extra"] = extra if isinstance(extra, str) else json.dumps(extra)
    conn_type = values.pop("conn_type", None)
    if conn_type:
        fields["conn_type"] = _normal_type(conn_type)
    port = values.pop("port", None)
    if port:
        try:
            fields["port"] = int(port)
        except ValueError:
            raise UnparsedError("ValueError", "its port is not a number") from None
    if parser.takes_team:
        values.pop("team_name", None)
    if "uri" in values:
        return _from_json_uri(values, fields, parser)
    fields.update(_known(values))
    if not parser.is_sdk and not fields.get("password"):
        fields["password"] = None
    return fields


def _known(values: Mapping[str, object]) -> Mapping[str, object]:
    if any(name not in _GIVEN for name in values):
        fields = ", ".join(name for name in FIELDS if name in _GIVEN)
        raise UnparsedError("TypeError", f"a key of its JSON is not a connection field: {fields}")
    return values


def _from_json_uri(values: dict[str, object], fields: dict[str, object], parser: Parser) -> dict[str, object]:
    """JSON with a `uri` key, which must be the only one."""
    uri = values.pop("uri")
    others = {**_known(values), **fields}
    mixed = "uri must be the only field"
    if parser.is_sdk:
        if uri is None:
            return others
        if others:
            raise UnparsedError("AirflowException", mixed)
        fields = _from_uri(_text(uri), parser)
        return {**fields, "extra": _decoded(fields["extra"])} if parser.decodes_extra else fields
    description = others.pop("description", None)
    if not uri:
        if not others.get("password"):
            others["password"] = None
        return {**others, "description": description}
    if any(others.values()):
        raise UnparsedError("AirflowException", mixed)
    return {**_from_uri(_text(uri), parser), "description": description}


def _decoded(extra: object) -> object:
    """An extra as `extra_dejson` gives it: anything but JSON becomes an empty dict."""
    try:
        return json.loads(str(extra)) if extra else {}
    except json.JSONDecodeError:
        return {}


def _text(uri: object) -> str:
    if not isinstance(uri, str):
        raise UnparsedError("AttributeError", "its uri is not text")
    return uri


def _from_uri(uri: str, parser: Parser) -> dict[str, object]:
    schemes = uri.count("://")
    if schemes > 2:
        raise UnparsedError("AirflowException", "its :// does not make it a URI")
    has_protocol = schemes == 2
    scheme = urlsplit(uri).scheme
    rest = uri.replace(f"{scheme}://", "" if has_protocol else "//")
    if has_protocol:
        before = rest.split("://", 1)[0]
        if "@" in before or ":" in before:
            raise UnparsedError("AirflowException", "its :// does not make it a URI")
    parts = urlsplit(rest)
    host = _hostname(parts)
    if host and has_protocol and parts.scheme:
        host = f"{parts.scheme}://{host}"
    password = unquote(parts.password) if parts.password else parts.password
    return {
        "conn_type": _normal_type(scheme),
        "host": host,
        "schema": unquote(parts.path[1:]),
        "login": unquote(parts.username) if parts.username else parts.username,
        "password": password if parser.is_sdk else password or None,
        "port": parts.port,
        "extra": _extra_of(parts.query, parser),
    }


def _hostname(parts: SplitResult) -> str:
    """The host, in lower case unless it hides a path behind escapes."""
    host = unquote(parts.hostname or "")
    if "/" in host:
        host = unquote(parts.netloc.rsplit("@", 1)[-1].split(":", 1)[0])
    return host


def _extra_of(query_text: str, parser: Parser) -> str | None:
    if not query_text:
        return None
    query: dict[str, object] = dict(parse_qsl(query_text, keep_blank_values=True))
    raw = query.get(_EXTRA_KEY)
    if isinstance(raw, str):
        return raw
    if parser.decodes_query:
        for name, value in query.items():
            try:
                if value:
                    query[name] = json.loads(str(value))
            except json.JSONDecodeError:
                continue
    return json.dumps(query)


def _normal_type(conn_type: str) -> str:
    if conn_type == "postgresql":
        return "postgres"
    return conn_type.replace("-", "_") if "-" in conn_type else conn_type


def _check_extra(fields: Mapping[str, object], parser: Parser) -> None:
    extra = fields.get("extra")
    if not parser.strict_extra or not isinstance(extra, str) or not extra:
        return
    try:
        decoded = json.loads(extra)
    except json.JSONDecodeError:
        raise UnparsedError("ValueError", "its extra is not JSON") from None
    if not isinstance(decoded, dict):
        raise UnparsedError("ValueError", "its extra is not a JSON object")


def _words(error: Exception, *, is_json: bool) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it begins with {{ and is not JSON, line {error.lineno} column {error.colno}"
    if is_json:
        return "one of its fields is not text"
    if "ort" in str(error):
        return "its port is not a number; a / or # in the password does that, write %2F or %23"
    return "it is not a URI"


def unread_extra(extra: object) -> bool:
    """Whether the extra is text but not JSON: Airflow logs that while it masks it."""
    if not isinstance(extra, str) or not extra:
        return False
    try:
        json.loads(extra)
    except json.JSONDecodeError:
        return True
    return False


def _check_writable(fields: Mapping[str, object]) -> None:
    """Airflow writes the connection as a URI at once, which fails for fields that are not text."""
    conn_type, host, schema = fields.get("conn_type"), fields.get("host"), fields.get("schema")
    if conn_type:
        conn_type.lower()  # type: ignore[attr-defined]
    texts = [value for value in (fields.get("login"), fields.get("password")) if value is not None]
    if host:
        texts.append(host.split("://", 1)[-1] if "://" in host else host)  # type: ignore[attr-defined,operator]
    if schema:
        texts.append(schema)
    extra = fields.get("extra")
    if isinstance(extra, str):
        texts.append(extra)
    for text in texts:
        quote(text, safe="")  # type: ignore[call-overload]
