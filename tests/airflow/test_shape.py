"""A value's shape: white space at its ends, lost line breaks. Never a part of the value."""

from __future__ import annotations

import json

import pytest

from kvtui.airflow.shape import about_shape
from tests.airflow.conftest import Look

PEM = "-----BEGIN PRIVATE KEY----- Zm9vYmFy -----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hunter2\n", "The value ends with a newline (8 characters)"),
        ("hunter2 ", "The value ends with white space (8 characters)"),
        (" hunter2", "The value begins with white space (8 characters)"),
        ("\n", "The value is white space only (1 character)"),
        (PEM, "The value is a PEM block (62 characters) whose line breaks are lost"),
        (PEM.replace(" Zm", r"\nZm"), r"whose line breaks are written as \n"),
        (json.dumps({"private_key": PEM}), "Its private_key is a PEM block"),
        ('{"a": 1} {"a": 2}', "The value contains several JSON documents on one line"),
    ],
)
def test_an_odd_shape_is_said_without_the_value(text: str, sentence: str) -> None:
    (found,) = about_shape(text)
    assert sentence in found
    assert "hunter2" not in found
    assert "Zm9vYmFy" not in found


@pytest.mark.parametrize("text", ["hunter2", "", '{"a": 1}', PEM.replace(" Zm", "\nZm"), "one\ntwo", "[x"])
def test_a_plain_value_is_not_spoken_of(text: str) -> None:
    assert about_shape(text) == ()


async def test_a_lookup_points_out_the_newline_of_a_variable(look: Look) -> None:
    simulation = await look("k", {"airflow-variables-k": "abc\n"})
    assert any(line.startswith("The value ends with a newline") for line in simulation.headlines)


async def test_a_lookup_points_out_the_newline_of_a_connections_password(look: Look) -> None:
    secrets = {"airflow-connections-c": '{"conn_type": "http", "password": "abc\\n"}'}
    simulation = await look("c", secrets, kind="connection")
    assert any(line.startswith("Its password ends with a newline") for line in simulation.headlines)


async def test_a_lookup_points_out_a_pem_in_a_connections_extra(look: Look) -> None:
    extra = json.dumps({"keyfile_dict": {"private_key": PEM}})
    secrets = {"airflow-connections-c": json.dumps({"conn_type": "gcp", "extra": extra})}
    simulation = await look("c", secrets, kind="connection")
    assert any(line.startswith("Its private_key is a PEM block") for line in simulation.headlines)
