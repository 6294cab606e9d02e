"""The columns of pane 3: how a name that does not fit is shortened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kvtui.azure.model import SecretName
from kvtui.console.panes.secrets.names import Names
from kvtui.console.panes.secrets.rows import SecretRow, SecretRows
from kvtui.console.panes.secrets.state import SortBy
from kvtui.settings.model import Settings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONG = "airflow-variables-alerts-pagerduty-service"
KEY = "    alerts_pagerduty_service  "
"""What stands before the name."""
IN_A_YEAR = NOW + timedelta(days=365)


def shown(width: int, name: str = LONG, expires: datetime | None = None, sort: SortBy = SortBy.KEY) -> str:
    """The row of a secret."""
    names = Names(Settings())
    names.take([SecretName(name, expires=expires)])
    rows = SecretRows(
        names, sort=sort, filter="", folded=frozenset(), settings=Settings(), provider="", at=NOW
    )
    index = rows.index_of(SecretRow(name))
    assert index is not None
    return "".join(text for text, _ in rows.row(index, width).parts)


def test_a_name_uses_the_cells_of_an_empty_status() -> None:
    width = len(KEY) + len(LONG)
    assert shown(width) == KEY + LONG


def test_a_name_that_does_not_fit_loses_a_part_of_the_prefix_which_its_heading_shows() -> None:
    width = len(KEY) + len(LONG) - 6
    assert shown(width) == f"{KEY}airflow-va…-alerts-pagerduty-service"


def test_before_a_status_it_loses_more_of_it() -> None:
    row = shown(80, expires=IN_A_YEAR)
    assert row.split() == [
        "alerts_pagerduty_service",
        "airf…-alerts-pagerduty-service",
        "expires",
        "in",
        "365",
        "d",
    ]


@pytest.mark.parametrize(("name", "sort"), [("tls-" + "x" * 60, SortBy.KEY), (LONG, SortBy.NAME)])
def test_a_name_whose_beginning_no_heading_shows_is_cut_at_its_end(name: str, sort: SortBy) -> None:
    row = shown(60, name, sort=sort).rstrip()
    assert row.endswith("…")
    assert name.startswith(row.split()[-1].rstrip("…"))


def test_a_name_whose_key_alone_does_not_fit_is_cut_at_its_end() -> None:
    name = "airflow-variables-" + "x" * 80
    assert shown(80, name).split()[-1].startswith("airflow-variables-x")
