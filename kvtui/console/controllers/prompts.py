"""What is typed above the panes' lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kvtui.console.actions import PaneId
from kvtui.console.panes.pane import Pane
from kvtui.console.store import Store
from kvtui.console.ui import Ui


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a pane's prompt is about."""

    text: Callable[[], str]
    """What it opens with."""
    typed: Callable[[str, bool], None]
    """Its text changed, or (True) was entered."""
    clear: Callable[[], None] | None = None
    """Shows everything again; None: the text is no filter."""
    opening: Callable[[], None] = lambda: None
    """What is done before it opens."""


@dataclass(eq=False, repr=False)
class PromptsController:
    """Opens, follows and closes the prompts."""

    _store: Store
    _ui: Ui
    _prompts: Mapping[PaneId, Prompt]

    async def open(self) -> None:
        """Opens the prompt of the pane in focus; of pane 3 where the pane has none."""
        name = self._store.state.active
        if name not in self._prompts:
            name = PaneId.SECRETS
            self._ui.enter(name)
        prompt = self._prompts[name]
        prompt.opening()
        await self._ui.pane(name).open_prompt(prompt.text())

    async def follow(self, event: Pane.Prompted) -> None:
        """The text of a pane's prompt changed, or was entered."""
        if event.entered and (event.pane is PaneId.LOOKUP or not event.text):
            await self._ui.pane(event.pane).close_prompt()
        self._prompts[event.pane].typed(event.text, event.entered)

    def filtered(self, name: PaneId) -> bool:
        """Whether a filter hides rows of that pane."""
        prompt = self._prompts.get(name)
        return prompt is not None and prompt.clear is not None and bool(prompt.text())

    async def clear(self, name: PaneId) -> None:
        """Shows everything again, and takes the prompt away. Pane 4's key is no filter: it stays."""
        clear = self._prompts[name].clear
        if clear is not None:
            clear()
        await self._ui.pane(name).close_prompt()
