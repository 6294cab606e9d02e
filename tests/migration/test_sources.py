"""Every form of a source, read into items."""

from __future__ import annotations

import json

import pytest

from kvtui.airflow.connections import parse_connection
from kvtui.cli.options import option
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.migration.items import Item, SourceFormat
from kvtui.migration.sources import read_source
from kvtui.settings.model import Kind
from tests.migration.samples import CANARY, FORMS, sample

CHOSEN = {"variables.env": SourceFormat.VARIABLES}
"""What no text shows."""


def read(text: str, chosen: SourceFormat | None = None) -> dict[str, Item]:
    return {item.key: item for item in read_source(text, "the file", chosen).items}


def value(item: Item) -> str:
    assert item.value is not None
    return item.value.reveal()


@pytest.mark.parametrize("form", FORMS)
def test_500_variables_and_100_connections_are_read_as_the_source_defines_them(form: str) -> None:
    made = sample(form, 500, 100)
    found = read(made.text, CHOSEN.get(form))
    variables = {k: value(i) for k, i in found.items() if i.kind is Kind.VARIABLE and not i.lacks}
    connections = {k: value(i) for k, i in found.items() if i.kind is Kind.CONNECTION}
    assert variables == made.variables
    assert connections.keys() == made.connections.keys()
    for number, key in enumerate(made.connections):
        text = connections[key]
        parsed = parse_connection(key, text, "3.1.8", task=True)
        assert (parsed["password"], parsed["host"]) == (made.connections[key], f"db{number}.contoso.com")
        assert (parsed["port"], parsed["schema"], parsed["login"]) == (5432, "dwh", "etl")
        assert json.loads(str(parsed["extra"])) == {"sslmode": "require"}


@pytest.mark.parametrize("form", FORMS)
def test_no_item_shows_its_value(form: str) -> None:
    source = read_source(sample(form, 3, 3).text, "the file", CHOSEN.get(form))
    assert CANARY not in repr(source)


def test_pools_are_left_out_with_a_note() -> None:
    source = read_source(sample("airflow_settings.yaml", 1, 1).text, "airflow_settings.yaml")
    assert source.notes == ("1 pool left out: pools are not secrets.",)


def test_other_variables_of_a_deployment_are_counted() -> None:
    (note,) = read_source(sample("astro-table.txt", 1, 1).text, "stdin").notes
    assert note.startswith("1 other variable left out")


@pytest.mark.parametrize("form", ["astro-table.txt", "astro-saved.env"])
def test_a_secret_variable_of_a_deployment_has_no_value_to_import(form: str) -> None:
    hidden = read(sample(form, 1, 1).text)["hidden"]
    assert (hidden.value, hidden.lacks) == (None, "its value is secret, and the Astro CLI does not print it")


def test_json_values_are_stored_as_airflow_variables_import_stores_them() -> None:
    found = read('{"n": 5, "on": true, "nothing": null, "d": {"a": [1]}}')
    assert {key: value(item) for key, item in found.items()} == {
        "n": "5",
        "on": "true",
        "nothing": "null",
        "d": '{\n  "a": [\n    1\n  ]\n}',
    }


def test_an_exported_description_is_not_part_of_the_value() -> None:
    assert value(read('{"a": {"value": "x", "description": "why"}}')["a"]) == "x"


def test_an_object_that_only_looks_like_a_described_value_is_kept_whole() -> None:
    assert json.loads(value(read('{"a": {"value": "x", "other": 1}}')["a"])) == {"value": "x", "other": 1}


def test_the_key_of_an_environment_variable_is_lower_case() -> None:
    assert list(read("AIRFLOW_VAR_MY_KEY=1\n")) == ["my_key"]


def test_a_value_of_a_env_is_what_astro_dev_start_gets() -> None:
    assert value(read("A=eu\nAIRFLOW_VAR_REGION=${A}-west # where\n")["region"]) == "eu-west"


def test_another_value_in_a_deployment_is_noted() -> None:
    source = read_source("A=eu\nAIRFLOW_VAR_REGION=${A}-west\n", ".env")
    assert "astro deployment variable --load reads another value of AIRFLOW_VAR_REGION" in source.notes[0]


