"""The mouse on the lines at the top and the bottom of the screen."""

from __future__ import annotations

from kvtui.console.actions import TITLES, key_for
from kvtui.console.flows.base import Flow
from kvtui.console.widgets.lead import Lead

TABS = (1, 2)
"""The lines at the top that have tabs: pane 7 beside the next step, or all of them."""


class Pointing(Flow):
    """A click does what the key does that is shown there."""

    def on_lead_clicked(self, event: Lead.Clicked) -> None:
        """On a tab: its pane. On a key of the footer, or on its words: that key."""
        event.stop()
        key = ""
        if event.lead.id == "foot":
            shows = event.parts[event.part - event.part % 2][0].strip()
            key = key_for(shows, self.state.active)
        elif event.y in TABS:
            words = event.parts[event.part][0].strip(" []").partition(":")[0]
            tab = next((title for title in TITLES.values() if words and title.startswith(words)), "")
            key = f"alt+{tab[0]}" if tab else ""
        if key:
            self.app.call_later(self.app.simulate_key, key)  # from the app: from a screen it would end there
