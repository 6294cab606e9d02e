"""The seven panes side by side, or one of them as a tab."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Container
from textual.geometry import Size
from textual.layout import Layout
from textual.widget import Widget

from kvtui.console.actions import PANES, WHOLE_SCREEN, PaneId
from kvtui.console.layout import PanesLayout, tabbed
from kvtui.console.panes.audit.pane import AuditPane
from kvtui.console.panes.checks.pane import ChecklistPane
from kvtui.console.panes.entra.pane import EntraPane
from kvtui.console.panes.lookup.pane import LookupPane
from kvtui.console.panes.output.pane import OutputPane
from kvtui.console.panes.secrets.pane import SecretsPane
from kvtui.console.panes.setup.pane import SetupPane

if TYPE_CHECKING:
    from kvtui.console.state import State

AnyPane = SetupPane | EntraPane | SecretsPane | LookupPane | OutputPane | ChecklistPane | AuditPane
AROUND = 4
"""The rows that are not for panes: the two top lines, the notification, the footer."""
ROOMY = 46
"""The height of the screen from which the checklist always shows the details of the selected check."""


class Panes(Container):
    """The panes, at the places from `arrangement`."""

    zoomed = False
    """The active pane fills the screen."""
    _placing = PanesLayout()
    _active = PaneId.SETUP
    _placed: tuple[Size, bool] | None = None

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        panes: tuple[AnyPane, ...] = (
            SetupPane(),
            EntraPane(),
            SecretsPane(),
            LookupPane(),
            OutputPane(),
            ChecklistPane(),
            AuditPane(),
        )
        self._panes = {pane.pane_id: pane for pane in panes}

    @property
    def layout(self) -> Layout:
        """kvtui's own layout."""
        return self._placing

    def compose(self) -> Iterable[Widget]:
        """All panes."""
        yield from self._panes.values()

    def pane(self, name: PaneId) -> AnyPane:
        """One pane by its id."""
        return self._panes[name]

    @property
    def tabbed(self) -> bool:
        """Whether only the active pane is shown."""
        size = self.screen.size
        one = self.zoomed or self._active in WHOLE_SCREEN
        return one or tabbed(Size(size.width, size.height - AROUND))

    def show(self, state: State) -> None:
        """Draws the state in every pane that is shown."""
        for name in PANES:
            if name is state.active or not (self.tabbed or name in WHOLE_SCREEN):
                self.pane(name).show(state)

    def place(self) -> bool:
        """Adapts to the size of the screen and the zoom; False if nothing changes."""
        size, tabs = self.screen.size, self.tabbed
        if (size, tabs) == self._placed:
            return False
        self._placed = (size, tabs)
        self.set_class(tabs, "-tabbed")
        self.set_class(size.height >= ROOMY, "-roomy")
        return True

    def activate(self, active: PaneId) -> None:
        """Makes a pane the active one, which gets more rows than the others."""
        if active is not self._active:
            self._active = active
            for name in PANES:
                self.pane(name).set_class(name is active, "-active")
            # of the pane, not of this container: Textual discards only the cached layouts of ancestors
            self.pane(active).refresh(layout=True)
