"""The seven panes side by side, or one of them as a tab."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Container
from textual.geometry import Size
from textual.layout import Layout
from textual.widget import Widget

from kvtui.console.actions import PANES, WHOLE_SCREEN, PaneId
from kvtui.console.layout import PanesLayout
from kvtui.console.panes.audit.pane import AuditPane
from kvtui.console.panes.checks.pane import ChecklistPane
from kvtui.console.panes.entra.pane import EntraPane
from kvtui.console.panes.lookup.pane import LookupPane
from kvtui.console.panes.output.pane import OutputPane
from kvtui.console.panes.pane import Pane
from kvtui.console.panes.secrets.pane import SecretsPane
from kvtui.console.panes.setup.pane import SetupPane
from kvtui.console.state import State

ROOMY = 46
"""Rows of the screen from which the checklist always explains its selected line."""


class Panes(Container):
    """Holds the panes, where `arrangement` puts them."""

    _placing = PanesLayout()
    _active = PaneId.SETUP

    @property
    def layout(self) -> Layout:
        """Not one of Textual's own layouts."""
        return self._placing

    def compose(self) -> Iterable[Widget]:
        """Cheap widgets only."""
        yield SetupPane()
        yield EntraPane()
        yield SecretsPane()
        yield LookupPane()
        yield OutputPane()
        yield ChecklistPane()
        yield AuditPane()

    def pane(self, name: PaneId) -> Pane:
        """One pane by its id."""
        return self.query_one(f"#{name}", Pane)

    def show(self, state: State, *, tabbed: bool) -> None:
        """Draws the state in every pane that can be seen."""
        for name in PANES:
            if name is state.active or not (tabbed or name in WHOLE_SCREEN):
                self.pane(name).show(state)

    def place(self, size: Size, *, tabbed: bool) -> None:
        """Follows the size of the screen."""
        self.set_class(tabbed, "-tabbed")
        self.set_class(size.height >= ROOMY, "-roomy")

    def mark_active(self, active: PaneId) -> None:
        """Makes a pane the active one, which gets more room than the others."""
        if active is not self._active:
            self._active = active
            for name in PANES:
                self.pane(name).set_class(name is active, "-active")
            # the pane, not its container: Textual forgets the arrangement of a widget's ancestors alone
            self.pane(active).refresh(layout=True)
