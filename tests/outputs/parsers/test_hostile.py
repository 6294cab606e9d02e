"""Any client secret arrives byte for byte: by each model, and by the real bash, sh and python-dotenv."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from kvtui.airflow.kwargs import KWARGS_VARIABLE
from kvtui.outputs.env.file import managed_values, render_env
from kvtui.outputs.env.parsers.reading import LONGEST_LINE
from kvtui.outputs.env.parsers.table import Outcome, Parser, parser_views
from kvtui.outputs.validation import validation_errors
from kvtui.settings.model import Settings
from tests.outputs.parsers.shells import SHELLS, read_by
from tests.outputs.samples import CLIENT_SECRET, with_secret

hostile = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    alphabet=" $#'\"\\`{}!%=~\n\r\t&;|<(*\u00a0\u2028🔑ab0", max_size=40
)
many = st.lists(hostile, min_size=100, max_size=100)
WITHOUT_A_SHELL = set(Parser) - {Parser.SHELL}
WITHOUT_DOCKER = set(Parser) - {Parser.PYTEST}


def in_shell_form(secret: str) -> Settings:
    return replace(with_secret(secret), shell_sourceable=True)


def who_gets_all(chosen: Settings) -> set[Parser]:
    """The parsers that get both variables byte for byte."""
    views = parser_views(render_env(chosen), managed_values(chosen))
    others = {view.parser for view in views if view.outcome is not Outcome.SAME}
    return {view.parser for view in views} - others


@given(many)
@settings(max_examples=5, deadline=None)
def test_all_but_a_shell_get_every_byte_of_the_default_form(secrets: list[str]) -> None:
    for secret in secrets:
        chosen = with_secret(secret)
        assert who_gets_all(chosen) == WITHOUT_A_SHELL
        assert dotenv_values(stream=StringIO(render_env(chosen), newline="")) == managed_values(chosen)


@given(many)
@settings(max_examples=5, deadline=None)
def test_all_but_docker_get_every_byte_of_the_shell_form(secrets: list[str]) -> None:
    for secret in secrets:
        chosen = in_shell_form(secret)
        assert who_gets_all(chosen) == WITHOUT_DOCKER
        assert dotenv_values(stream=StringIO(render_env(chosen), newline="")) == managed_values(chosen)


@pytest.mark.parametrize("program", SHELLS)
@given(many)
@settings(max_examples=4, deadline=None)
def test_a_real_shell_gets_every_byte_of_the_shell_form(
    tmp_path_factory: pytest.TempPathFactory, program: str, secrets: list[str]
) -> None:
    chosen = [in_shell_form(secret) for secret in secrets]
    wanted = [managed_values(each) for each in chosen]
    texts = [render_env(each) for each in chosen]
    assert read_by(program, texts, list(wanted[0]), tmp_path_factory.mktemp(program)) == wanted


@pytest.mark.parametrize("program", SHELLS)
def test_a_real_shell_loses_the_kwargs_of_the_default_form(
    tmp_path_factory: pytest.TempPathFactory, program: str
) -> None:
    read = read_by(program, [render_env(CLIENT_SECRET)], [KWARGS_VARIABLE], tmp_path_factory.mktemp(program))
    assert read == [{}]


@given(hostile.filter(bool))
@settings(max_examples=200, deadline=None)
def test_what_every_parser_gets_is_json_that_gives_the_secret_back(secret: str) -> None:
    assert json.loads(managed_values(with_secret(secret))[KWARGS_VARIABLE])["client_secret"] == secret


def of_line_length(length: int, *, shell: bool) -> Settings:
    """Settings whose line of kwargs, without its ending, has that many bytes."""
    make = in_shell_form if shell else with_secret
    room = length - len(render_env(make("x")).splitlines()[1])
    return make("x" + "$" * (room // 6) + "x" * (room % 6))


@pytest.mark.parametrize("shell", [False, True])
def test_the_longest_line_reaches_every_parser(tmp_path_factory: pytest.TempPathFactory, shell: bool) -> None:
    chosen = of_line_length(LONGEST_LINE - 2, shell=shell)
    assert validation_errors(chosen, "env") == ()
    assert who_gets_all(chosen) == (WITHOUT_DOCKER if shell else WITHOUT_A_SHELL)
    if shell:
        for program in SHELLS:
            (read,) = read_by(
                program, [render_env(chosen)], list(managed_values(chosen)), tmp_path_factory.mktemp(program)
            )
            assert read == managed_values(chosen)


@pytest.mark.parametrize("shell", [False, True])
def test_a_longer_line_is_rejected(shell: bool) -> None:
    assert (
        "the Astro CLI reads 65,536 at most"
        in validation_errors(of_line_length(LONGEST_LINE - 1, shell=shell), "env")[0]
    )
