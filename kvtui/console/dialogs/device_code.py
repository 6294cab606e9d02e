"""The dialog for the sign-in by device code: the address, the code in large letters, the time left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from kvtui.azure.model import DeviceCode
from kvtui.console.dialogs.keys import show_keys
from kvtui.console.text import shown
from kvtui.console.words import now

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys

TITLE = "Sign in by device code"
OPEN = "Open this page on any device with a browser:"
ENTER_CODE = "Enter this code:"
CONTINUES = "kvtui continues when you have signed in. Esc cancels."
MARGIN = 10
"""Cells of the box and its border, at both sides together."""


# Five rows from the top, an octal digit each: its three bits are the pixels from left to right.
_GLYPHS = {
    "A": "25755", "B": "65656", "C": "34443", "D": "65556", "E": "74647", "F": "74644",
    "G": "34553", "H": "55755", "I": "72227", "J": "11152", "K": "55655", "L": "44447",
    "M": "57755", "N": "65555", "O": "25552", "P": "65644", "Q": "25563", "R": "65655",
    "S": "34216", "T": "72222", "U": "55557", "V": "55552", "W": "55775", "X": "55255",
    "Y": "55222", "Z": "71247", "0": "75557", "1": "26227", "2": "61247", "3": "61216",
    "4": "55711", "5": "74616", "6": "34652", "7": "71222", "8": "25252", "9": "25316",
    "-": "00700",
}  # fmt: skip
HEIGHT = 5
_WIDE = 2
"""Cells for each pixel: a cell is twice as high as it is wide."""
_GAP = "  "


class DeviceCodeDialog(ModalScreen[bool]):
    """Returns False if the user cancels. The sign-in closes it when it is done."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(False)", "Cancel")]

    def __init__(self, code: DeviceCode) -> None:
        super().__init__()
        self._code = code

    def compose(self) -> Iterable[Widget]:
        """Address, code, countdown."""
        with Vertical(classes="dialog", id="device-code") as box:
            box.border_title = TITLE
            yield Static(shown(OPEN))
            yield Static(shown(self._code.url), classes="address")
            yield Static(shown(ENTER_CODE))
            for line in large(self._code.user_code, self.app.size.width - MARGIN):
                yield Static(shown(line), classes="large")
            yield Static(shown(self._code.user_code), classes="code")
            yield Static("", id="left")
            yield Static(shown(CONTINUES))

    def on_mount(self) -> None:
        """Starts the countdown."""
        self._tick()
        self.set_interval(1.0, self._tick)
        show_keys(self)

    def keys_now(self) -> Keys:
        """Only the way out: the sign-in ends elsewhere."""
        return (("Esc", "cancel"),)

    def _tick(self) -> None:
        left = max(0, int((self._code.expires - now()).total_seconds()))
        self.query_one("#left", Static).update(shown(expires_in(left)))


def expires_in(seconds: int) -> str:
    """The countdown."""
    return f"The code expires in {seconds // 60}:{seconds % 60:02d}."


def large(code: str, width: int) -> list[str]:
    """The rows of `code` in large letters; empty if they do not fit or a letter is not in the table."""
    letters = code.upper()
    if not letters or any(letter not in _GLYPHS for letter in letters):
        return []
    rows = [_GAP.join(_row(letter, n) for letter in letters) for n in range(HEIGHT)]
    return rows if len(rows[0]) <= width else []


def _row(letter: str, number: int) -> str:
    bits = int(_GLYPHS[letter][number])
    return "".join(("█" if bits & bit else " ") * _WIDE for bit in (4, 2, 1))
