"""The smallest Textual program: what a first frame cannot cost less than."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Static


class Hello(App[None]):
    """A header, a line of text and a footer."""

    def compose(self) -> ComposeResult:
        """The three widgets."""
        yield Header()
        yield Static("Hello, world")
        yield Footer()


if __name__ == "__main__":
    Hello().run()
