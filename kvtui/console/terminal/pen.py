"""The shortest sequences that move a terminal's cursor and draw cells."""

from __future__ import annotations

from functools import lru_cache

from kvtui.console.terminal.cells import PLAIN, Cell, Look, on_blank, wide

_ENDED_BY = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
}
"""SGR attributes and what ends each; what is not in it is ended by a full reset."""


class Pen:
    """Collects output, and knows where the cursor is and how the terminal draws now."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._look = PLAIN
        self._x = self._y = -1

    def copy(self) -> Pen:
        """Another pen at the same place, with nothing collected."""
        pen = Pen()
        pen._look, pen._x, pen._y = self._look, self._x, self._y
        return pen

    def follow(self, other: Pen) -> None:
        """Takes over what a copy has drawn."""
        self._out += other._out
        self._look, self._x, self._y = other._look, other._x, other._y

    @property
    def length(self) -> int:
        """Bytes collected."""
        return sum(len(each) if each.isascii() else len(each.encode()) for each in self._out)

    def move(self, x: int, y: int) -> None:
        """Puts the cursor there."""
        if (x, y) == (self._x, self._y):
            return
        if y == self._y:
            self._out.append(f"\x1b[{x + 1}G")
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._x, self._y = x, y

    def draw(self, cell: Cell) -> None:
        """One cell where the cursor is."""
        text, look = cell
        if text:
            if text == " " and on_blank(self._look) == look:
                look = self._look  # the colour of a character that is not seen does not matter
            if look != self._look:
                self._out.append(_transition(self._look, look))
                self._look = look
            self._out.append(text)
            self._x += 1
            if not text.isascii() and wide(text):
                self._x += 1

    def erase(self, count: int, look: Look) -> None:
        """So many blanks where the cursor is, which stays there."""
        if on_blank(self._look) != look:
            self._out.append(_transition(self._look, look))
            self._look = look
        self._out.append(f"\x1b[{count}X")

    def finished(self) -> str:
        """All that was drawn, the look given back."""
        if self._look != PLAIN:
            self._out.append(_link("") * bool(self._look.link) + "\x1b[m")
        return "".join(self._out)


def _link(address: str) -> str:
    return f"\x1b]8;;{address}\x1b\\"


@lru_cache(maxsize=4096)
def _transition(old: Look, new: Look) -> str:
    """The shortest sequence from one look to another."""
    link = _link(new.link) if old.link != new.link else ""
    return link + min(filter(None, (_step(old, new), _afresh(new))), key=len, default="")


def _afresh(new: Look) -> str:
    parameters = [part for part in ("0", *new.attributes, new.foreground, new.background) if part]
    return f"\x1b[{';'.join(parameters)}m" if len(parameters) > 1 else "\x1b[m"


def _step(old: Look, new: Look) -> str:
    """Only what differs; empty if that cannot be said without a reset, or nothing differs."""
    gone = [each for each in old.attributes if each not in new.attributes]
    ends = {_ENDED_BY.get(each, "") for each in gone}
    if "" in ends:
        return ""
    kept = [each for each in old.attributes if each in new.attributes and _ENDED_BY.get(each) not in ends]
    parameters = [*sorted(ends), *(each for each in new.attributes if each not in kept)]
    if old.foreground != new.foreground:
        parameters.append(new.foreground or "39")
    if old.background != new.background:
        parameters.append(new.background or "49")
    return f"\x1b[{';'.join(parameters)}m" if parameters else ""
