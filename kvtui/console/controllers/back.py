"""Esc: goes back one level."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kvtui.console.actions import PaneId
from kvtui.console.controllers.prompts import PromptsController
from kvtui.console.controllers.reveal import RevealController
from kvtui.console.store import Store
from kvtui.console.ui import Ui

WORK = {
    PaneId.SETUP: ("sign-in",),
    PaneId.ENTRA: ("directory", "change", "entra-detail"),
    PaneId.SECRETS: ("store", "recover", "names", "versions"),
    PaneId.LOOKUP: ("lookup",),
    PaneId.CHECKS: ("checks",),
    PaneId.AUDIT: ("audit",),
}
"""The work that Esc stops in each pane, before it goes back to another pane."""


@dataclass(eq=False, repr=False)
class Back:
    """The action of Esc. `closers` close what is open in a pane, the innermost first, or return False."""

    _store: Store
    _ui: Ui
    _reveal: RevealController
    _prompts: PromptsController
    _closers: Mapping[PaneId, Sequence[Callable[[], bool]]]

    async def back(self) -> None:
        """Closes or stops the first of these: editor, value, prompt, details, filter, work, zoom, pane."""
        name = self._store.state.active
        pane = self._ui.pane(name)
        if pane.editor is not None:
            await pane.close_editor()
        elif self._store.state.reveal is not None:
            self._reveal.hide()
        elif pane.typing_prompt:
            await self._prompts.clear(name)
        elif any(close() for close in self._closers.get(name, ())):
            return
        elif self._prompts.filtered(name) or pane.prompt is not None:
            await self._prompts.clear(name)
        elif not self._ui.stop(*WORK.get(name, ())) and not self._ui.leave():
            self._ui.stop(*(group for groups in WORK.values() for group in groups))
