"""The table of readers: what each gets for our variables, and why it is not the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.airflow.kwargs import BACKEND_VARIABLE, KWARGS_VARIABLE
from kvtui.outputs.env.file import managed_values, merge_env, render_env
from kvtui.outputs.env.parsers.table import Parser, parser_views
from tests.outputs.samples import CLIENT_SECRET, HOSTILE

SHELL_FORM = replace(CLIENT_SECRET, shell_sourceable=True)
LOAD, COMPOSE, STANDALONE, DOCKER, GOTENV, SHELL, DOTENV = Parser


def judged(text: str, key: str = KWARGS_VARIABLE) -> dict[str, str]:
    """Each reader with its outcome and reason; those with the same are left out."""
    views = parser_views(text, managed_values(SHELL_FORM))
    return {
        view.parser: f"{view.outcome}: {view.reason}"
        for view in views
        if view.key == key and view.outcome != "same"
    }


def test_each_parser_has_a_row_for_each_of_managed_variables() -> None:
    views = parser_views(render_env(CLIENT_SECRET), managed_values(CLIENT_SECRET))
    assert [view.key for view in views] == [BACKEND_VARIABLE, KWARGS_VARIABLE] * 7


def test_the_default_form_fails_in_a_shell_alone() -> None:
    assert judged(render_env(CLIENT_SECRET)) == {
        SHELL: "fails: a shell would run the rest of the line as a command"
    }


def test_the_shell_form_differs_in_docker_alone() -> None:
    assert judged(render_env(SHELL_FORM)) == {DOCKER: "different: the quotes become part of the value"}


def test_the_class_is_the_same_for_all() -> None:
    assert judged(render_env(SHELL_FORM), BACKEND_VARIABLE) == {}


def test_crlf_reaches_a_shell_as_part_of_the_value() -> None:
    assert judged(render_env(SHELL_FORM).replace("\n", "\r\n"))[SHELL] == (
        "different: a carriage return stays at the end of the value"
    )


@pytest.mark.parametrize(
    ("theirs", "reader", "why"),
    [
        ("A='it\n", COMPOSE, "fails: line 3 has a character in its name that is not allowed"),
        ("A B=1\n", DOCKER, "fails: line 1 has white space in its name"),
        ("A-B=1\n", GOTENV, "fails: line 1 is not an assignment"),
        ("A=" + "x" * 65_534 + "\n", LOAD, "fails: line 1 is 64 KiB or longer"),
        ("A=$(id)\n", SHELL, "unknown: line 1 has a command that the shell would run"),
    ],
)
def test_another_ones_line_can_keep_ours_from_a_parser(theirs: str, reader: str, why: str) -> None:
    assert judged(theirs + render_env(SHELL_FORM))[reader] == why


def test_ours_merged_into_ordinary_lines_are_read_as_without_them() -> None:
    theirs = "# note\n\nA=1\nB='x y'\n"
    assert judged(merge_env(theirs, CLIENT_SECRET)) == judged(render_env(CLIENT_SECRET))


def test_a_secret_that_was_hidden_by_the_cli_is_another_text() -> None:
    text = f"{KWARGS_VARIABLE}= # secret\n"
    assert judged(text)[DOCKER] == "different: it gets a different value"


def test_the_secret_is_in_no_reason_and_no_repr() -> None:
    views = parser_views(render_env(SHELL_FORM).replace("'", '"'), managed_values(SHELL_FORM))
    assert HOSTILE not in repr(views)
    assert "u0024" not in repr(views)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        *((line, "unknown") for line in ("set -e\nfalse", "set +a", "readonly AIRFLOW__SECRETS__BACKEND")),
        *((line, "unknown") for line in ("export", "X=$(echo hi)", "X=`date`", "unset A", ". ./other")),
        *((line, "fails") for line in ("&& x", "| x", "X='open", "X=(1)", "export a-b")),
        *((line, "same") for line in ("foo bar", "export FOO=1", "A=1; B=2")),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_what_a_shell_gets_is_said_only_where_no_command_can_change_it(
    line: str, outcome: str, before: bool
) -> None:
    ours = render_env(SHELL_FORM)
    text = f"{line}\n{ours}" if before else f"{ours}{line}\n"
    views = [view for view in parser_views(text, managed_values(SHELL_FORM)) if view.parser == "bash, sh"]
    assert [view.outcome for view in views] == [outcome, outcome]
