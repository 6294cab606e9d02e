"""A connection's fields written as JSON and as a URI, and what Airflow reads from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvtui.airflow.connection_text import as_json, as_uri, read_back, read_text
from kvtui.airflow.connection_types import FORM, TYPES, type_of
from kvtui.airflow.connections import parse_connection
from kvtui.core.secret_text import MASK

VERSIONS = ("3.3.2", "3.1.8", "3.0.6", "2.11.2", "2.10.5")
FIELDS = {
    "conn_type": "postgres",
    "host": "db.example.com",
    "port": "5432",
    "schema": "a/b c",
    "login": "us@er",
    "password": "p:w/#?%@ ü",
    "extra": '{"sslmode": "require", "nested": {"n": 1}}',
}
Write = Callable[[Mapping[str, str]], str]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("write", [as_json, as_uri])
def test_every_airflow_reads_the_fields_that_were_written(write: Write, version: str) -> None:
    assert read_back(FIELDS, write(FIELDS), version, in_task=True).why == ""


def test_json_has_a_number_as_port_an_object_as_extra_and_no_empty_field() -> None:
    written = json.loads(as_json({"conn_type": "http", "port": "80", "extra": '{"a": 1}', "login": ""}))
    assert written == {"conn_type": "http", "port": 80, "extra": {"a": 1}}


def test_a_uri_escapes_what_would_end_a_part() -> None:
    assert as_uri({"conn_type": "google_cloud_platform", "host": "h", "password": "a/b@c"}) == (
        "google-cloud-platform://:a%2Fb%40c@h/"
    )


@given(st.sampled_from(sorted(TYPES)), st.fixed_dictionaries(dict.fromkeys(("login", "password"), TEXT)))
def test_any_login_and_password_survive_as_json(conn_type: str, typed: dict[str, str]) -> None:
    fields = {**typed, "conn_type": conn_type}
    parsed = parse_connection("c", as_json(fields), VERSIONS[0], task=True)
    assert ({n: parsed[n] or "" for n in typed}, parsed["conn_type"]) == (typed, conn_type)


@given(st.fixed_dictionaries(dict.fromkeys(FORM, TEXT)), st.sampled_from([as_json, as_uri]))
def test_what_airflow_reads_in_another_way_is_never_passed(typed: dict[str, str], write: Write) -> None:
    fields = {**typed, "conn_type": "http"}
    text = write(fields)
    if read_back(fields, text, VERSIONS[0], in_task=True).why:
        return
    for task in (True, False):
        parsed = parse_connection("c", text, VERSIONS[0], task=task)
        for name in ("host", "schema", "login", "password", "port"):
            assert str(parsed[name] or "") == fields[name]


@pytest.mark.parametrize(
    ("changed", "write", "why"),
    [
        ({"host": "DB.example.com"}, as_uri, "reads another host from it"),
        ({"conn_type": "postgresql"}, as_json, "reads the type postgresql as postgres"),
        ({"conn_type": "my-type"}, as_uri, "reads the type my-type as my_type"),
        ({"port": "x"}, as_json, "cannot read it: its port is not a number"),
        ({"port": "05432"}, as_json, "reads another port from it"),
        ({"extra": "[1]"}, as_json, "cannot read it: its extra is not a JSON object"),
        ({"extra": "none"}, as_uri, "cannot read it: its extra is not JSON"),
    ],
)
def test_a_difference_is_said_without_the_value(changed: dict[str, str], write: Write, why: str) -> None:
    fields = {**FIELDS, **changed}
    assert read_back(fields, write(fields), VERSIONS[0], in_task=True).why == why


def test_what_is_shown_has_no_password() -> None:
    shown = dict(read_back(FIELDS, as_json(FIELDS), VERSIONS[0], in_task=True).fields)
    assert (shown["password"], shown["host"]) == (MASK, "db.example.com")
    assert FIELDS["password"] not in str(shown)


def test_a_pasted_uri_with_an_unescaped_password_is_doubted_and_masked() -> None:
    reading = read_text("postgres://u:p@w@h/db", VERSIONS[0], in_task=True)
    assert "%40 for @" in reading.doubt
    assert "p@w" not in str(reading.fields)


def test_a_pasted_text_that_is_not_a_connection_is_said_to_be_none() -> None:
    assert read_text('{"a": 1}', VERSIONS[0], in_task=True).why.startswith("cannot read it")


def test_a_type_has_its_own_labels_and_only_the_fields_of_its_form() -> None:
    aws = type_of("aws")
    assert aws.fields == ("login", "password", "extra")
    assert aws.label("login") == "AWS Access Key ID"


def test_an_unknown_type_has_all_fields() -> None:
    assert type_of("my_type").fields == FORM
    assert [type_of("my_type").label(name) for name in FORM] == [name.capitalize() for name in FORM]


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_known_type_is_read_as_itself(name: str) -> None:
    fields = {"conn_type": name, "login": "x"}
    assert [read_back(fields, w(fields), VERSIONS[0], in_task=True).why for w in (as_json, as_uri)] == [
        "",
        "",
    ]


def test_a_connection_string_in_another_field_is_masked() -> None:
    fields = {"conn_type": "azure_service_bus", "schema": "Endpoint=sb://x/;SharedAccessKey=kvtui-canary"}
    assert "kvtui-canary" not in str(read_back(fields, as_json(fields), VERSIONS[0], in_task=True).fields)
