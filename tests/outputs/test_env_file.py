"""The `.env`: exact, merged without touching anything else, and read back."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from kvtui.airflow.kwargs import backend_kwargs
from kvtui.cli.sources import env_file_source
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.outputs.env.file import merge_env, read_env, render_env
from kvtui.settings.model import Settings
from kvtui.settings.sources import resolve
from tests.outputs.samples import (
    BACKEND,
    CLIENT,
    CLIENT_SECRET,
    HOSTILE,
    KWARGS_IDENTITY,
    KWARGS_SECRET,
    MANAGED,
    TENANT,
    WORKLOAD,
    with_secret,
)

KEY = "AIRFLOW__SECRETS__BACKEND_KWARGS"
LINE_BACKEND = f"AIRFLOW__SECRETS__BACKEND={BACKEND}\n"
LINES = f"{LINE_BACKEND}{KEY}={KWARGS_SECRET}\n"


def test_client_secret_mode_is_written_as_documented() -> None:
    assert render_env(CLIENT_SECRET) == LINES


@pytest.mark.parametrize("chosen", [MANAGED, WORKLOAD])
def test_both_identity_modes_are_written_the_same(chosen: Settings) -> None:
    assert render_env(chosen) == f"{LINE_BACKEND}{KEY}={KWARGS_IDENTITY}\n"


def test_the_shell_form_puts_the_kwargs_in_single_quotes() -> None:
    shell = replace(CLIENT_SECRET, shell_sourceable=True)
    assert render_env(shell) == f"{LINE_BACKEND}{KEY}='{KWARGS_SECRET}'\n"


def test_rendering_imports_neither_dotenv_nor_ruamel() -> None:
    program = (
        "import sys\nfrom kvtui.outputs.env.file import render_env\n"
        "from kvtui.settings.model import Settings\n"
        "render_env(Settings())\nprint([name for name in sys.modules if name in ('dotenv', 'ruamel.yaml')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


hostile = st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.text(
    alphabet=" $#'\"\\`{}!%=\n\r\t&;|<(*\u00a0\u2028🔑ab"
)


OTHERS = "# ours\n\nFOO=bar # note\nexport  PATHS='a\nb'\nA-B = x"


def test_new_variables_are_appended_and_the_rest_stays() -> None:
    assert merge_env("FOO=1\n", CLIENT_SECRET) == f"FOO=1\n{LINES}"


def test_a_missing_final_newline_is_added_only_to_append() -> None:
    assert merge_env(OTHERS, CLIENT_SECRET) == f"{OTHERS}\n{LINES}"


def test_an_empty_file_gets_managed_lines_alone() -> None:
    assert merge_env("", CLIENT_SECRET) == LINES


def test_assignments_are_replaced_where_they_stand() -> None:
    before = f"A=1\n{KEY}={{}}\nB=2\nAIRFLOW__SECRETS__BACKEND=old.Class\nC=3"
    after = f"A=1\n{KEY}={KWARGS_SECRET}\nB=2\n{LINE_BACKEND}C=3"
    assert merge_env(before, CLIENT_SECRET) == after


def test_later_repetitions_of_ours_are_dropped() -> None:
    before = f"{KEY}=1\nA=1\n{KEY}=2\nB=2\n"
    assert merge_env(before, CLIENT_SECRET) == f"{KEY}={KWARGS_SECRET}\nA=1\nB=2\n{LINE_BACKEND}"


def test_a_last_line_without_newline_stays_without() -> None:
    before = f"{LINE_BACKEND}{KEY}={{}}"
    assert merge_env(before, CLIENT_SECRET) == LINES.removesuffix("\n")


def test_crlf_is_kept_and_used_for_new_lines() -> None:
    after = merge_env("A=1\r\nB=2\r\n", CLIENT_SECRET)
    assert after == f"A=1\r\nB=2\r\n{LINES}".replace("\r\n", "\n").replace("\n", "\r\n")


def test_a_replaced_line_keeps_its_own_ending() -> None:
    before = f"A=1\n{KEY}={{}}\r\n{LINE_BACKEND}"
    assert merge_env(before, CLIENT_SECRET) == f"A=1\n{KEY}={KWARGS_SECRET}\r\n{LINE_BACKEND}"


def test_a_byte_order_mark_stays_in_front() -> None:
    assert merge_env(f"\ufeff{KEY}={{}}\n", CLIENT_SECRET).startswith(f"\ufeff{KEY}={{")


def test_export_and_spaces_around_ours_are_dropped() -> None:
    before = f"export AIRFLOW__SECRETS__BACKEND = x\n  {KEY} ='{{}}'\n"
    assert merge_env(before, CLIENT_SECRET) == LINES


@pytest.mark.parametrize("quote", ["'", ""])
def test_kwargs_over_several_lines_are_replaced_whole(quote: str) -> None:
    old = f'{KEY}={quote}{{\n  "client_secret": "old",\n  "vault_url": ""\n}}{quote}\n'
    assert merge_env(f"A=1\n{old}B=2\n{LINE_BACKEND}", CLIENT_SECRET) == (
        f"A=1\n{KEY}={KWARGS_SECRET}\nB=2\n{LINE_BACKEND}"
    )


def test_a_commented_assignment_is_left_alone() -> None:
    before = f"# {KEY}={{}}\n"
    assert merge_env(before, CLIENT_SECRET).startswith(before)


def test_merging_twice_changes_nothing() -> None:
    once = merge_env(OTHERS, CLIENT_SECRET)
    assert merge_env(once, CLIENT_SECRET) == once


@given(st.lists(st.sampled_from(["A=1", "# c", "", " B = 'x' # y", f"{KEY}={{}}", "K='two\nlines'", "odd"])))
@settings(deadline=None)
def test_every_line_that_is_not_ours_stays_byte_for_byte(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    after = merge_env(text, CLIENT_SECRET)
    ours = ("AIRFLOW__SECRETS__BACKEND", KEY)
    kept = [line for line in after.split("\n") if not line.startswith(ours)]
    assert kept == [line for line in text.split("\n") if not line.startswith(ours)]


def test_an_assignment_within_another_ones_quotes_is_rejected() -> None:
    before = f"NOTE='first\n{KEY}={{}}\nlast'\n"
    with pytest.raises(ProblemError) as refused:
        merge_env(before, CLIENT_SECRET)
    assert refused.value.problem.kind is ProblemKind.NOT_WRITTEN
    assert "Line 2" in refused.value.problem.what
    assert "line 1 for NOTE" in refused.value.problem.what


@pytest.mark.parametrize("unclosed", ["NOTE='it", 'NOTE="it'])
def test_a_quote_that_would_swallow_managed_lines_is_rejected(unclosed: str) -> None:
    shell = replace(CLIENT_SECRET, shell_sourceable=True)
    with pytest.raises(ProblemError, match="Close the quote in line 2"):
        merge_env(f"A=1\n{unclosed}\n", shell)


@given(st.text(alphabet="AB=\n '\"# x{}") | st.text(alphabet="A=\n'\""))
@settings(max_examples=300, deadline=None)
def test_python_dotenv_reads_ours_as_meant_and_the_others_as_before(text: str) -> None:
    try:
        after = merge_env(text, CLIENT_SECRET)
    except ProblemError:
        return
    before = dict(dotenv_values(stream=StringIO(text), interpolate=False))
    read = dict(dotenv_values(stream=StringIO(after), interpolate=False))
    assert json.loads(str(read.pop(KEY))) == backend_kwargs(CLIENT_SECRET)
    assert read.pop("AIRFLOW__SECRETS__BACKEND") == BACKEND
    assert read == before


def test_a_carriage_return_within_our_line_is_rejected() -> None:
    with pytest.raises(ProblemError, match="carriage return"):
        merge_env(f"{KEY}={{}}\rFOO=1\n", CLIENT_SECRET)


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_kwargs_are_read_back_quoted_or_not(quote: str) -> None:
    written = json.dumps({"vault_url": "https://kv-demo.vault.azure.net/", "client_secret": "it$#"})
    read = read_env(f"{LINE_BACKEND}{KEY}={quote}{written}{quote}\n")
    assert read.backend == BACKEND
    assert read.kwargs == json.loads(written)


def test_kwargs_over_several_lines_are_read_back() -> None:
    assert read_env(f'{KEY}=\'{{\n "sep": "-"\n}}\'\n').kwargs == {"sep": "-"}
    assert read_env(f'{KEY}={{\n "sep": "-"\n}}\nA=1\n').kwargs == {"sep": "-"}


def test_a_backslash_is_read_as_the_astro_cli_reads_it() -> None:
    read = read_env(f"{KEY}='" + r'{"client_secret": "a\\b"}' + "'\n")
    assert read.kwargs == {"client_secret": "a\\b"}


def test_double_quoted_kwargs_with_escapes_are_read_back() -> None:
    assert read_env(f'{KEY}="{{\\"sep\\": \\"-\\"}}"\n').kwargs == {"sep": "-"}


def test_a_secret_that_the_cli_hid_is_unknown() -> None:
    read = read_env(f"{KEY}= # secret\n{LINE_BACKEND}")
    assert read.kwargs is None
    assert read.backend == BACKEND
    assert "Line 1" in read.warnings[0]


def test_of_repetitions_the_last_counts_and_a_warning_names_the_lines() -> None:
    read = read_env(f'{KEY}={{"sep": "a"}}\nB=1\n{KEY}={{"sep": "b"}}\n')
    assert read.kwargs == {"sep": "b"}
    assert "lines 1, 3" in read.warnings[0]


@pytest.mark.parametrize("appended", [f"{KEY}= # secret", f"{KEY}=' # secret'\n", f'{KEY}="# secret"\n'])
def test_what_the_cli_appended_for_a_secret_hides_no_kwargs_above_it(appended: str) -> None:
    read = read_env(f'{KEY}={{"sep": "a"}}\nB=1\n{appended}')
    assert read.kwargs == {"sep": "a"}
    assert "lines 1, 3 of .env; the one in line 1 counts here" in read.warnings[0]


PREFIXES = '"connections_prefix": "airflow-connections", "variables_prefix": "airflow-variables", '
VAULT = '"vault_url": "https://kv-demo.vault.azure.net/", '
OF_THE_PAGE = {
    "client secret": f'"tenant_id": "{TENANT}", "client_id": "{CLIENT}", "client_secret": "it~s.A-1"',
    "managed identity": (
        f'"managed_identity_client_id": "{CLIENT}", "workload_identity_tenant_id": "{TENANT}"'
    ),
}


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("form", OF_THE_PAGE)
def test_what_the_documentation_shows_is_read_and_then_written_as_our_own(form: str, quote: str) -> None:
    text = f"{LINE_BACKEND}{KEY}={quote}{{{PREFIXES}{VAULT}{OF_THE_PAGE[form]}}}{quote}\n"
    source, warnings = env_file_source(text)
    read = resolve([source])
    assert (warnings, read.notices) == ((), ())
    assert (read.settings.vault, read.settings.tenant_id, read.settings.client_id) == (
        CLIENT_SECRET.vault,
        TENANT,
        CLIENT,
    )
    merged = merge_env(text, read.settings)
    assert read_env(merged).kwargs == read_env(text).kwargs
    assert merged == render_env(read.settings)


def test_kwargs_that_are_no_object_are_a_warning_without_the_value() -> None:
    read = read_env(f"{KEY}={{broken hunter2\n")
    assert read.kwargs is None
    assert "not a JSON object" in read.warnings[0]
    assert "hunter2" not in read.warnings[0]


def test_a_file_without_managed_variables_says_nothing() -> None:
    read = read_env("A=1\n")
    assert (read.backend, read.kwargs, read.warnings) == (None, None, ())


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_reading_never_raises(text: str) -> None:
    read_env(text)
    read_env(f"{KEY}={text}")


@given(hostile, st.booleans())
@settings(deadline=None)
def test_what_was_written_is_read_back(secret: str, shell: bool) -> None:
    chosen = replace(with_secret(secret), shell_sourceable=shell)
    read = read_env(render_env(chosen))
    assert read.kwargs == backend_kwargs(chosen)
    assert read.warnings == ()


def test_lines_that_cannot_be_parsed_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert read_env(f"'odd line\n{LINES}").kwargs == backend_kwargs(CLIENT_SECRET)
    assert caplog.records == []


def test_a_secret_read_from_a_file_does_not_show_itself() -> None:
    read = read_env(LINES)
    assert read.kwargs is not None
    assert HOSTILE not in repr(read)
