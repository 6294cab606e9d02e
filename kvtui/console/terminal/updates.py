"""Textual's updates of the screen, kept as the cells that the terminal should show.

`CompositorUpdate` and its kinds are private names of Textual: its version is pinned exactly.
"""

from __future__ import annotations

from itertools import chain
from threading import Lock

from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from kvtui.console.terminal.cells import Abilities
from kvtui.console.terminal.frame import Frame


class Display:
    """What the terminal should show. One thread puts updates into it, another asks what to send."""

    def __init__(self, can: Abilities) -> None:
        self._can = can
        self._frame: Frame | None = None
        self._lock = Lock()

    def forget(self) -> None:
        """Another program may have written: all is sent again."""
        with self._lock:
            if self._frame is not None:
                self._frame.forget()

    def show(self, update: CompositorUpdate, size: tuple[int, int], cursor: tuple[int, int]) -> bool:
        """Puts an update for a terminal of `size` over what should be shown. True: it had another size."""
        with self._lock:
            if self._frame is None:
                self._frame = Frame(*size, self._can)
            resized = self._frame.size != size
            if resized:
                self._frame.resize(*size)
            _put(self._frame, update)
            self._frame.point(*cursor)
            return resized

    def changes(self) -> str:
        """What to send now; empty if the terminal shows what it should."""
        with self._lock:
            return self._frame.changes() if self._frame is not None else ""


def _put(frame: Frame, update: CompositorUpdate) -> None:
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            frame.put(update.region.x, y, chain.from_iterable(strips))
    elif isinstance(update, ChopsUpdate):
        for y, begin, end in update.spans:
            for right, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x <= end and right > begin:
                    frame.put(x, y, strip)
    else:  # pragma: no cover - Textual has no third kind for a whole terminal
        raise TypeError(f"an update of another kind: {type(update).__name__}")
