"""The one screen: the panes, the lines at top and bottom, and which pane is the active one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import AppBlur, DescendantFocus, Resize, ScreenResume, ScreenSuspend
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

from kvtui.console.actions import IN_DIALOGS_TOO, PANES, PaneId, for_pane
from kvtui.console.jumps import Jumps
from kvtui.console.layout import too_small
from kvtui.console.panes.container import Panes
from kvtui.console.panes.pane import Pane
from kvtui.console.state import first_state
from kvtui.console.status import bottom, top
from kvtui.console.store import Store
from kvtui.console.terminal.driver import TerminalDriver
from kvtui.console.ui import Ui
from kvtui.console.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from kvtui.app.session import Session
    from kvtui.console.composition import Controllers
    from kvtui.console.start import ConsoleStart
    from kvtui.console.state import State
    from kvtui.console.widgets.editor import Editor

AFTER_FIRST_FRAME = 0.1
"""Seconds until work begins: the SDKs' imports would hold up the first frame."""
CLOSING = 2.0
"""Seconds that connections get to close at the end."""


class MainScreen(Screen[None]):
    """Composes the panes, gives what they ask for to the controllers, moves the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.textual, action.words, show=False)
        for action in for_pane(None)
        if action.id not in IN_DIALOGS_TOO
    ]

    def __init__(self, start: ConsoleStart) -> None:
        super().__init__()
        self._start = start
        self.store = Store(first_state(start), self.call_next, self.set_timer)
        self.store.subscribe(self.draw)
        self.ui = Ui(self, self.store)
        self.panes = Panes(id="panes")
        self._jumps = Jumps()

    @property
    def state(self) -> State:
        """What is shown."""
        return self.store.state

    @cached_property
    def session(self) -> Session:
        """The clients of Azure; made with the controllers."""
        from kvtui.app.session import Session

        return Session(allow_changes=self._start.allow_changes)

    @cached_property
    def controllers(self) -> Controllers:
        """All that acts; made behind the first frame, or by the first key: their imports would hold it up."""
        from kvtui.console.composition import Controllers

        return Controllers(self.store, self.ui, self.session, self._start)

    def compose(self) -> Iterable[Widget]:
        """Cheap widgets only: everything slow comes after the first frame."""
        yield StatusLine(id="top")
        yield self.panes
        yield StatusLine(id="notification")
        yield StatusLine(id="foot")
        yield StatusLine(id="too-small")

    def on_mount(self) -> None:
        """The first frame shows what is known without asking; what takes time starts behind it."""
        self._place()
        self.draw()
        self.pane(PaneId.SETUP).enter()
        self.call_after_refresh(self.set_timer, AFTER_FIRST_FRAME, self._begin)

    def _begin(self) -> None:
        self.set_interval(1.0, self.controllers.tick)
        self.controllers.startup.begin()

    async def on_unmount(self) -> None:
        """Gives the connections back; what does not answer in time is left."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.session.close(), CLOSING)

    def draw(self) -> None:
        """Shows the state in every pane that can be seen, and in the lines at top and bottom."""
        if not self.is_attached or not self.query("#foot"):
            return  # the screen is being taken down
        state, width = self.state, self.size.width or 80
        self.panes.show(state)
        self.query_one("#top", StatusLine).show(*top.lines(state, width, tabs=self.panes.tabbed))
        self.query_one("#notification", StatusLine).show(bottom.message(state.notification, width))
        self._draw_keys()

    def _draw_keys(self) -> None:
        """The footer; it follows the cursor, because some keys have no effect on some rows."""
        state, width = self.state, self.size.width or 80
        dialog = self.app.screen if self.app.screen is not self else None
        keys = bottom.keys(
            dialog, self.pane(state.active), state, zoomed=self.panes.zoomed, back_to=self._jumps.back_to
        )
        foot = self.query_one("#foot", StatusLine)
        foot.show(bottom.line(keys, state.active, width))
        for between in self.app.screen_stack[1:-1]:  # a dialog under another one keeps what it drew last
            between.refresh(foot.region)

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """A dialog or the palette opens: what was said is over, and nothing stays revealed behind it."""
        self.controllers.reveal.hide()
        self.ui.clear_notification()
        self.store.touch()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """The dialog closed: the footer is the pane's again."""
        self.store.touch()

    # What panes and lines ask for

    @on(Pane.ActionRequested)
    async def _perform(self, event: Pane.ActionRequested) -> None:
        event.stop()
        await self.controllers.perform(event.pane, event.action, event.row)

    @on(Pane.CursorMoved)
    def _cursor_moved(self, event: Pane.CursorMoved) -> None:
        event.stop()
        self.controllers.cursor_moved(event.pane, event.row)
        self._draw_keys()

    @on(Pane.Prompted)
    async def _prompted(self, event: Pane.Prompted) -> None:
        event.stop()
        self._echo()
        await self.controllers.prompts.follow(event)

    def _echo(self) -> None:
        """Has the typed character on the terminal before what it changes is worked out and drawn."""
        self._on_timer_update()
        if isinstance(self.app._driver, TerminalDriver):
            self.app._driver.echo()

    async def on_editor_saved(self, event: Editor.Saved) -> None:
        """A setting was typed."""
        event.stop()
        await self.controllers.settings.type(event.field, event.text)

    @on(StatusLine.Clicked)
    def _press(self, event: StatusLine.Clicked) -> None:
        """A click does what the key does that is shown there."""
        event.stop()
        if event.key:
            self.app.call_later(self.app.simulate_key, event.key)  # a screen's own call would end there

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Background work began or ended."""
        self.ui.work_changed(event)

    def on_app_blur(self, event: AppBlur) -> None:
        """The terminal lost the focus: nothing stays revealed."""
        self.controllers.reveal.hide()

    def pane(self, name: PaneId) -> Pane:
        """One pane by its id."""
        return self.panes.pane(name)

    def on_resize(self, event: Resize) -> None:
        """Panes side by side, or as tabs; on a terminal that is too small for one, what it needs."""
        self.set_class(too_small(event.size), "-too-small")
        self.query_one("#too-small", StatusLine).show(*bottom.too_small(event.size))
        self._place()

    def _place(self) -> None:
        if self.panes.place():
            self.set_class(self.panes.tabbed, "-tabbed")
            self.draw()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The pane in focus is the active one; the footer follows what is typed into."""
        self.store.touch()
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Pane):
                if node.pane_id is not self.state.active:
                    self._jumps.forget()
                self._activate(node.pane_id)
                break

    def _activate(self, name: PaneId) -> None:
        """Another pane is the active one; what is revealed elsewhere hides."""
        state = self.state
        if name is state.active:
            return
        if state.reveal is not None and state.reveal.pane is not name:
            self.controllers.reveal.hide()
        self.store.change(active=name)
        if name in (PaneId.OUTPUT, PaneId.CHECKS):
            self.controllers.output.look_again()
        self.panes.activate(name)
        self.refresh(layout=True)  # before the pane that is left would be drawn once more, without the focus
        self._place()

    def _enter(self, name: PaneId) -> None:
        self._activate(name)
        self.draw()
        self.pane(name).enter()

    def enter(self, name: PaneId) -> None:
        """Makes a pane the active one, and gives it the focus."""
        self._jumps.forget()
        self._enter(name)

    def go_to(self, name: PaneId) -> None:
        """To a pane by an action of another one; Esc returns to the row that is under the cursor now."""
        here = self.state.active
        if name is not here:
            self._jumps.add(here, self.pane(here).lines.selected)
            self._enter(name)

    def leave(self) -> bool:
        """Ends the zoom, or goes back to the pane and row that led here; False if there is neither."""
        if self.panes.zoomed:
            self.action_zoom()
            return True
        came_from = self._jumps.take()
        if came_from is None:
            return False
        pane, row = came_from
        self._enter(pane)
        if row is not None:
            self.pane(pane).lines.select(row)
        return True

    # The keys that work everywhere

    def action_go_to(self, name: str) -> None:
        """To one pane by its number."""
        self.enter(PaneId(name))

    def action_step_pane(self, step: int) -> None:
        """To the next or the previous pane."""
        self.enter(PANES[(PANES.index(self.state.active) + step) % len(PANES)])

    def action_zoom(self) -> None:
        """One pane on the whole screen, as on a small terminal; again: all of them."""
        if self.panes.tabbed and not self.panes.zoomed:
            self.ui.notify("This pane is already full screen.")
            return
        self.panes.zoomed = not self.panes.zoomed
        self._place()

    async def action_filter(self) -> None:
        """The prompt of the pane in focus; of pane 3 where the pane has none."""
        await self.controllers.prompts.open()

    async def action_back(self) -> None:
        """One level out."""
        await self.controllers.back.back()

    def action_write(self) -> None:
        """Look first: from another pane this only goes to the diff."""
        self.controllers.output.write_or_show()

    def action_sign_in(self) -> None:
        """Signs in again, or by another kind."""
        self.controllers.sign_in.choose_kind()
