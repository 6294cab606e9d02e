"""The mouse on the lines at the top and the bottom of the screen."""

from __future__ import annotations

from kvtui.console.actions import key_for
from kvtui.console.flows.base import Flow
from kvtui.console.widgets.lead import Lead

TABS = 2
"""The line at the top that has the tabs."""


class Pointing(Flow):
    """A click does what the key does that is shown there."""

    def on_lead_clicked(self, event: Lead.Clicked) -> None:
        """On a tab: its pane. On a key of the footer, or on its words: that key."""
        event.stop()
        key = ""
        if event.lead.id == "foot":
            shows = event.parts[event.part - event.part % 2][0].strip()
            key = key_for(shows, self.state.active)
        elif event.y == TABS:
            number = event.parts[event.part][0].strip(" []")[:1]
            key = f"alt+{number}" if number.isdecimal() else ""
        if key:
            self.app.call_later(self.app.simulate_key, key)  # from the app: from a screen it would end there
