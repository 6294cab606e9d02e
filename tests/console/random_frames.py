"""Random updates of a screen: the terminal must show what a full repaint shows, also one that stalls.

`python -m tests.console.random_frames 100000` does so many updates; the tests do fewer.
"""

from __future__ import annotations

import random
import sys

import pyte
from rich.segment import Segment
from rich.style import Style

from kvtui.console.terminal.cells import Abilities
from kvtui.console.terminal.frame import Frame

STYLES = [
    None,
    Style(color="#6fb3ff"),
    Style(color="#6fb3ff", bgcolor="#10151c"),
    Style(color="#ff7b72", bgcolor="#10151c", bold=True),
    Style(bgcolor="#1f2733"),
    Style(bold=True, reverse=True),
    Style(underline=True, color="red"),
    Style(strike=True, italic=True),
]
TEXTS = ["a", "words and words", "   ", "━━━━", "日本語", " " * 30, "e\u0301t\u00e9", "│ ✓ ok │", "x" * 40]


def terminal(width: int, height: int) -> tuple[pyte.Screen, pyte.Stream]:
    """A terminal that does not wrap lines, as Textual sets it up."""
    screen = pyte.Screen(width, height)
    screen.reset_mode(pyte.modes.DECAWM)
    return screen, pyte.Stream(screen)


def looks(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """Every cell; of a blank only what is seen."""
    return [[look(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def look(cell: pyte.screens.Char) -> tuple[object, ...]:
    """What is seen of a cell."""
    marks = (cell.reverse, cell.underscore, cell.strikethrough)
    if cell.data != " ":
        return (cell.data, cell.fg, cell.bg, *marks, cell.bold, cell.italics)
    return (cell.data, cell.fg if any(marks) else "", cell.bg, *marks)


class Repainted:
    """A frame and a terminal that follows it, beside what a full repaint would show."""

    def __init__(self, width: int, height: int, can: Abilities) -> None:
        self.frame, self._whole = Frame(width, height, can), Frame(width, height)
        self.screen, self.stream = terminal(width, height)
        for y in range(height):
            self.put(0, y, [Segment(" " * width)])

    def put(self, x: int, y: int, segments: list[Segment]) -> None:
        """One update."""
        self.frame.put(x, y, segments)
        self._whole.put(x, y, segments)

    def put_any(self, chance: random.Random) -> None:
        """A random update."""
        width, height = self.frame.size
        segments = [Segment(chance.choice(TEXTS), chance.choice(STYLES)) for _ in range(chance.randint(1, 4))]
        self.put(chance.randrange(width), chance.randrange(height), segments)

    def compare(self) -> None:
        """Fails unless the terminal shows what a full repaint shows."""
        fresh, painting = terminal(*self.frame.size)
        self._whole.forget()
        painting.feed(self._whole.changes())
        assert looks(self.screen) == looks(fresh)


def compare_random_updates(updates: int, chance: random.Random, every: int) -> None:
    """Compares after each `every` of them, on screens of random sizes; at times another program wrote."""
    repainted = None
    for number in range(updates):
        if repainted is None or number % 2_000 == 0:
            repainted = Repainted(
                chance.randint(1, 80), chance.randint(1, 24), Abilities(erases=chance.random() < 0.5)
            )
        repainted.put_any(chance)
        if chance.random() < 0.5:
            repainted.stream.feed(repainted.frame.changes())
        if chance.random() < 0.01:
            repainted.stream.feed("\x1b[1;1Hother words\x1b[m")
            repainted.frame.forget()
        if number % every == every - 1:
            repainted.stream.feed(repainted.frame.changes())
            repainted.compare()


def main() -> int:
    """Does as many updates as the argument says, with a seed that is printed."""
    updates, seed = int(sys.argv[1]), random.randrange(2**32)  # noqa: S311
    print(f"{updates} random updates, seed {seed}")
    compare_random_updates(updates, random.Random(seed), every=25)  # noqa: S311
    print("the screen was always that of a full repaint")
    return 0


if __name__ == "__main__":
    sys.exit(main())
