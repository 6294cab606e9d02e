"""Sources with as many variables and connections as wanted, in every form, and what they define."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

CANARY = "kvtui-canary"
"""In every value, so that it can be looked for where no value belongs."""
PASSWORD = f"{CANARY} p@ss:w/rd"


@dataclass(frozen=True)
class Sample:
    """One source."""

    text: str
    variables: dict[str, str]
    """The value of each."""
    connections: dict[str, str]
    """The password of each."""


def sample(form: str, variables: int, connections: int) -> Sample:
    """A source of that form (`FORMS`) with so many of each; exports hold one kind only."""
    values = {f"var_{n}": f"{CANARY}-{n} a=b" for n in range(variables)}
    passwords = {f"db_{n}": f"{PASSWORD}{n}" for n in range(connections)}
    made, kinds = FORMS[form]
    if "v" not in kinds:
        values = {}
    if "c" not in kinds:
        passwords = {}
    return Sample(made(values, passwords), values, passwords)


def _fields(number: int, password: str) -> dict[str, object]:
    return {
        "conn_type": "postgres",
        "description": None,
        "login": "etl",
        "password": password,
        "host": f"db{number}.contoso.com",
        "port": 5432,
        "schema": "dwh",
        "extra": '{"sslmode": "require"}',
    }


def uri(number: int, password: str) -> str:
    """The same connection as a URI."""
    from urllib.parse import quote

    return f"postgres://etl:{quote(password, safe='')}@db{number}.contoso.com:5432/dwh?sslmode=require"


def settings_yaml(values: dict[str, str], passwords: dict[str, str]) -> str:
    """`airflow_settings.yaml`, with the template's empty entries and a pool."""
    lines = ["airflow:", "  connections:", "    - conn_id:", "      conn_type:", "      conn_uri:"]
    for number, (key, password) in enumerate(passwords.items()):
        lines += [
            f"    - conn_id: {key}",
            "      conn_type: postgres",
            f"      conn_host: db{number}.contoso.com",
            "      conn_schema: dwh",
            "      conn_login: etl",
            f"      conn_password: {password!r}",
            "      conn_port: 5432",
            "      conn_extra:",
            "        sslmode: require",
        ]
    lines += ["  pools:", "    - pool_name: heavy", "      pool_slot: 3", "      pool_description:"]
    lines += ["  variables:", "    - variable_name:", "      variable_value:"]
    for key, value in values.items():
        lines += [f"    - variable_name: {key}", f"      variable_value: {value!r}"]
    return "\n".join(lines) + "\n"


def _connections(passwords: dict[str, str]) -> dict[str, object]:
    return {key: _fields(number, text) for number, (key, text) in enumerate(passwords.items())}


def _yaml(data: dict[str, object]) -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    stream = StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.dump(data, stream)
    return stream.getvalue()


def _env(values: dict[str, str], passwords: dict[str, str]) -> str:
    lines = ["# the project's own", "AIRFLOW__CORE__LOAD_EXAMPLES=False", "OTHER=1"]
    lines += [f"AIRFLOW_VAR_{key.upper()}='{value}'" for key, value in values.items()]
    lines += [f"AIRFLOW_CONN_{key.upper()}={uri(n, text)}" for n, (key, text) in enumerate(passwords.items())]
    return "\n".join(lines) + "\n"


def _rows(values: dict[str, str], passwords: dict[str, str]) -> list[tuple[str, str]]:
    rows = [(f"AIRFLOW_VAR_{key.upper()}", value) for key, value in values.items()]
    return rows + [
        (f"AIRFLOW_CONN_{key.upper()}", uri(n, text)) for n, (key, text) in enumerate(passwords.items())
    ]


def _table(values: dict[str, str], passwords: dict[str, str]) -> str:
    found = [("OTHER", "1", False), *((*row, False) for row in _rows(values, passwords))]
    found.append(("AIRFLOW_VAR_HIDDEN", "****", True))
    rows = [
        (str(number), key, value, str(secret).lower()) for number, (key, value, secret) in enumerate(found, 1)
    ]
    rows.insert(0, ("#", "KEY", "VALUE", "SECRET"))
    widths = [max(len(row[column]) for row in rows) + 5 for column in range(4)]
    return "".join(f" {''.join(map(str.ljust, row, widths))}\n" for row in rows)


def _saved(values: dict[str, str], passwords: dict[str, str]) -> str:
    return "\nOTHER=1\nAIRFLOW_VAR_HIDDEN= # secret" + "".join(
        f"\n{key}={value}" for key, value in _rows(values, passwords)
    )


FORMS: dict[str, tuple[Callable[[dict[str, str], dict[str, str]], str], str]] = {
    "airflow_settings.yaml": (settings_yaml, "vc"),
    "variables.json": (lambda values, _: json.dumps(values, sort_keys=True, indent=4), "v"),
    "variables.yaml": (lambda values, _: _yaml(dict(values)), "v"),
    "variables.env": (lambda values, _: "".join(f"{key}={text}\n" for key, text in values.items()), "v"),
    "connections.json": (lambda _, passwords: json.dumps(_connections(passwords), indent=2), "c"),
    "connections.yaml": (lambda _, passwords: _yaml(_connections(passwords)), "c"),
    "connections.env": (
        lambda _, passwords: "".join(
            f"{key}={uri(n, text)}\n" for n, (key, text) in enumerate(passwords.items())
        ),
        "c",
    ),
    "project.env": (_env, "vc"),
    "astro-table.txt": (_table, "vc"),
    "astro-saved.env": (_saved, "vc"),
}
"""How each form is written, and which kinds it holds."""
