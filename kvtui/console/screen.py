"""The one screen: the panes, lines at top and bottom; what panes ask is taken to the flow that does it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import ScreenResume, ScreenSuspend
from textual.layout import Layout
from textual.widget import Widget

from kvtui.console.actions import CHANGES, PANES, WHOLE_SCREEN, everywhere
from kvtui.console.flows.pointing import Pointing
from kvtui.console.going import Going
from kvtui.console.layout import PanesLayout
from kvtui.console.panes.audit.pane import AuditPane
from kvtui.console.panes.audit.view import RUN
from kvtui.console.panes.checks.pane import ChecklistPane
from kvtui.console.panes.entra.pane import EntraPane
from kvtui.console.panes.entra.view import MORE
from kvtui.console.panes.lookup.pane import LookupPane
from kvtui.console.panes.output.pane import OutputPane
from kvtui.console.panes.output.view import AFTERWARDS, idle_actions
from kvtui.console.panes.pane import Pane
from kvtui.console.panes.secrets.pane import SecretsPane
from kvtui.console.panes.setup.pane import SetupPane
from kvtui.console.status import bottom as foot
from kvtui.console.status import top
from kvtui.console.widgets.lead import Lead
from kvtui.settings.model import SignInKind

AFTER_FIRST_FRAME = 0.1
"""Seconds until work begins: the SDKs' imports would hold up the first frame."""
CLOSING = 2.0
"""Seconds that connections get to close at the end."""

if TYPE_CHECKING:
    from kvtui.console.widgets.editor import Editor


class Panes(Container):
    """The panes, where `arrangement` puts them."""

    _placing = PanesLayout()

    @property
    def layout(self) -> Layout:
        """Not one of Textual's own layouts."""
        return self._placing


