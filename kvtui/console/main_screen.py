"""The one screen: the panes, lines at top and bottom; what panes ask is taken to the flow that does it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import AppBlur, DescendantFocus, Resize
from textual.geometry import Size
from textual.layout import Layout
from textual.widget import Widget

from kvtui.console.actions import CHANGES, PANES, WHOLE_SCREEN, everywhere, fitting, footer
from kvtui.console.flows.pointing import Pointing
from kvtui.console.flows.starting import Starting
from kvtui.console.layout import PanesLayout, tabbed
from kvtui.console.panes.audit import AuditPane
from kvtui.console.panes.checklist import ChecklistPane
from kvtui.console.panes.entra import EntraPane
from kvtui.console.panes.lookup import LookupPane
from kvtui.console.panes.output import OutputPane
from kvtui.console.panes.pane import Pane
from kvtui.console.panes.secrets import SecretsPane
from kvtui.console.panes.setup import SetupPane
from kvtui.console.state import SetUpState
from kvtui.console.text import Part
from kvtui.console.views import top
from kvtui.console.views.audit import RUN
from kvtui.console.views.entra import MORE
from kvtui.console.views.output import AFTERWARDS, idle_actions
from kvtui.console.widgets.lead import Lead
from kvtui.settings.model import SignInKind

AFTER_FIRST_FRAME = 0.1
"""Seconds until work begins: the SDKs' imports would hold up the first frame."""
CLOSING = 2.0
"""Seconds that connections get to close at the end."""
ROOMY = 46
"""Rows from which the checklist always explains its selected line."""

if TYPE_CHECKING:
    from kvtui.console.widgets.editor import Editor


class Panes(Container):
    """The panes, where `arrangement` puts them."""

    _placing = PanesLayout()

    @property
    def layout(self) -> Layout:
        """Not one of Textual's own layouts."""
        return self._placing


