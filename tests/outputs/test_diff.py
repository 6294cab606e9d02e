"""The difference as it is shown: whole, and without anybody's secret."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvtui.core.secret_text import MASK
from kvtui.outputs.diff import CHANGED, diff
from kvtui.outputs.env.file import merge_env, render_env
from kvtui.outputs.helm.render import render_kubernetes_secret
from kvtui.outputs.helm.values import merge_values
from kvtui.outputs.masking import masked_lines
from kvtui.outputs.model import FileKind
from kvtui.settings.model import Settings
from tests.outputs.samples import CLIENT_SECRET, HOSTILE, MODES, in_memory, with_secret

KEY = "AIRFLOW__SECRETS__BACKEND_KWARGS"


def shown(before: str | None, after: str, kind: FileKind = FileKind.ENV) -> list[str]:
    return [f"{line.sign}{line.text}" for line in diff(in_memory(before, after, kind))]


def test_an_unchanged_file_has_no_difference() -> None:
    assert diff(in_memory("A=1\n", "A=1\n", FileKind.ENV)) == ()


def test_a_new_file_is_all_additions() -> None:
    lines = shown(None, "A=1\nB=2\n")
    assert lines == ["@@@ -0,0 +1,2 @@", "+A=1", "+B=2"]


def test_hunks_carry_three_lines_of_context() -> None:
    before = "".join(f"# {n}\n" for n in range(20))
    lines = shown(before, before.replace("# 10\n", "# ten\n"))
    assert lines == [
        "@@@ -8,7 +8,7 @@",
        *[f" # {n}" for n in (7, 8, 9)],
        "-# 10",
        "+# ten",
        *[f" # {n}" for n in (11, 12, 13)],
    ]


def test_our_secret_is_masked_and_the_rest_of_the_kwargs_is_shown() -> None:
    lines = shown(None, render_env(CLIENT_SECRET))
    assert f'"client_secret": "{MASK}"}}' in lines[-1]
    assert '"vault_url": "https://kv-demo.vault.azure.net/"' in lines[-1]


def test_a_secret_that_changes_is_seen_to_change() -> None:
    lines = shown(render_env(CLIENT_SECRET), render_env(with_secret("another")))
    assert lines[-1].startswith(f"+{KEY}=")
    assert lines[-1].endswith(CHANGED)


def test_values_of_others_are_masked_but_for_booleans_and_numbers() -> None:
    text = "A=hunter2\nB=True\nC=42\nexport D='hunter2'\n# E=hunter2\nF='one\nhunter2'\nhunter2\n# note\n"
    assert masked_lines(text, FileKind.ENV) == [
        f"A={MASK}",
        "B=True",
        "C=42",
        f"export D={MASK}",
        f"# E={MASK}",
        f"F={MASK}",
        MASK,
        MASK,
        "# note",
    ]


@pytest.mark.parametrize(
    "value",
    [
        '{"client_secret": "hunter2"}',
        '\'{"client_secret":"hunter2"}\'',
        '"{\\"client_secret\\": \\"hunter2\\"}"',
        '{"client_secret": "hunter2"',
        '{"other": ["hunter2"]}',
        '{"client\\u005fsecret": "hunter2"}',
        '{"custom": "hunter2", "sep": "-"}',
        "hunter2",
    ],
)
def test_a_secret_in_old_kwargs_is_masked_in_any_form(value: str) -> None:
    assert "hunter2" not in masked_lines(f"{KEY}={value}\n", FileKind.ENV)[0]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=4))
@settings(deadline=None)
def test_no_form_of_a_written_secret_is_shown(secret: str) -> None:
    marked = f"hunter2{secret}hunter2"
    lines = shown(None, render_env(with_secret(marked)))
    assert "hunter2" not in "".join(lines)


@given(st.text())
@settings(deadline=None)
def test_there_is_one_masked_line_for_each_line(text: str) -> None:
    for kind in FileKind:
        assert len(masked_lines(text, kind)) == len(text.removesuffix("\n").split("\n")) - (not text)


def test_a_carriage_return_at_a_lines_end_is_not_shown() -> None:
    assert masked_lines("A=1\r\nB=2\r\n", FileKind.ENV) == ["A=1", "B=2"]


@pytest.mark.parametrize("chosen", MODES)
def test_the_manifests_secret_is_masked(chosen: Settings) -> None:
    lines = masked_lines(render_kubernetes_secret(chosen), FileKind.KUBERNETES_SECRET)
    assert HOSTILE not in "".join(lines)
    assert not lines or f'"client_secret": "{MASK}"' in lines[-1]


def test_a_foreign_manifest_shows_no_data() -> None:
    text = "kind: Secret\ndata:\n  token: aHVudGVyMg==\n  other: |\n    aHVudGVyMg==\n"
    assert "aHVudGVyMg" not in "".join(masked_lines(text, FileKind.KUBERNETES_SECRET))


VALUES = """\
agentToken: hunter2
agentTokenSecretName: agent-token
imagePullSecretData: |
  hunter2
  hunter2
namespace: agents
openLineage: {apiKey: "hunter2", enabled: true}
commonEnv:
  - name: AIRFLOW_CONN_DB
    value: "postgres://u:hunter2@host/db"
  - name: API_TOKEN
    value: hunter2
  - name: ASTRO_ORGANIZATION_ID
    value: cl123
  - {name: DB_PASSWORD, value: hunter2}
  - value: hunter2
    name: LATE
dsn: https://user:hunter2@host/
"""


def test_values_that_look_secret_are_masked_in_helm_values() -> None:
    lines = masked_lines(VALUES, FileKind.VALUES)
    assert "hunter2" not in "\n".join(lines)
    assert "agentTokenSecretName: agent-token" in lines
    assert "    value: cl123" in lines
    assert "namespace: agents" in lines


def test_our_values_are_shown() -> None:
    after = merge_values(VALUES, MODES[1])
    assert any('"managed_identity_client_id"' in line for line in shown(VALUES, after, FileKind.VALUES))


def test_a_clear_secret_that_leaves_the_values_is_not_shown_on_its_way() -> None:
    before = f'commonEnv:\n  - name: {KEY}\n    value: \'{{"client_secret": "hunter2hunter2"}}\'\n'
    after = merge_values(before, CLIENT_SECRET)
    assert "hunter2" not in "".join(shown(before, after, FileKind.VALUES))


def test_credentials_in_an_index_address_are_masked() -> None:
    text = "--extra-index-url https://me:hunter2@index.example.com/simple\npandas\n"
    assert masked_lines(text, FileKind.REQUIREMENTS)[0].endswith(f"https://{MASK}@index.example.com/simple")


def test_a_merged_file_shows_only_what_changes() -> None:
    before = "A=1\n" * 30
    lines = shown(before, merge_env(before, CLIENT_SECRET))
    assert [line[0] for line in lines] == ["@", " ", " ", " ", "+", "+"]
