"""A connection's text as each Airflow reads it."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvtui.airflow.connection_fields import shown_fields
from kvtui.airflow.connections import FIELDS, UnparsedError, parse_connection
from kvtui.airflow.vault_errors import VaultError
from kvtui.core.secret_text import MASK
from tests.airflow.conftest import Look

NAME = "airflow-connections-my-db"
NEWEST, AIRFLOW_2 = "3.3.2", "2.11.2"


def task(text: str, version: str = NEWEST) -> dict[str, object]:
    return parse_connection("my_db", text, version, task=True)


def server(text: str, version: str = NEWEST) -> dict[str, object]:
    return parse_connection("my_db", text, version, task=False)


def test_a_uri_gives_every_field() -> None:
    assert task("postgresql://us%40er:p%2Fw@DB.example.com:5432/my%20db?sslmode=require") == {
        "conn_id": "my_db",
        "conn_type": "postgres",
        "description": None,
        "host": "db.example.com",
        "schema": "my db",
        "login": "us@er",
        "password": "p/w",
        "port": 5432,
        "extra": '{"sslmode": "require"}',
    }


def test_a_type_has_underscores_for_hyphens() -> None:
    assert task("google-cloud-platform://")["conn_type"] == "google_cloud_platform"
    assert task('{"conn_type": "google-cloud-platform"}')["conn_type"] == "google_cloud_platform"


def test_numbers_in_a_query_are_decoded_by_the_server_of_airflow_3_only() -> None:
    uri = "http://h/?num=3&on=true&text=a"
    assert server(uri)["extra"] == '{"num": 3, "on": true, "text": "a"}'
    for extra in (task(uri)["extra"], server(uri, AIRFLOW_2)["extra"], server(uri, "3.1.5")["extra"]):
        assert extra == '{"num": "3", "on": "true", "text": "a"}'


def test_a_raw_extra_in_a_query_is_kept() -> None:
    assert task("http://h/?__extra__=%7B%22a%22%3A+1%7D")["extra"] == '{"a": 1}'


def test_a_host_may_carry_a_protocol_of_its_own() -> None:
    assert task("http://https://example.com:8443/x")["host"] == "https://example.com"


def test_an_unescaped_at_sign_in_a_password_happens_to_work() -> None:
    assert task("pg://u:p@w@h/db")["password"] == "p@w"


@pytest.mark.parametrize("uri", ["pg://u:p/w@h/db", "pg://u:p#w@h/db", "pg://h:99999"])
def test_an_unescaped_slash_or_hash_in_a_password_is_a_bad_port(uri: str) -> None:
    with pytest.raises(UnparsedError) as caught:
        task(uri)
    assert caught.value.type_name == "ValueError"
    assert "p/w" not in str(caught.value)


def test_text_that_is_no_uri_is_accepted_without_a_type() -> None:
    fields = task("just text")
    assert (fields["conn_type"], fields["schema"]) == ("", "ust text")
    assert task("my_type://h")["conn_type"] == ""


@pytest.mark.parametrize("uri", ["a://b://c://d", "u@a://b://c"])
def test_schemes_that_make_no_uri_are_an_airflow_exception(uri: str) -> None:
    with pytest.raises(UnparsedError) as caught:
        task(uri)
    assert caught.value.type_name == "AirflowException"


@pytest.mark.parametrize(
    ("port", "expected"), [('"8080"', 8080), ('""', None), ("null", None), ("1.5", 1), ("true", 1)]
)
def test_a_json_port_goes_through_int(port: str, expected: int | None) -> None:
    assert task(f'{{"port": {port}}}')["port"] == expected


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ('{"port": "x"}', "ValueError"),
        ('{"user": "u"}', "TypeError"),
        ('{"conn_id": "x"}', "TypeError"),
        ('{"type": "pg"}', "TypeError"),
        ('{"host": 5}', "TypeError"),
        ('{"login": 5}', "TypeError"),
        ("{bad", "JSONDecodeError"),
        ("   ", "IndexError"),
    ],
)
def test_text_that_is_no_connection_raises(text: str, type_name: str) -> None:
    for read in (task, server):
        with pytest.raises(UnparsedError) as caught:
            read(text)
        assert caught.value.type_name == type_name


def test_an_extra_object_becomes_text_and_a_text_is_kept() -> None:
    assert task('{"extra": {"a": [1]}}')["extra"] == '{"a": [1]}'
    assert task('{"extra": "any text"}')["extra"] == "any text"


def test_only_the_server_of_airflow_3_wants_the_extra_to_be_an_object() -> None:
    text = '{"extra": "any text"}'
    with pytest.raises(UnparsedError):
        server(text)
    assert server(text, AIRFLOW_2)["extra"] == "any text"
    with pytest.raises(UnparsedError):
        task(text, "3.0.6")


def test_an_empty_password_stays_in_a_task_and_goes_on_the_server() -> None:
    assert task("pg://u:@h")["password"] == ""
    assert server("pg://u:@h")["password"] is None


def test_a_uri_may_stand_alone_in_json() -> None:
    assert task('{"uri": "pg://h"}')["host"] == server('{"uri": "pg://h"}')["host"] == "h"
    for read in (task, server):
        with pytest.raises(UnparsedError):
            read('{"uri": "pg://h", "login": "u"}')


def test_a_team_is_a_key_for_the_server_from_3_2_on() -> None:
    assert server('{"host": "h", "team_name": "t"}')["host"] == "h"
    for read, version in ((task, NEWEST), (server, "3.1.8")):
        with pytest.raises(UnparsedError):
            read('{"host": "h", "team_name": "t"}', version)


def test_the_password_and_sensitive_extras_are_masked() -> None:
    extra = {"token": "t0ken", "nested": {"client_secret": "s"}, "region": "eu"}
    shown = dict(shown_fields(task(json.dumps({"conn_type": "x", "password": "p4ss", "extra": extra}))))
    assert shown["password"] == MASK
    assert json.loads(shown["extra"]) == {"token": MASK, "nested": {"client_secret": MASK}, "region": "eu"}


@pytest.mark.parametrize("text", ["s3cr3t-api-key", "pg://user:5/s3cr3t@host/db", "my_type://s3cr3t"])
def test_a_misread_secret_does_not_show_in_other_fields(text: str) -> None:
    assert "s3cr3t"[1:] not in repr(shown_fields(task(text)))


async def test_a_connection_is_revealed_as_its_fields(look: Look) -> None:
    result = (await look("my_db", {NAME: "pg://u:p4ss@h/db"}, kind="connection")).result
    fields = result.reveal()
    assert isinstance(fields, dict)
    assert (fields["conn_id"], fields["password"]) == ("my_db", "p4ss")
    assert (result.value_type, dict(result.fields)["password"]) == ("Connection", MASK)
    assert "p4ss" not in repr(result)


@pytest.mark.parametrize("version", ["2.11.2", "3.0.6", "3.3.2"])
@pytest.mark.parametrize("context", ["task", "server"])
async def test_a_missing_connection_is_not_defined_in_every_version(
    look: Look, version: str, context: str
) -> None:
    error = (await look("my_db", kind="connection", airflow=version, context=context)).result.exception
    assert error is not None
    assert (error.type, error.message) == ("AirflowNotFoundException", "The conn_id `my_db` isn't defined")


async def test_an_empty_secret_counts_as_absent(look: Look) -> None:
    simulation = await look("my_db", {NAME: ""}, kind="connection", env={"AIRFLOW_CONN_MY_DB": "http://env"})
    assert simulation.steps[0].outcome == "absent"
    assert simulation.result.answered_by == "EnvironmentVariablesBackend@worker"


async def test_an_empty_environment_variable_counts_as_absent(look: Look) -> None:
    simulation = await look("my_db", kind="connection", env={"AIRFLOW_CONN_MY_DB": ""})
    assert simulation.steps[1].outcome == "absent"


async def test_text_that_does_not_parse_lets_the_next_backend_answer(look: Look) -> None:
    env = {"AIRFLOW_CONN_MY_DB": "http://env"}
    simulation = await look("my_db", {NAME: "pg://u:p/w@h"}, kind="connection", env=env)
    assert simulation.steps[0].outcome == "error"
    assert simulation.result.answered_by == "EnvironmentVariablesBackend@worker"


@pytest.mark.parametrize(
    ("version", "context", "level"),
    [
        ("2.11.2", "task", "ERROR"),
        ("3.0.6", "task", "ERROR"),
        ("3.1.0", "server", "DEBUG"),
        ("3.1.1", "task", "DEBUG"),
        ("3.3.2", "server", "DEBUG"),
    ],
)
async def test_who_sees_a_403_on_a_connection(look: Look, version: str, context: str, level: str) -> None:
    secrets = {NAME: VaultError(403, "ForbiddenByRbac")}
    simulation = await look("my_db", secrets, kind="connection", airflow=version, context=context)
    assert simulation.logs[0].level == level
    seen = "so it is easy to miss" if level == "DEBUG" else "logs it as an ERROR"
    assert any(seen in line for line in simulation.headlines)


async def test_the_metastores_connection_reaches_a_task_without_its_description(look: Look) -> None:
    row = '{"conn_type": "pg", "host": "h", "description": "d"}'
    by_task = await look("my_db", kind="connection", metastore={"my_db": row})
    by_server = await look("my_db", kind="connection", metastore={"my_db": row}, context="server")
    fields = [simulation.result.reveal() for simulation in (by_task, by_server)]
    assert [field["description"] for field in fields if isinstance(field, dict)] == [None, "d"]


async def test_the_api_server_cannot_send_a_connection_without_a_type(look: Look) -> None:
    simulation = await look("my_db", kind="connection", metastore={"my_db": '{"host": "h"}'})
    assert simulation.result.outcome == "raises"


async def test_a_connection_without_a_type_is_a_headline(look: Look) -> None:
    simulation = await look("my_db", {NAME: "just text"}, kind="connection")
    assert any("has no type" in line for line in simulation.headlines)


def read(text: str, version: str, is_task: bool) -> tuple[dict[str, object], str]:
    """The fields, or why there are none."""
    try:
        return parse_connection("my_db", text, version, task=is_task), ""
    except UnparsedError as error:
        return {}, error.words


@given(st.text(min_size=1), st.sampled_from([NEWEST, AIRFLOW_2, "3.1.8"]), st.booleans())
def test_any_text_is_a_connection_or_says_why_it_is_none(text: str, version: str, is_task: bool) -> None:
    fields, words = read(text, version, is_task)
    assert words or set(fields) == set(FIELDS)


@given(st.text(min_size=1))
def test_any_password_comes_back_from_an_escaped_uri(password: str) -> None:
    assert task(f"pg://u:{quote(password, safe='')}@h/db")["password"] == password


@given(st.text("0123456789/#@:?&=%", min_size=5).map(lambda middle: f"qq{middle}zz"))
def test_no_part_of_an_unescaped_password_shows(password: str) -> None:
    fields, words = read(f"pg://u:{password}@h/db", NEWEST, True)
    assert "zz" not in words + repr(shown_fields(fields))


@pytest.mark.parametrize(
    "text",
    [
        "username:hunter2?schema=x",
        " pg://u:hun/hunter2@host/db",
        "pg://u:p?hunter2=1@host/db",
        "pg://u:p@hunter2@host/db",
        "pg://u:p#hunter2@host/db",
        "pg://hunter2@host/db",
        '{"uri": "pg://u:p?hunter2@host/db"}',
    ],
)
async def test_a_uri_that_does_not_parse_cleanly_shows_no_part_of_itself(look: Look, text: str) -> None:
    simulation = await look("my_db", {NAME: text}, kind="connection")
    assert "hunter2" not in repr(simulation)


async def test_a_connection_without_slashes_is_a_headline(look: Look) -> None:
    simulation = await look("my_db", {NAME: "username:hunter2?schema=x"}, kind="connection")
    assert any("has no //" in line for line in simulation.headlines)


@pytest.mark.parametrize("key", ["account_key", "sas", "pwd", "anything"])
def test_an_extra_that_is_not_known_to_be_harmless_is_masked(key: str) -> None:
    shown = dict(shown_fields({"conn_type": "x", "extra": json.dumps({key: "hunter2", "region": "eu"})}))
    assert json.loads(shown["extra"]) == {key: MASK, "region": "eu"}


def test_a_key_that_is_no_field_is_not_repeated() -> None:
    with pytest.raises(UnparsedError) as raised:
        task('{"hunter2": "x"}')
    assert "hunter2" not in raised.value.words
    assert "is not a connection field" in raised.value.words


@pytest.mark.parametrize("value", ["postgresql://u:hunter2@db/airflow", "hunter2@db", "hunter2=="])
async def test_a_value_in_a_secret_variable_is_recognised_and_not_repeated(look: Look, value: str) -> None:
    simulation = await look("k", env={"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_SECRET": value})
    assert "hunter2" not in repr(simulation)
    assert any("remove _SECRET from the variable's name" in line for line in simulation.headlines)
