"""Each model of a reader against the program itself, or against what the program was recorded to answer."""

from __future__ import annotations

import json
import logging
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from kvtui.outputs.env.parsers import compose, gotenv, python_dotenv, shell
from kvtui.outputs.env.parsers.go_lines import astro_load, docker, standalone
from kvtui.outputs.env.parsers.table import PARSERS
from tests.outputs.parsers.shells import SHELLS, read_by

_RECORDED = json.loads((Path(__file__).parents[1] / "data" / "go_readers.json").read_text("utf-8"))
MODELS = {
    "astro_load": astro_load,
    "compose": compose.read,
    "docker": docker,
    "gotenv": gotenv.read,
    "standalone": standalone,
}
PIECES = [
    *("A=", "B=", "\nA=", "\nB=", "'", '"', "\\", "$A", "${B}", "${A:-x}", "$", "{", "}", "#", " #", " "),
    *("\n", "\r\n", "\r", "\t", "x", "é", "y=", "-", ",", "[", "]", "%", "!", "*", "\nexport A=", "\\n"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_reads_what_the_program_in_go_read(name: str) -> None:
    cases: list[dict[str, Any]] = _RECORDED["cases"]
    read = [MODELS[name](case["text"]) for case in cases]
    assert [None if each.stopped else each.values for each in read] == [case[name] for case in cases]


@pytest.mark.parametrize("name", ["astro_load", "docker", "gotenv"])
def test_a_line_of_64_kib_is_one_byte_too_long_for_a_scanner_in_go(name: str) -> None:
    fits, too_long = "A=" + "x" * 65_533, "A=" + "x" * 65_534
    assert MODELS[name](f"{fits}\nB=1\n").values == {"A": fits[2:], "B": "1"}
    assert MODELS[name](f"{too_long}\nB=1\n").values == {}
    assert MODELS[name](f"{too_long}\n").stopped == "line 1 is 64 KiB or longer"


@pytest.mark.parametrize("name", ["compose", "standalone"])
def test_the_others_take_a_line_of_any_length(name: str) -> None:
    assert len(MODELS[name]("A=" + "x" * 70_000).values["A"]) == 70_000


@given(texts)
@settings(max_examples=400, deadline=None)
def test_the_model_of_python_dotenv_reads_what_python_dotenv_reads(text: str) -> None:
    logging.getLogger("dotenv.main").disabled = True
    read = dotenv_values(stream=StringIO(text, newline=""))
    assert python_dotenv.read(text).values == {key: value for key, value in read.items() if value is not None}


@pytest.mark.parametrize("program", SHELLS)
@given(st.lists(texts, min_size=60, max_size=60))
@settings(max_examples=60, deadline=None)
def test_the_model_of_the_shell_has_what_the_shell_has(
    tmp_path_factory: pytest.TempPathFactory, program: str, some: list[str]
) -> None:
    read = read_by(program, some, ["A", "B"], tmp_path_factory.mktemp(program))
    for text, values in zip(some, read, strict=True):
        model = shell.read(text)
        if any(words in model.stopped for words in ("running shell", "shell code", "an invalid name")):
            continue
        told = {name: model.values[name] for name in "AB" if name in model.values}
        unsure = {name for name in "AB" if "depends" in model.lost.get(name, "")}
        assert told == {name: value for name, value in values.items() if name not in unsure}, text


@pytest.mark.parametrize("line", ["$\\\nA", "$A\\\nB", '"$\\\nA"', "$\\\n{A}"])
def test_a_name_after_a_dollar_sign_may_go_on_in_the_next_line(line: str) -> None:
    assert shell.read(f"A=1\nAB=1\nC={line}\n").values["C"] == "1"


def test_a_command_in_the_file_ends_what_the_model_of_the_shell_predicts() -> None:
    read = shell.read("A=1\nB=$(id)\nC=2\n")
    assert (read.values, read.stopped) == ({"A": "1"}, "line 2 has a command that the shell would run")


@pytest.mark.parametrize("model", [read for _, read in PARSERS.values()])
@given(st.text() | texts)
@settings(max_examples=100, deadline=None)
def test_no_model_raises(model: Any, text: str) -> None:
    model(text)


@pytest.mark.parametrize("model", [read for _, read in PARSERS.values()])
def test_no_model_names_a_value_or_a_broken_line(model: Any) -> None:
    for text in ("A='hunter2\n", "A hunter2\n", "A=${hunter2\n", "A= hunter2 hunter2\n", "=hunter2\n"):
        read = model(text)
        assert "hunter2" not in f"{read.stopped}{list(read.lost.values())}{read!r}"
