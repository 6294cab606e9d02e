"""Which pane is the active one, how panes are reached, and the way back (Esc)."""

from __future__ import annotations

from dataclasses import replace

from textual.events import AppBlur, DescendantFocus, Resize
from textual.geometry import Size

from kvtui.console.actions import PANES, WHOLE_SCREEN
from kvtui.console.controllers.startup import Starting
from kvtui.console.layout import tabbed
from kvtui.console.panes.pane import Pane
from kvtui.console.state import SetUpState, State

ROOMY = 46
"""Rows from which the checklist always explains its selected line."""
AROUND = 4
"""Rows of the screen that no pane has: the two top lines, the message, the footer."""
WORK = {
    "setup": ("sign-in",),
    "entra": ("directory", "change", "entra-detail"),
    "secrets": ("names", "versions"),
    "lookup": ("lookup",),
    "checks": ("checks",),
    "audit": ("audit",),
}
"""What Esc stops in each pane before it leads back to another one."""


class Going(Starting):
    """The active pane, its size, and what Esc does."""

    _zoomed = False
    _placed: tuple[Size, bool] | None = None
    _marked = "setup"
    _came_from: tuple[str, ...] = ()
    """The panes that led here by an action, such as `g`; a pane that was chosen by its number has none."""

    def pane(self, name: str) -> Pane:
        """One pane by its id."""
        return self.query_one(f"#{name}", Pane)

    @property
    def tabbed(self) -> bool:
        """Whether the panes are tabs now."""
        alone = self._zoomed or self.state.active in WHOLE_SCREEN
        return alone or tabbed(Size(self.size.width, self.size.height - AROUND))

    def action_zoom(self) -> None:
        """One pane on the whole screen, as on a small terminal; again: all of them."""
        if self.tabbed and not self._zoomed:
            self.say("This pane has the whole screen already.")
            return
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
        """The pane in focus is the active one; the footer follows what is typed into."""
        self.draw_soon()
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Pane):
                self._activate(node.pane_id)
                break

    def _activate(self, name: str) -> None:
        """Another pane is the active one; what is revealed elsewhere hides."""
        if name == self.state.active:
            return
        self._came_from = ()
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

    def go_to(self, name: str) -> None:
        """To a pane by an action of another one; Esc leads back."""
        came_from, here = self._came_from, self.state.active
        if name != here:
            self.action_pane(name)
            self._came_from = (*came_from, here)

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
        """One level out: what is typed, what is open, the filter, what is running, the zoom, the pane."""
        state, name = self.state, self.state.active
        pane = self.pane(name)
        if pane.editor is not None:
            await pane.close_editor()
        elif state.reveal is not None:
            self.hide()
        elif pane.prompt is not None and pane.prompt.has_focus:
            await self._clear_filter(pane)
        elif self._close_opened():
            pass
        elif _filter(state) or pane.prompt is not None:
            await self._clear_filter(pane)
        elif self.stop(*WORK.get(name, ())):
            pass
        elif self._zoomed:
            self.action_zoom()
        elif self._came_from:
            *rest, last = self._came_from
            self.action_pane(last)
            self._came_from = tuple(rest)
        else:
            self.stop(*(group for groups in WORK.values() for group in groups))

    async def _clear_filter(self, pane: Pane) -> None:
        """Shows everything again, and takes the prompt away. Pane 4's key is no filter: it stays."""
        state = self.state
        if pane.pane_id == "secrets":
            self.change(secrets=replace(state.secrets, filter=""))
        elif pane.pane_id == "audit":
            self.change(audit=replace(state.audit, filter=""))
        elif pane.pane_id == "entra":
            self.find("", at_once=True)
        await pane.close_prompt()

    def _close_opened(self) -> bool:
        """Closes what is open in the active pane: details, a change that has ended, a removal."""
        state, name = self.state, self.state.active
        if name == "audit" and state.audit.opened:
            self.change(audit=replace(state.audit, opened=""))
        elif name == "entra" and state.set_up.title:
            self.stop("change")
            self.change(set_up=SetUpState())
        elif name == "entra" and state.entra.opened is not None:
            self.stop("entra-detail")
            self.change(entra=replace(state.entra, opened=None))
        elif name == "secrets" and state.secrets.opened is not None:
            self.change(secrets=replace(state.secrets, opened=None))
        elif name == "output" and state.output.refused is not None:
            self.forget_refusal()
        elif name == "output" and state.output.removal is not None:
            self.plan_removal(None)
        else:
            return False
        return True


def _filter(state: State) -> str:
    """The text that the active pane's list is filtered by."""
    filters = {"secrets": state.secrets.filter, "audit": state.audit.filter, "entra": state.entra.text}
    return filters.get(state.active, "")
