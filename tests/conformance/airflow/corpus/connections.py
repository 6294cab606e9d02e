"""What a connection's text is read as, and what is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.conformance.airflow.case import Case, env

_URIS = (
    "postgres://user:p%40ss@db.example.com:5432/mydb?sslmode=require",
    "postgresql://user:pw@h/db",
    "PostgreSQL://U:P@Host.Example.COM/DB",
    "google-cloud-platform://?extra__keyfile=x",
    "my_type://h",
    "my-type://h/s",
    "http://https://example.com/path",
    "http://https://u:p@example.com/path",
    "https://example.com:8443",
    "s3://key:a%2Fb@/?region=eu",
    "aws://AKIA:a/b@/",
    "aws://AKIA:a#b@h/",
    "mysql://u:p@ss@h/db",
    "mysql://u:p?x@h/db",
    "mysql://u@h/",
    "mysql://:pw@h/",
    "mysql://h:abc/",
    "mysql://h:70000/",
    "mysql://h:0/",
    "mysql://[::1]:5432/db",
    "mysql://[::1/db",
    "just text",
    "text:with:colons",
    "://",
    "x://",
    "//host/path",
    "/path",
    "a://b://c://d",
    "sqlite:////tmp/x.db",
    "fs://?path=%2Ftmp",
    "http://h/?__extra__=%7B%22a%22%3A%201%7D",
    "http://h/?__extra__=not-json",
    "http://h/?__extra__=%5B1%5D",
    "http://h/?__extra__=&a=1",
    "http://h/?num=3&flag=true&none=null&text=x&list=%5B1%5D&obj=%7B%22a%22%3A1%7D",
    "http://h/?a=1&a=2",
    "http://h/?empty=&b",
    "http://h/a/b/c",
    "http://h/%2Fa%20b",
    "http://u%3Aser:p%3Aw@h/",
    "http://h#frag",
    "http://H%2Fx:80/",
    "http://h%C3%A9/",
    "  http://h/  ",
    "http://h/\n",
    "\ufeff{\"conn_type\": \"x\"}",
    "[1, 2]",
    "'http://h'",
    "null",
    "5",
    "http://user:pass word@h/",
    "http://h/?q=%zz",
    "snowflake://u:p@/schema?account=a&warehouse=w&database=d&role=r",
    "wasb://login:key@account.blob.core.windows.net/?tenant_id=t",
)  # fmt: skip
_OBJECTS: tuple[Any, ...] = (
    {"conn_type": "postgres", "host": "h", "login": "u", "password": "p", "schema": "s", "port": 5432},
    {"conn_type": "postgresql"},
    {"conn_type": "my-type", "host": "h"},
    {"conn_type": "My-Type"},
    {"host": "h"},
    {},
    {"conn_type": "x", "port": "8080"},
    {"conn_type": "x", "port": ""},
    {"conn_type": "x", "port": None},
    {"conn_type": "x", "port": 1.5},
    {"conn_type": "x", "port": "x"},
    {"conn_type": "x", "port": True},
    {"conn_type": "x", "port": "1.5"},
    {"conn_type": "x", "port": [1]},
    {"conn_type": "x", "port": 0},
    {"conn_type": "x", "extra": {"a": 1, "b": [True]}},
    {"conn_type": "x", "extra": '{"a": 1}'},
    {"conn_type": "x", "extra": "text"},
    {"conn_type": "x", "extra": "[1]"},
    {"conn_type": "x", "extra": [1]},
    {"conn_type": "x", "extra": 5},
    {"conn_type": "x", "extra": ""},
    {"conn_type": "x", "extra": None},
    {"conn_type": "x", "extra": {}},
    {"conn_type": "x", "user": "u"},
    {"conn_type": "x", "conn_id": "other"},
    {"type": "x"},
    {"conn_type": "x", "description": "words"},
    {"conn_type": "x", "description": None},
    {"conn_type": "x", "password": ""},
    {"conn_type": "x", "login": ""},
    {"conn_type": "x", "schema": ""},
    {"conn_type": ""},
    {"conn_type": None, "host": "h"},
    {"conn_type": 5},
    {"conn_type": "x", "host": 5},
    {"conn_type": "x", "login": 5},
    {"conn_type": "x", "password": 5},
    {"conn_type": "x", "host": ["h"]},
    {"conn_type": "x", "host": "a://b"},
    {"conn_type": "x", "host": "h", "uri": "http://h"},
    {"uri": "http://u:p@h/s"},
    {"uri": "http://u:p@h/s", "extra": {"a": 1}},
    {"uri": "http://h", "description": "d"},
    {"uri": ""},
    {"uri": None},
    {"uri": 5},
    {"conn_type": "x", "team_name": "t"},
    {"conn_type": "x", "is_encrypted": True},
    {"conn_type": "x", "": 1},
    {"conn_type": "ünï", "host": "hé"},
)
_TEXTS = (
    "{",
    "{}x",
    '{"conn_type": "x",}',
    "{'conn_type': 'x'}",
    '{"conn_type": NaN}',
    '{"a": 1}',
    ' {"host": "h"} ',
)


def cases() -> Iterator[Case]:
    """Each text in the vault; every fourth also in the environment, and behind a vault that fails."""
    texts = [*_URIS, *(json.dumps(content) for content in _OBJECTS), *_TEXTS]
    for number, text in enumerate(texts):
        vault = {"airflow-connections-my-db": text}
        yield Case(f"conn-{number}", "my_db", "connection", env(), vault)
        if number % 8 == 0:
            yield Case(f"conn-env-{number}", "my_db", "connection", env(AIRFLOW_CONN_MY_DB=text))
    good = {"AIRFLOW_CONN_MY_DB": "http://of-the-environment"}
    bad = {"airflow-connections-my-db": "http://h:x/"}
    yield Case("conn-bad-env-good", "my_db", "connection", env(**good), bad)
    yield Case("conn-bad-env-bad", "my_db", "connection", env(AIRFLOW_CONN_MY_DB="{"), bad)
    vault = {f"airflow-connections-{'a' * 107}": "http://h", "airflow-connections-odd-id": "http://h"}
    yield Case("conn-long-id", "a" * 107, "connection", env(), vault)
    yield Case("conn-odd-id", "odd id", "connection", env(AIRFLOW_CONN_ODD_ID="x://"), vault)
    yield Case("conn-odd-id-env", "odd id", "connection", env(**{"AIRFLOW_CONN_ODD ID": "http://h"}))
    yield Case("conn-odd-id-env-2", "odd,id", "connection", env(**{"AIRFLOW_CONN_ODD,ID": "http://h"}))
