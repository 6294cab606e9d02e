"""Whose parser_issues is a fault, whose a warning, and whose neither."""

from __future__ import annotations

import pytest

from kvtui.outputs.env.file import render_env
from kvtui.outputs.env.parsers.table import ParserIssues, parser_issues
from kvtui.settings.model import Settings
from tests.outputs.samples import AGENTS, CLIENT_SECRET

LONG = f"LONG={'x' * 70_000}\n"


@pytest.mark.parametrize("chosen", [CLIENT_SECRET, AGENTS])
def test_managed_lines_alone_are_an_error_for_nobody(chosen: Settings) -> None:
    assert parser_issues(render_env(chosen), chosen) == ParserIssues()


def test_a_quote_that_others_left_open_is_an_error_for_compose_which_the_target_uses() -> None:
    found = parser_issues(render_env(CLIENT_SECRET) + "TAIL='open\n", CLIENT_SECRET)
    assert [sentence.partition(" does not get")[0] for sentence in found.used] == ["astro dev start"]


def test_a_line_too_long_for_the_load_is_an_error_for_astro_and_a_warning_for_agents() -> None:
    load = "astro deployment variable --load"
    assert any(
        words.startswith(load) for words in parser_issues(LONG + render_env(AGENTS), CLIENT_SECRET).used
    )
    for_agents = parser_issues(LONG + render_env(AGENTS), AGENTS)
    assert for_agents.used == ()
    assert any(words.startswith(load) for words in for_agents.others)


def test_a_line_that_only_docker_rejects_is_a_warning_with_its_number() -> None:
    found = parser_issues("a b=1\n" + render_env(CLIENT_SECRET), CLIENT_SECRET)
    assert any("docker" in words or "parse" in words for words in found.others)
    assert any("line 1" in words for words in found.others)
