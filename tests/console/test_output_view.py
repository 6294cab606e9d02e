"""Pane 5's row of views: the chosen one is always in it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kvtui.app.next_steps import Ended
from kvtui.console.actions import ActionId, PaneId, fitting, footer, for_pane
from kvtui.console.panes.output.planning import write
from kvtui.console.panes.output.state import OutputState
from kvtui.console.panes.output.view import CommandRow, _next_steps, _tab_row, idle_actions
from kvtui.console.state import State
from kvtui.core.problems import ProblemError
from kvtui.outputs.model import NextStep, Plan
from kvtui.outputs.plan import plan
from kvtui.project.files import read_project
from tests.outputs.samples import CLIENT_SECRET, project

NAMES = [
    *(".env", "values.yaml", "akv-backend-kwargs.secret.yaml", "requirements-client.txt"),
    *(".gitignore", ".env parsers", "next steps"),
]


def shown(chosen: int, width: int) -> str:
    return "".join(text for text, _ in _tab_row(NAMES, chosen, width).parts)


@pytest.mark.parametrize("width", [40, 70, 76, 150])
@pytest.mark.parametrize("chosen", range(len(NAMES)))
def test_the_chosen_view_is_in_the_row_and_the_row_fits(chosen: int, width: int) -> None:
    row = shown(chosen, width)
    assert f"[{NAMES[chosen]}]" in row
    assert len(row) <= max(width, len(NAMES[chosen]) + 9)


def test_what_does_not_fit_is_an_ellipsis() -> None:
    assert shown(3, 76) == "… [requirements-client.txt]  .gitignore   .env parsers   next steps  ← →"


def test_where_all_fit_all_are_there() -> None:
    assert all(name in shown(0, 150) for name in NAMES)
    assert "…" not in shown(0, 150)


@pytest.mark.parametrize("view", ["", ".env parsers", "next steps"])
def test_the_footer_shows_all_keys_of_the_pane_on_80_columns(view: str) -> None:
    planned = plan(CLIENT_SECRET, project(env="A=1\n"), "all")
    idle = idle_actions(OutputState(plan=planned, view=view), CommandRow("Test it"))
    own = {(each.shows, each.short) for each in for_pane(PaneId.OUTPUT) if each.short and each.id not in idle}
    shown = fitting(footer(PaneId.OUTPUT, idle), 80)
    assert own <= set(shown)
    assert sum(len(f" {key} {words} ") for key, words in shown) <= 80


def test_a_command_is_offered_where_there_are_commands_alone() -> None:
    planned = plan(CLIENT_SECRET, project(), "all")
    assert {ActionId.CHOOSE, ActionId.COPY} <= idle_actions(OutputState(plan=planned), None)
    steps, row = OutputState(plan=planned, view="next steps"), CommandRow("Test it")
    assert not {ActionId.CHOOSE, ActionId.COPY} & idle_actions(steps, row)


def test_the_key_for_shells_is_offered_beside_the_parsers_only() -> None:
    planned = plan(CLIENT_SECRET, project(env="A=1\n"), "all")
    views = ("", ".env parsers", "next steps")
    idle = [
        ActionId.SHELL_QUOTING in idle_actions(OutputState(plan=planned, view=each), None) for each in views
    ]
    assert idle == [True, False, True]


def test_without_an_env_nothing_is_offered_to_be_removed() -> None:
    assert ActionId.UNDO in idle_actions(OutputState(), None)
    assert ActionId.UNDO in idle_actions(OutputState(plan=plan(CLIENT_SECRET, project(), "all")), None)


def test_a_write_that_fails_in_the_middle_names_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = OutputState(plan=plan(CLIENT_SECRET, read_project(tmp_path), "all"))
    real = os.rename

    def fails_later(source: str, target: str, **where: int) -> None:
        if target == "requirements.txt":
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target, **where)

    monkeypatch.setattr(os, "rename", fails_later)
    with pytest.raises(ProblemError, match=r"Already written: \.env\."):
        write(output, CLIENT_SECRET)


def test_a_command_that_the_demo_did_not_run_has_no_mark_of_success() -> None:
    step = NextStep("Deploy", "astro deploy x")
    ran = {"Deploy": Ended("astro", 0, 0.0, stand_in=True)}
    output = OutputState(plan=Plan((), next_steps=(step,)), ran=ran)
    rows = ["".join(text for text, *_ in each.parts) for each in _next_steps(State(output=output), 76)]
    assert "   · The demo does not run astro." in [text.rstrip() for text in rows]
