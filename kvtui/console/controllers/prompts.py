"""The prompts above the lists of the panes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kvtui.console.actions import PaneId
from kvtui.console.panes.pane import Pane
from kvtui.console.store import Store
from kvtui.console.ui import Ui


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompt of a pane."""

    text: Callable[[], str]
    """The text that it opens with."""
    typed: Callable[[str, bool], None]
    """Called with its text on each change, and with True on Enter."""
    clear: Callable[[], None] | None = None
    """Removes the filter; None: the text is not a filter."""
    opening: Callable[[], None] = lambda: None
    """Called before it opens."""


@dataclass(eq=False, repr=False)
class PromptsController:
    """Opens and closes the prompts, and passes on what is typed."""

    _store: Store
    _ui: Ui
    _prompts: Mapping[PaneId, Prompt]

    async def open(self) -> None:
        """Opens the prompt of the active pane; if it has none, that of pane 3."""
        name = self._store.state.active
        if name not in self._prompts:
            name = PaneId.SECRETS
            self._ui.enter(name)
        prompt = self._prompts[name]
        prompt.opening()
        await self._ui.pane(name).open_prompt(prompt.text())

    async def follow(self, event: Pane.Prompted) -> None:
        """Handles a change of the text, or Enter, in a prompt."""
        if event.entered and (event.pane is PaneId.LOOKUP or not event.text):
            await self._ui.pane(event.pane).close_prompt()
        self._prompts[event.pane].typed(event.text, event.entered)

    def filtered(self, name: PaneId) -> bool:
        """Whether a filter hides rows of a pane."""
        prompt = self._prompts.get(name)
        return prompt is not None and prompt.clear is not None and bool(prompt.text())

    async def clear(self, name: PaneId) -> None:
        """Removes the filter and the prompt of a pane. The key of pane 4 stays: it is not a filter."""
        clear = self._prompts[name].clear
        if clear is not None:
            clear()
        await self._ui.pane(name).close_prompt()