def test_a_saved_value_is_not_expanded() -> None:
    text = "\nAIRFLOW_VAR_X=$HOME # not a comment\nAIRFLOW_VAR_S= # secret"
    assert value(read(text)["x"]) == "$HOME # not a comment"


def test_a_saved_value_of_several_lines_is_not_imported_in_part() -> None:
    found = read("\nAIRFLOW_VAR_X=one\ntwo\nAIRFLOW_VAR_Y=1", SourceFormat.ASTRO)
    assert found["x"].lacks == "its value has several lines, which this form cannot hold"
    assert value(found["y"]) == "1"


def test_a_table_row_of_several_lines_is_not_imported_in_part() -> None:
    header = " #    KEY              VALUE   SECRET  \n"
    found = read(f"{header} 1    AIRFLOW_VAR_X    one\ntwo     false\n 2    AIRFLOW_VAR_Y    1   false\n")
    assert found["x"].lacks == "its value has several lines, which this form cannot hold"
    assert value(found["y"]) == "1"


def test_the_uri_of_a_settings_file_counts_only_without_other_fields() -> None:
    text = (
        "airflow:\n  connections:\n"
        "    - {conn_id: a, conn_uri: 'http://x'}\n"
        "    - {conn_id: b, conn_type: http, conn_host: y, conn_uri: 'http://x'}\n"
        "    - {conn_id: c}\n"
    )
    found = read(text)
    assert value(found["a"]) == "http://x"
    assert json.loads(value(found["b"])) == {"conn_type": "http", "host": "y"}
    assert found["c"].lacks == "it has neither conn_type nor conn_uri"


def test_scalars_of_a_settings_file_are_text_as_written() -> None:
    text = "airflow:\n  variables:\n    - {variable_name: a, variable_value: 1.10}\n"
    assert value(read(text)["a"]) == "1.10"


def test_an_empty_variable_of_a_settings_file_is_shown_with_the_reason() -> None:
    empty = ['    - {variable_name: a, variable_value: ""}', '    - {variable_name: "", variable_value: ""}']
    text = "\n".join(("airflow:", "  variables:", *empty))
    (item,) = read_source(text, "airflow_settings.yaml").items
    assert (item.key, item.lacks) == ("a", "its value is empty")


def test_the_extra_of_a_settings_file_keeps_numbers_and_keys_of_one_letter() -> None:
    text = (
        "airflow:\n  connections:\n    - conn_id: a\n      conn_type: http\n      conn_extra: {n: 5, s: x}\n"
    )
    assert json.loads(value(read(text)["a"]))["extra"] == {"n": 5, "s": "x"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("{", "line 1: it is not valid JSON"),
        ('{"a": 1, "a": 2}', "a key is there twice"),
        ("a: [", "it is not valid YAML"),
        ("a: &x 1\nb: *x\n", "uses YAML aliases"),
        ("[1]", "is not an object"),
        ("OTHER=1\n", "has no AIRFLOW_VAR_* and no AIRFLOW_CONN_*"),
        ('{"a": "http://x", "b": "text"}', "1 of the 2 values has the form of a connection"),
        ("airflow:\n  pools: []\n", "defines no variable and no connection"),
    ],
)
def test_a_text_that_cannot_be_read_is_a_usage_error(text: str, what: str) -> None:
    with pytest.raises(ProblemError, match=what.replace("*", r"\*")) as caught:
        read_source(text, "the file")
    assert caught.value.problem.kind is ProblemKind.USAGE


def test_an_error_quotes_nothing_of_the_file() -> None:
    for text in (f'{{"a": "{CANARY}', f"a: [{CANARY}", f"{CANARY}\n", f'{{"a": 1, "a": "{CANARY}"}}'):
        with pytest.raises(ProblemError) as caught:
            read_source(text, "the file")
        assert CANARY not in str(caught.value)


def test_the_option_has_every_format() -> None:
    assert option("import-format").choices == tuple(SourceFormat)
