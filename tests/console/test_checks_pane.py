"""The checklist's pane."""

from __future__ import annotations

from kvtui.app.checks.results import CHECKS
from kvtui.console.panes.checks.controller import WHERE


def test_every_check_leads_to_a_pane() -> None:
    assert list(WHERE) == [name for name, _ in CHECKS]