class MainScreen(Starting, Pointing):
    """Wires panes to flows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.id, action.words, show=False)
        for action in everywhere()
        if action.id not in ("quit", "help", "command_palette", "suspend", "light")
    ]

    _zoomed = False
    _placed: tuple[Size, bool] | None = None
    _marked = "setup"

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

    def pane(self, name: str) -> Pane:
        """One pane by its id."""
        return self.query_one(f"#{name}", Pane)

    def draw(self) -> None:
        """Shows the state in every pane that can be seen, and in the lines at top and bottom."""
        state = self.state
        small = self.tabbed
        for name in PANES:
            if name == state.active or not (small or name in WHOLE_SCREEN):
                self.pane(name).show(state)
        self.query_one("#top", Lead).show(*top.lines(state, self.size.width or 80, tabs=small))
        parts: list[Part] = []
        idle: frozenset[str] = idle_actions(state.output) if state.active == "output" else frozenset()
        for key, words in fitting(footer(state.active, idle), self.size.width or 80):
            parts += [(f" {key} ", "name"), (f"{words} ", "dim")]
        self.query_one("#foot", Lead).show((parts, ()))

    @property
    def tabbed(self) -> bool:
        """Whether the panes are tabs now."""
        alone = self._zoomed or self.state.active in WHOLE_SCREEN
        return alone or tabbed(Size(self.size.width, self.size.height - 3))

    def action_zoom(self) -> None:
        """One pane on the whole screen, as on a small terminal; again: all of them."""
        self._zoomed = not self._zoomed
        self._place()

    def on_resize(self, event: Resize) -> None:
        """Panes side by side, or as tabs."""
        self._place()

    def _place(self) -> None:
        """Follows the size and the zoom; what stays as it is costs nothing."""
        placing = (self.size, self.tabbed)
        if placing == self._placed:
            return
        self._placed = placing
        self.set_class(self.tabbed, "-tabbed")
        self.query_one("#panes").set_class(self.tabbed, "-tabbed")
        self.query_one("#panes").set_class(self.size.height >= ROOMY, "-roomy")
        self._mark_active()
        self.draw()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The pane in focus is the active one."""
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Pane):
                self._activate(node.pane_id)
                break

    def _activate(self, name: str) -> None:
        """Another pane is the active one; what is revealed elsewhere hides."""
        if name == self.state.active:
            return
        if self.state.reveal is not None and self.state.reveal.where != name:
            self.hide()
        self.change(active=name)
        if name in ("output", "checks"):
            self.look_again()
        self._mark_active()
        self._place()

    def _mark_active(self) -> None:
        if self.state.active == self._marked:
            return
        self._marked = self.state.active
        for name in PANES:
            self.pane(name).set_class(name == self.state.active, "-active")
        # the pane, not its container: Textual forgets the arrangement of a widget's ancestors alone
        self.pane(self.state.active).refresh(layout=True)

    def on_app_blur(self, event: AppBlur) -> None:
        """The terminal lost the focus: nothing stays revealed."""
        self.hide()

    # Going from pane to pane

    def action_pane(self, name: str) -> None:
        """To one pane by its number."""
        self._activate(name)
        self.draw()
        self.pane(name).enter()

    def action_next_pane(self) -> None:
        """Tab."""
        self._step_pane(1)

    def action_previous_pane(self) -> None:
        """Shift+Tab."""
        self._step_pane(-1)

    def _step_pane(self, step: int) -> None:
        self.action_pane(PANES[(PANES.index(self.state.active) + step) % len(PANES)])

    async def action_filter(self) -> None:
        """The prompt of the pane in focus."""
        state, name = self.state, self.state.active
        if name == "entra":
            if state.entra.opened is not None:
                self.change(entra=replace(state.entra, opened=None))
            await self.pane("entra").open_prompt(state.entra.text)
        elif name == "lookup":
            await self.pane("lookup").open_prompt(state.lookup.key)
        elif name == "audit":
            await self.pane("audit").open_prompt(state.audit.filter)
        else:
            self.action_pane("secrets")
            await self.pane("secrets").open_prompt(state.secrets.filter)

    async def action_back(self) -> None:
        """One level out: what is typed, what is revealed, what is open, what is running."""
        state = self.state
        pane = self.pane(state.active)
        if pane.editor is not None:
            await pane.close_editor()
        elif state.reveal is not None:
            self.hide()
        elif pane.prompt is not None and pane.prompt.has_focus:
            if state.active == "secrets":
                self.change(secrets=replace(state.secrets, filter=""))
            elif state.active == "audit":
                self.change(audit=replace(state.audit, filter=""))
            await pane.close_prompt()
        elif state.active == "audit" and (state.audit.opened or state.audit.filter):
            left = replace(state.audit, opened="") if state.audit.opened else replace(state.audit, filter="")
            self.change(audit=left)
            if not left.filter:
                await pane.close_prompt()
        elif state.active == "entra" and state.set_up.title:
            self.stop("change")
            self.change(set_up=SetUpState())
        elif state.active == "entra" and state.entra.opened is not None:
            self.change(entra=replace(state.entra, opened=None))
        elif state.active == "secrets" and state.secrets.opened is not None:
            self.change(secrets=replace(state.secrets, opened=None))
        elif state.active == "secrets" and state.secrets.filter:
            self.change(secrets=replace(state.secrets, filter=""))
            await pane.close_prompt()
        elif state.active == "output" and state.output.refused is not None:
            self.forget_refusal()
        elif state.active == "output" and state.output.removal is not None:
            self.plan_removal(None)
        elif state.active == "audit" and self.stop("audit"):
            pass  # what it waits for goes on
        elif not self.stop(
            "lookup", "names", "directory", "change", "entra-detail", "checks", "audit", "sign-in"
        ):
            self.say("Nothing to go back from. q quits.")

    def action_write(self) -> None:
        """Look first: from another pane this only goes to the diff."""
        if self.state.active != "output":
            self.show_changes()
            self.action_pane("output")
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
            self.copy(name, "The secret's name")
        elif action == "lookup_this" and self.look_up_name(name):
            self.action_pane("lookup")

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
            self.action_pane(self.where_put_right(key))

    async def _in_audit(self, action: str, key: str) -> None:
        if action == "run_audit" or (action == "choose" and key == RUN):
            self.run_audit()
        elif action == "lookup_this":
            if self.look_up_asked(key):
                self.action_pane("lookup")
        elif action == "moved":
            if self.state.audit.opened and key:
                self.open_asked(key)
        elif key:
            self.open_asked(key)
