"""Pane 5: the files and the next steps."""

from kvtui.console.panes.output import view as output
from kvtui.console.panes.pane import Pane
from kvtui.console.state import State


class OutputPane(Pane):
    """What would be written, as a diff."""

    pane_id = "output"

    def show(self, state: State) -> None:
        """The chosen file's diff, or the next steps."""
        names = output.tabs(state.output)
        place = output.chosen(state.output)
        self.lines.turn(names[place] if place else "")
        self.lines.show_rows(lambda width: output.rows(state, width))
