"""Taking ours out of a `.env` again: both variables or the secret alone, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvtui.cli.sources import env_file_source
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.outputs.env.file import merge_env, read_env, render_env
from kvtui.outputs.env.removal import plan_removal, removed
from kvtui.outputs.model import Removal
from kvtui.outputs.writer import write
from kvtui.project.files import read_project
from kvtui.settings.model import AuthMode
from kvtui.settings.sources import resolve
from tests.outputs.samples import (
    BACKEND,
    CLIENT,
    CLIENT_SECRET,
    MANAGED,
    TENANT,
    project,
    read_back,
    with_secret,
)

KEY = "AIRFLOW__SECRETS__BACKEND_KWARGS"
LINES = render_env(CLIENT_SECRET)
THEIRS = "# ours\n\nFOO=bar # note\nexport  PATHS='a\nb'\nA-B = x\n"


def test_both_lines_are_taken_out_and_the_rest_stays() -> None:
    assert removed(f"A=1\n{LINES}# end\n", Removal.ALL) == "A=1\n# end\n"


def test_repetitions_and_kwargs_over_several_lines_go_as_well() -> None:
    text = f'{KEY}=1\nA=1\n{KEY}={{\n "client_secret": "x"\n}}\nB=2\n'
    assert removed(text, Removal.ALL) == "A=1\nB=2\n"


@given(st.lists(st.sampled_from(["A=1", "# c", "", " B = 'x' # y", "K='two\nlines'", "odd", "C=1\r"])))
@settings(deadline=None)
def test_writing_and_taking_out_gives_the_same_bytes(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    assert removed(merge_env(text, CLIENT_SECRET), Removal.ALL) == text


def test_crlf_and_a_byte_order_mark_stay() -> None:
    text = merge_env("\ufeffA=1\r\n", CLIENT_SECRET)
    assert removed(text, Removal.ALL) == "\ufeffA=1\r\n"


@pytest.mark.parametrize("shell", [False, True])
def test_without_the_secret_everything_else_is_written_as_before(shell: bool) -> None:
    chosen = replace(CLIENT_SECRET, shell_sourceable=shell)
    before, after = render_env(chosen), removed(render_env(chosen), Removal.SECRET)
    quote = "'" if shell else ""
    start = before.index(', "client_secret"')
    assert after == before[:start] + "}" + quote + "\n"


def test_without_the_secret_the_mode_and_the_identity_are_read_back() -> None:
    source, _ = env_file_source(removed(LINES, Removal.SECRET))
    read = resolve([source]).settings
    assert (read.auth_mode, read.client_secret) == (AuthMode.CLIENT_SECRET, None)
    assert (read.vault, read.tenant_id, read.client_id) == (CLIENT_SECRET.vault, TENANT, CLIENT)


@pytest.mark.parametrize(
    "text", [render_env(MANAGED), f"{KEY}= # secret\n", "A=1\n", "", f"AIRFLOW__SECRETS__BACKEND={BACKEND}\n"]
)
def test_where_no_secret_is_nothing_changes(text: str) -> None:
    assert removed(text, Removal.SECRET) == text


def test_a_line_that_is_replaced_keeps_its_ending() -> None:
    crlf = LINES.replace("\n", "\r\n")
    assert removed(crlf, Removal.SECRET).count("\r\n") == 2


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_the_secret_is_found_in_whatever_form_it_stands(quote: str) -> None:
    kwargs = json.dumps({"sep": "-", "client_secret": "hunter2"})
    text = f"export {KEY}={quote}{kwargs}{quote}\n"
    assert read_env(removed(text, Removal.SECRET)).kwargs == {"sep": "-"}


def test_of_kwargs_that_are_no_json_only_the_whole_can_be_removed() -> None:
    with pytest.raises(ProblemError) as refused:
        removed(f"{KEY}={{hunter2\n", Removal.SECRET)
    assert refused.value.problem.kind is ProblemKind.NOT_WRITTEN
    assert "hunter2" not in str(refused.value)
    assert removed(f"{KEY}={{hunter2\n", Removal.ALL) == ""


def test_an_assignment_within_another_ones_quotes_is_rejected() -> None:
    with pytest.raises(ProblemError, match="Line 2"):
        removed(f"NOTE='first\n{KEY}={{}}\nlast'\n", Removal.ALL)


@given(st.text(min_size=1))
@settings(deadline=None)
def test_no_secret_is_left_anywhere(secret: str) -> None:
    after = removed(THEIRS + render_env(with_secret(secret)), Removal.SECRET)
    assert "client_secret" not in after
    assert after.startswith(THEIRS)


def test_a_file_that_is_not_there_is_said_to_be_missing() -> None:
    planned = plan_removal(project(), Removal.ALL)
    assert (planned.files, planned.notices) == ((), ("There is no .env.",))


def test_a_comment_that_may_hold_a_secret_is_named() -> None:
    text = f'# {KEY}={{"client_secret": "hunter2"}}\n{LINES}'
    notices = plan_removal(project(env=text), Removal.ALL).notices
    assert "Line 1 is a comment that may contain a client secret: it is kept." in notices
    assert "hunter2" not in " ".join(notices)


@pytest.mark.parametrize("removal", Removal)
def test_what_was_taken_out_is_gone_for_independent_readers(removal: Removal, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(THEIRS + LINES)
    (planned,) = plan_removal(read_project(tmp_path), removal).files
    assert read_back(CLIENT_SECRET, planned, removal)
    write(planned)
    assert read_back(CLIENT_SECRET, planned, removal) == ()
