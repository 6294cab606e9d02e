"""Where the lines of a diff break."""

from __future__ import annotations

from kvtui.console.panes.output.wrapping import broken, wrapped_lines
from kvtui.outputs.diff import DiffLine

OLD = '{"vault_url": "https://old.vault.azure.net/", "tenant_id": "contoso.com", "client_id": "1234"}'
NEW = OLD.replace("old", "kv-contoso-production")


def test_a_line_breaks_between_words_after_a_comma() -> None:
    assert broken([OLD], 50) == [
        ['{"vault_url": "https://old.vault.azure.net/", ', '"tenant_id": "contoso.com", "client_id": "1234"}']
    ]


def test_old_and_new_line_break_at_the_same_places() -> None:
    old, new = broken([OLD, NEW], 70)
    assert [row.split(": ")[0] for row in old] == [row.split(": ")[0] for row in new]


def test_no_row_is_wider_than_the_pane() -> None:
    for rows in broken([OLD, NEW], 40):
        assert all(len(row.rstrip()) <= 40 for row in rows)


def test_no_text_is_lost() -> None:
    assert "".join(broken([OLD], 33)[0]) == OLD


def test_a_word_that_is_too_long_breaks_after_a_dot() -> None:
    assert broken(["BACKEND=airflow.providers.microsoft.azure"], 32)[0] == [
        "BACKEND=airflow.providers.",
        "microsoft.azure",
    ]


def test_a_replaced_line_is_paired_with_its_replacement() -> None:
    lines = [DiffLine("-", OLD), DiffLine("+", NEW)]
    assert wrapped_lines(lines, 70) == broken([OLD, NEW], 70)


def test_an_added_line_is_broken_by_itself() -> None:
    lines = [DiffLine(" ", "a"), DiffLine("+", OLD), DiffLine("+", "b")]
    assert wrapped_lines(lines, 70) == [["a"], *broken([OLD], 70), ["b"]]