class MainScreen(Going, Pointing):
    """Wires panes to flows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.id, action.words, show=False)
        for action in everywhere()
        if action.id not in ("quit", "help", "command_palette", "suspend", "light")
    ]

    def compose(self) -> Iterable[Widget]:
        """Cheap widgets only: everything slow comes after the first frame."""
        yield Lead(id="top")
        with Panes(id="panes"):
            yield SetupPane()
            yield EntraPane()
            yield SecretsPane()
            yield LookupPane()
            yield OutputPane()
            yield ChecklistPane()
            yield AuditPane()
        yield Lead(id="said")
        yield Lead(id="foot")

    def on_mount(self) -> None:
        """The first frame shows what is known without asking; what takes time starts behind it."""
        self.know_at_once()
        self.pane("setup").enter()
        self.set_interval(1.0, self.tick)
        self.set_timer(AFTER_FIRST_FRAME, self.begin)

    async def on_unmount(self) -> None:
        """Gives the connections back; what does not answer in time is left."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.azure.close(), CLOSING)

    def draw(self) -> None:
        """Shows the state in every pane that can be seen, and in the lines at top and bottom."""
        state = self.state
        small = self.tabbed
        for name in PANES:
            if name == state.active or not (small or name in WHOLE_SCREEN):
                self.pane(name).show(state)
        self.query_one("#top", Lead).show(*top.lines(state, self.size.width or 80, tabs=small))
        width = self.size.width or 80
        self.query_one("#said", Lead).show(foot.message(state.said, width))
        self.query_one("#foot", Lead).show((foot.line(self._keys(), width), ()))

    def _keys(self) -> foot.Keys:
        """The keys that work where the user is: in a dialog, in what is typed, in a pane."""
        screen, state = self.app.screen, self.state
        if screen is not self:
            return foot.dialog_keys(screen, typing=bool(screen.query("LineInput")))
        pane = self.pane(state.active)
        prompt = pane.prompt is not None and pane.prompt.has_focus
        typing = "editor" if pane.editor is not None else "prompt" if prompt else ""
        idle: frozenset[str] = idle_actions(state.output) if state.active == "output" else frozenset()
        return foot.keys(state.active, typing=typing, idle=idle)

    @property
    def shortened(self) -> str:
        """The last message in full, if not all of it fits on its line; else empty."""
        said = self.last_said
        return said.words if said and not foot.fits(said, self.size.width or 80) else ""

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """A dialog opens: what was said before is over."""
        self.unsay()
        self.draw_soon()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """The dialog closed: the footer is the pane's again."""
        self.draw_soon()

    def action_write(self) -> None:
        """Look first: from another pane this only goes to the diff."""
        if self.state.active != "output":
            self.show_changes()
            self.go_to("output")
        elif self.state.output.problem is not None:
            self.plan_soon()  # its cause may be gone
        elif self.state.output.plan is None:
            self.say("Nothing can be written yet: pane 5 says what is missing.", severity="warning")
        else:
            self.write_files()

    def action_sign_in(self) -> None:
        """Signs in again, or by another kind."""
        from kvtui.console.dialogs.sign_in import SignInDialog

        self.app.push_screen(SignInDialog(self.state), self._signed_in_by)

    def _signed_in_by(self, kind: SignInKind | None) -> None:
        if kind is self.state.settings.sign_in:
            self.sign_in_again()
        elif kind is not None:
            self.picked("sign_in", kind.value)

    # What panes ask

    async def on_pane_asked(self, event: Pane.Asked) -> None:
        """Each pane's own actions."""
        event.stop()
        await getattr(self, f"_in_{event.pane}")(event.action, event.key)

    async def on_pane_prompted(self, event: Pane.Prompted) -> None:
        """What is typed above a list."""
        event.stop()
        if event.entered and (event.pane == "lookup" or not event.text):
            await self.pane(event.pane).close_prompt()
        if event.pane == "secrets":
            self.change(secrets=replace(self.state.secrets, filter=event.text))
        elif event.pane == "audit":
            self.change(audit=replace(self.state.audit, filter=event.text))
        elif event.pane == "entra":
            self.find(event.text, at_once=event.entered)
        elif event.pane == "lookup":
            self.key_typed(event.text, entered=event.entered)

    async def on_editor_done(self, event: Editor.Done) -> None:
        """A setting was typed."""
        event.stop()
        pane = self.pane(self.state.active)
        wrong = await self.typed(event.field, event.text)
        if wrong and pane.editor is not None:
            pane.editor.refuse(wrong)
        else:
            await pane.close_editor()

    async def _in_setup(self, action: str, key: str) -> None:
        field, _, value = key.partition("=")
        if action == "find_vaults":
            self.find_vaults()
        elif action.startswith("step"):
            self.stepped(field, 1 if action == "step(1)" else -1)
            if value:  # each of its options has a row: the cursor follows the chosen one
                self.pane("setup").lines.select(f"{field}={getattr(self.state.settings, field)}")
        elif action == "profiles":
            self.open_profiles()
        elif value:
            self.picked(field, value)
        elif field:
            await self.edit_setting(field, self.pane("setup").edit)

    async def _in_entra(self, action: str, key: str) -> None:
        opened = self.state.entra.opened
        entry = self.entry(key) or opened  # the row that is seen counts: rows may be drawn later than opened
        if action in CHANGES:
            self.set_up(action, entry)
        elif action == "sort":
            self.change(entra=replace(self.state.entra, by_expiry=not self.state.entra.by_expiry))
        elif key == MORE and opened is None:
            self.pane("entra").lines.action_move(-1)  # what comes is below the last row
            self.find_more()
        elif entry is None:
            await self.action_filter()
        elif action == "details":
            self.open_entry(entry)
        else:
            self.choose_entry(entry)

    async def _in_secrets(self, action: str, key: str) -> None:
        name = key[1:] if key.startswith("=") else ""
        if action == "moved":
            self.close_secret(unless=name)
        elif action == "reload":
            self.load_names()
        elif action == "as_whom":
            self.list_as_other()
        elif action == "create":
            self.create_secret()
        elif action == "choose" and key.startswith("+"):
            self.fold(key[1:])
        elif not name:
            self.say("Put the cursor on a secret first.")
        elif action == "choose":
            self.open_secret(name)
        elif action == "reveal":
            self.reveal_secret(name)
        elif action == "copy":
            self.copy(name, name)
        elif action == "lookup_this" and self.look_up_name(name):
            self.go_to("lookup")

    async def _in_lookup(self, action: str, key: str) -> None:
        if action == "choose":
            await self.pane("lookup").open_prompt(self.state.lookup.key)
        else:
            self.lookup_action(action)

    async def _in_output(self, action: str, key: str) -> None:
        if action.startswith("tab"):
            self.turn_tab(1 if action == "tab(1)" else -1)
        elif action == "remove":
            self.turn_removal()
        elif action == "form":
            self.turn_form()
        elif action == "copy":
            self.copy_command(key)
        elif key == AFTERWARDS:
            self.plan_afterwards()
        elif key.startswith("setting:"):
            await self.ask_for(key.partition(":")[2])
        else:
            self.run_step(key)

    async def ask_for(self, field: str) -> None:
        """What a command needs to know is typed where the command stands."""
        await self.edit_setting(field, self.pane("output").edit)

    async def _in_checks(self, action: str, key: str) -> None:
        if action == "run_checks":
            self.run_checks()
        elif key:
            self.go_to(self.where_put_right(key))

    async def _in_audit(self, action: str, key: str) -> None:
        if action == "run_audit" or (action == "choose" and key == RUN):
            self.run_audit()
        elif action == "lookup_this":
            if self.look_up_asked(key):
                self.go_to("lookup")
        elif action == "moved":
            if self.state.audit.opened and key:
                self.open_asked(key)
        elif key:
            self.open_asked(key)
