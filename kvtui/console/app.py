"""The Textual app: themes, keys that work everywhere, quitting, and the report of lost client secrets."""

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
from textual.events import DescendantFocus, Event, Key, MouseDown, MouseUp
from textual.screen import Screen

from kvtui.console.actions import ACTIONS, IN_DIALOGS_TOO, TITLES, ActionId, for_pane
from kvtui.console.crash import BurstDriver, CrashFunnel
from kvtui.console.screen import MainScreen
from kvtui.console.terminal.driver import TerminalDriver
from kvtui.console.terminal.surroundings import surroundings
from kvtui.console.themes import CYCLE, DARK, OURS
from kvtui.console.type_ahead import KeyQueue
from kvtui.console.widgets.status_line import StatusLine
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.report import print_problem

if TYPE_CHECKING:
    from textual.command import Provider

    from kvtui.console.actions import Action
    from kvtui.console.provisioning.state import MadeSecret
    from kvtui.console.start import ConsoleStart
    from kvtui.console.widgets.masked_input import LineInput

PACKAGE = Path(__file__).parent.parent
STYLES = PACKAGE / "styles" if (PACKAGE / "styles").is_dir() else PACKAGE.parent / "styles"
"""Next to the package in a checkout, inside it in an installed wheel."""

THEME, THEME_HELP = "Theme", "Choose one of all themes"
LOST = "Its value is lost."
ADD_NEW = "Then add a new one."

NOT_IN_PALETTE = (
    ActionId.COMMAND_PALETTE,
    ActionId.STEP_PANE,
    ActionId.NEXT_CHOICE,
    ActionId.PREVIOUS_CHOICE,
    ActionId.PREVIOUS_KIND,
    ActionId.NEXT_VIEW,
    ActionId.PREVIOUS_VIEW,
)


def _command_search() -> type[Provider]:
    """Imported when the palette opens."""
    from kvtui.console.palette import CommandSearch

    return CommandSearch


class KvtuiApp(CrashFunnel):
    """The console of kvtui."""

    TITLE = "kvtui"
    ALLOW_SELECT = False
    COMMANDS = {_command_search}  # noqa: RUF012 - Textual's type
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        STYLES / name for name in ("tokens.tcss", "layout.tcss", "panes.tcss", "dialogs.tcss")
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.textual, action.words, show=False)
        for action in for_pane(None)
        if action.id in IN_DIALOGS_TOO
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

        self._pressed_below = False
        """The button of the mouse was pressed on the footer below a dialog."""
        self._keys = KeyQueue(
            self,
            super().on_event,
            lambda: self.main.ui.key_pressed(),
            lambda words: self.main.ui.warn(words),
        )

    async def on_event(self, event: Event) -> None:
        """Puts keys into a queue, so that each has its effect before the next one."""
        if isinstance(event, Key) and not event.is_forwarded:
            await self._keys.add(event)
        elif isinstance(event, MouseDown) and not event.is_forwarded and self._below_dialog(event):
            self._pressed_below = True  # and once the dialog is closed, the release is not a click
            self.main.query_one("#foot", StatusLine).press(event.screen_x, 0)
        elif isinstance(event, MouseUp) and not event.is_forwarded and self._pressed_below:
            self._pressed_below = False
        else:
            await super().on_event(event)

    def _below_dialog(self, event: MouseDown) -> bool:
        """Whether it is on the footer while a dialog is open, which gets all events of the mouse."""
        return len(self.screen_stack) > 1 and event.screen_y == self.size.height - 1

    def get_default_screen(self) -> Screen[None]:
        """The screen with the panes."""
        self._first = MainScreen(self.start)
        return self._first

    @property
    def unwritten(self) -> tuple[MadeSecret, ...]:
        """The client secrets that are lost if kvtui ends now; also available after the screens are closed."""
        return self._first.state.unwritten if self._first else ()

    def on_mount(self) -> None:
        """Registers the handlers of signals."""
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
        """Draws everything after `fg`: the terminal is empty, and Textual draws only what changes."""
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
            raise TypeError("the first screen is not the main screen")
        return screen

    async def action_quit(self) -> None:
        """Ends kvtui; asks first where a client secret would be lost or a change cut off."""
        state = self.main.state
        if self.unwritten or state.typed_secret_is_unwritten or state.provisioning.changing:
            self.action_ask_to_quit()
        else:
            self.exit()

    def action_ask_to_quit(self) -> None:
        """Always asks: the key is also XON, and the reflex after Ctrl+S."""
        from kvtui.console.dialogs.leave import LeaveDialog

        if not isinstance(self.screen, LeaveDialog):
            settings, typed = self.main.state.settings, self.main.state.typed_secret_is_unwritten
            typed_for = settings.deployment_name if typed else ""
            changing = self.main.state.provisioning.changing
            dialog = LeaveDialog(self.unwritten, settings.client_secret, typed_for, changing)
            self.push_screen(dialog, lambda leaves: self.exit() if leaves else None)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Updates the footer when the focus moves, also in a dialog."""
        self.main.store.touch()

    def on_keys_changed(self) -> None:
        """Updates the footer when other keys work in a dialog."""
        self.main.store.touch()

    def on_line_input_rejected(self, event: LineInput.Rejected) -> None:
        """Shows why a paste was rejected, in a pane or in a dialog."""
        self.main.ui.warn(event.why)

    def action_help(self) -> None:
        """Opens the help; the keys of the active pane come first."""
        from kvtui.console.dialogs.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.main.state.active, self.main.ui.in_full()))

    def action_theme(self) -> None:
        """The next theme; from one of Textual's own, the first."""
        after = {name: CYCLE[(n + 1) % len(CYCLE)] for n, name in enumerate(CYCLE)}
        self.theme = after.get(self.theme, CYCLE[0])

    def action_suspend(self) -> None:
        """Suspends kvtui; hides a revealed value first."""
        self.main.controllers.reveal.hide()
        self.action_suspend_process()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The commands of the palette: all actions, and the themes."""
        for action in ACTIONS:
            if action.id in NOT_IN_PALETTE:
                continue
            yield SystemCommand(
                action.words,
                where(action),
                lambda a=action: self.main.call_later(self._do, a),
            )
        yield SystemCommand(THEME, THEME_HELP, self.action_change_theme)

    async def _do(self, action: Action) -> None:
        """Runs an action from the palette."""
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
        """Takes a screenshot. Raises `RuntimeError` while a value is revealed."""
        if self.main.state.reveal is not None:
            self.main.controllers.reveal.hide()
            raise RuntimeError("no screenshot is taken while a value is revealed")
        return super().export_screenshot(title=title, simplify=simplify)


def where(action: Action) -> str:
    """The second line of a command in the palette."""
    return f"{TITLES[action.pane] if action.pane else 'everywhere'}, key {action.shows}"


def run_console(start: ConsoleStart) -> int:
    """Runs the console until the user quits. Returns the exit code of the process."""
    app = None
    try:
        app = KvtuiApp(start)
        app.run(mouse=start.mouse)
        return app.return_code or 0
    finally:
        if app is not None:
            report_lost_secrets(app)


def report_lost_secrets(app: KvtuiApp) -> None:
    """Prints each lost client secret and the command that removes it on stderr, after the console ended."""
    from kvtui.console.provisioning.view import losing

    for made in app.unwritten:
        what, command = losing(made)
        remedy = f"Remove it: {command}"
        if not made.replaced:
            what, remedy = f"{what} {LOST}", f"{remedy}\n{ADD_NEW}"
        print_problem(Problem(what, remedy, ProblemKind.NOT_WRITTEN))
