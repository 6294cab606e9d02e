"""Pane 5's row of views: the chosen one is always in it."""

from __future__ import annotations

import pytest

from kvtui.console.views.output import _tab_row

NAMES = [
    *(".env", "values.yaml", "akv-backend-kwargs.secret.yaml", "requirements-client.txt"),
    *(".gitignore", "readers", "next steps"),
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
    assert shown(3, 76) == "… [requirements-client.txt]  .gitignore   readers   next steps  ← →"


def test_where_all_fit_all_are_there() -> None:
    assert all(name in shown(0, 150) for name in NAMES)
    assert "…" not in shown(0, 150)
