"""The app around the screen: themes, keys that always work, the way out, and what may leave the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar, cast

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import DescendantFocus, Event, Key
from textual.screen import Screen

from kvtui.console.actions import ACTIONS, IN_DIALOGS_TOO, TITLES, ActionId, for_pane
from kvtui.console.crash import BurstDriver, CrashFunnel
from kvtui.console.screen import MainScreen
from kvtui.console.terminal.driver import TerminalDriver
from kvtui.console.terminal.surroundings import surroundings
from kvtui.console.themes import CYCLE, DARK, OURS
from kvtui.console.type_ahead import KeyQueue
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.report import print_problem

if TYPE_CHECKING:
    from kvtui.console.actions import Action
    from kvtui.console.provisioning.state import MadeSecret
    from kvtui.console.start import ConsoleStart
    from kvtui.console.widgets.masked_input import LineInput

PACKAGE = Path(__file__).parent.parent
STYLES = PACKAGE / "styles" if (PACKAGE / "styles").is_dir() else PACKAGE.parent / "styles"
"""Beside the package in a checkout, inside it in an installed wheel."""

NOT_IN_PALETTE = (
    ActionId.COMMAND_PALETTE,
    ActionId.STEP_PANE,
    ActionId.NEXT_CHOICE,
    ActionId.PREVIOUS_CHOICE,
    ActionId.NEXT_VIEW,
    ActionId.PREVIOUS_VIEW,
)


class KvtuiApp(CrashFunnel):
    """kvtui's console."""

    TITLE = "kvtui"
    ALLOW_SELECT = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        STYLES / name for name in ("tokens.tcss", "layout.tcss", "panes.tcss", "dialogs.tcss")
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.textual, action.words, show=False)
        for action in for_pane(None)
        if action.id in IN_DIALOGS_TOO and action.id is not ActionId.COMMAND_PALETTE
    ]
    BINDINGS.append(Binding("ctrl+q", "ask_to_quit", show=False, priority=True))

    _first: MainScreen | None = None

    def __init__(self, start: ConsoleStart) -> None:
        around = surroundings(os.environ, start.ascii)
        # Textual only calls it.
        super().__init__(driver_class=cast(type[Driver], partial(BurstDriver, around=around)))
        self.start = start
        for theme in OURS:
            self.register_theme(theme)
        # Not the plain attribute: a change of theme would have the styles parsed and applied once more.
        self.set_reactive(App.theme, start.theme or DARK.name)
        self._refresh_truecolor_filter(
            self.ansi_theme
        )  # of Textual's: whether colours of the terminal stay so
        self.stylesheet.set_variables(self.get_css_variables())
        for dark, name in ((True, "-dark-mode"), (False, "-light-mode")):
            self.set_class(self.current_theme.dark is dark, name, update=False)
        if around.over_ssh:
            self.animation_level = "none"

        self._keys = KeyQueue(
            self,
            super().on_event,
            lambda: self.main.ui.key_pressed(),
            lambda words: self.main.ui.warn(words),
        )

    async def on_event(self, event: Event) -> None:
        """Keys go through a queue, so that each has its effect before the next."""
        if isinstance(event, Key) and not event.is_forwarded:
            await self._keys.add(event)
        else:
            await super().on_event(event)

    def get_default_screen(self) -> Screen[None]:
        """The panes."""
        self._first = MainScreen(self.start)
        return self._first

    @property
    def unwritten(self) -> tuple[MadeSecret, ...]:
        """The client secrets that are lost when kvtui ends now; also known when the screens are gone."""
        return self._first.state.unwritten if self._first else ()

    def on_mount(self) -> None:
        """Signals."""
        self.listen_to_signals()
        self.app_suspend_signal.subscribe(self, lambda _: self.main.controllers.reveal.hide())
        self.app_resume_signal.subscribe(self, lambda _: self.call_later(self._come_back))

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Textual writes each update; here it is kept, and what differs is written when it can be."""
        if not (isinstance(renderable, CompositorUpdate) and isinstance(self._driver, TerminalDriver)):
            super()._display(screen, renderable)
        elif self._running and not self._closed and not self._batch_count:
            cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
            self._driver.show(renderable, self.size, cursor)

    def _come_back(self) -> None:
        """After `fg` the terminal is empty, and Textual draws only what changes."""
        self.main.controllers.reveal.hide()
        self.action_redraw()

    def action_redraw(self) -> None:
        """Everything is sent again: another program wrote on the terminal, or the line dropped a part."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.redraw()
        self.screen.refresh(layout=True)

    @property
    def main(self) -> MainScreen:
        """The screen with the panes."""
        screen = self.screen_stack[0]
        if not isinstance(screen, MainScreen):
            raise TypeError("the first screen is the one with the panes")
        return screen

    async def action_quit(self) -> None:
        """Ends kvtui; asks first where a client secret would be lost."""
        if self.unwritten:
            self.action_ask_to_quit()
        else:
            self.exit()

    def action_ask_to_quit(self) -> None:
        """Always asks: the key is also XON, and the reflex after Ctrl+S."""
        from kvtui.console.dialogs.leave import LeaveDialog

        if not isinstance(self.screen, LeaveDialog):
            self.main.controllers.reveal.hide()
            self.push_screen(LeaveDialog(self.unwritten), lambda leaves: self.exit() if leaves else None)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The footer follows what has the focus, also in a dialog."""
        self.main.store.touch()

    def on_line_input_rejected(self, event: LineInput.Rejected) -> None:
        """Nothing was taken of a paste, in a pane or in a dialog."""
        self.main.ui.warn(event.why)

    def action_help(self) -> None:
        """Every key, those of the pane in focus first."""
        from kvtui.console.dialogs.help import Help

        if not isinstance(self.screen, Help):
            self.main.controllers.reveal.hide()
            self.push_screen(Help(self.main.state.active, self.main.ui.in_full()))

    def action_theme(self) -> None:
        """The next theme; from one of Textual's own, the first."""
        after = {name: CYCLE[(n + 1) % len(CYCLE)] for n, name in enumerate(CYCLE)}
        self.theme = after.get(self.theme, CYCLE[0])

    def action_suspend(self) -> None:
        """To the shell; nothing stays revealed behind."""
        self.main.controllers.reveal.hide()
        self.action_suspend_process()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the same words as everywhere, and the themes."""
        for action in ACTIONS:
            if action.id in NOT_IN_PALETTE:
                continue
            where = TITLES[action.pane] if action.pane else "everywhere"
            yield SystemCommand(
                action.words,
                f"{where}, key {action.shows}",
                lambda a=action: self.main.call_later(self._do, a),
            )
        yield SystemCommand("Theme", "Choose among all themes", self.action_change_theme)

    async def _do(self, action: Action) -> None:
        """Does what a key does, from the palette."""
        if action.pane is None:
            await self.main.run_action(action.textual)
            return
        self.main.enter(action.pane)
        pane = self.main.pane(action.pane)
        if action.id is ActionId.CHOOSE:
            pane.lines.action_choose()
        else:
            pane.request(action.id, pane.lines.selected)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Refused while a value is revealed."""
        if self.main.state.reveal is not None:
            self.main.controllers.reveal.hide()
            raise RuntimeError("no screenshot is taken while a value is revealed")
        return super().export_screenshot(title=title, simplify=simplify)


def run_console(start: ConsoleStart) -> int:
    """Runs the console until the user leaves. Returns the process's exit code."""
    app = None
    try:
        app = KvtuiApp(start)
        app.run(mouse=start.mouse)
        return app.return_code or 0
    finally:
        if app is not None:
            report_lost_secrets(app)


def report_lost_secrets(app: KvtuiApp) -> None:
    """On stderr, when the terminal is itself again: each client secret in no file, and how to remove it."""
    from kvtui.console.provisioning.view import losing

    for made in app.unwritten:
        what, command = losing(made)
        remedy = f"Remove it: {command}" + ("" if made.replaced else "\nThen add a new one.")
        lost = "" if made.replaced else ": its value is lost"
        print_problem(Problem(f"{what}{lost}.", remedy, ProblemKind.NOT_WRITTEN))
