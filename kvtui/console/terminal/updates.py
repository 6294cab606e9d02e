"""Textual's updates of the screen, sent as the cells that differ.

`CompositorUpdate` and its kinds are private names of Textual: its version is pinned exactly.
"""

from __future__ import annotations

from itertools import chain

from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from kvtui.console.terminal.frame import Frame

_COLORS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}


class TerminalDisplay:
    """Keeps what the terminal shows, from one update to the next."""

    def __init__(self) -> None:
        self._frame: Frame | None = None

    def forget(self) -> None:
        """Another program may have written: the next update is drawn whole."""
        if self._frame is not None:
            self._frame.forget()

    def reduced(self, update: CompositorUpdate, size: tuple[int, int]) -> CompositorUpdate:
        """The same update for a terminal of `size`, sent as what differs at the moment when it is written."""
        return _Reduced(self, update, size)

    def changes(self, update: CompositorUpdate, size: tuple[int, int], console: Console) -> str:
        """What to send for `update`."""
        if self._frame is None:
            self._frame = Frame(*size, _COLORS.get(console.color_system or "", ColorSystem.TRUECOLOR))
        frame = self._frame
        if frame.size != size:
            frame.resize(*size)
        if isinstance(update, LayoutUpdate):
            for y, strips in enumerate(update.strips, update.region.y):
                frame.put(update.region.x, y, chain.from_iterable(strips))
        elif isinstance(update, ChopsUpdate):
            for y, begin, end in update.spans:
                for right, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                    if strip is not None and x <= end and right > begin:
                        frame.put(x, y, strip)
        else:
            return update.render_segments(console)
        return frame.changes()


class _Reduced(CompositorUpdate):
    def __init__(self, display: TerminalDisplay, update: CompositorUpdate, size: tuple[int, int]) -> None:
        self._display, self._update, self._size = display, update, size

    def render_segments(self, console: Console) -> str:
        """Asked for only when it is written: an update that is dropped changes nothing."""
        return self._display.changes(self._update, self._size, console)
