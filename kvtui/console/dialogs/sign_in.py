"""Another kind of sign-in, at any time; and what was tried, and what each kind said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.dialogs.filtering import TypedFilter
from kvtui.console.phase import Phase
from kvtui.console.state import State
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.type_ahead import TakesLetters
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import minutes_left, now, problem_rows
from kvtui.core.problems import Problem
from kvtui.settings.model import SignInKind

WIDTH = 19
HINTS = {
    SignInKind.AUTO: "tries environment, workload identity, az CLI, azd and managed identity, in this order",
    SignInKind.AZURE_CLI: "whoever ran az login here",
    SignInKind.AZD: "whoever ran azd auth login here",
    SignInKind.ENVIRONMENT: "AZURE_TENANT_ID, AZURE_CLIENT_ID and a client secret or a certificate",
    SignInKind.CLIENT_SECRET: "the app of the settings itself, with its client secret",
    SignInKind.MANAGED_IDENTITY: "of this host, where it has one; AZURE_CLIENT_ID names one of several",
    SignInKind.WORKLOAD_IDENTITY: "of this pod, by AZURE_FEDERATED_TOKEN_FILE",
    SignInKind.DEVICE_CODE: "you type a code in a browser on any device",
    SignInKind.BROWSER: "a browser opens here",
}


class SignInDialog(TakesLetters, ModalScreen[SignInKind | None]):
    """Returns the chosen kind; None for Esc, which leaves everything as it is.

    Letters that are typed filter the kinds.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "close", "Close")]

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._filter = TypedFilter()

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Sign in"
            box.border_subtitle = "Enter sign in by this kind   type to filter   Esc close"
            yield LineList(id="kinds")

    def on_mount(self) -> None:
        """The cursor is on the kind that is chosen now: Enter signs in again."""
        self._draw()
        lines = self.query_one(LineList)
        lines.select(self._state.settings.sign_in)
        lines.focus()

    def _draw(self) -> None:
        lines = self.query_one(LineList)
        lines.from_top()
        lines.show_rows(lambda width: sign_in_rows(self._state, width, now(), self._filter))

    def on_key(self, event: Key) -> None:
        """What is typed filters the kinds."""
        if self._filter.takes(event):
            self._draw()

    def action_close(self) -> None:
        """Esc: the filter first, then the dialog."""
        if self._filter.clear():
            self._draw()
        else:
            self.dismiss(None)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter."""
        event.stop()
        if isinstance(event.key, SignInKind):
            self.dismiss(event.key)


def sign_in_rows(state: State, width: int, at: datetime, typed: TypedFilter) -> list[Row]:
    """The present sign-in, then the kinds to choose from that match what was typed."""
    held = state.sign_in
    out: list[Row] = []
    if held.phase is Phase.DONE and held.identity is not None:
        left = minutes_left(held.identity.expires, at)
        out += wrapped(f"You are {held.identity}{f', for {left} more' if left else ''}.", width)
        tenant = held.identity.tenant_id or "not known"
        out += wrapped(f"Tenant {tenant}. Pane 1, Tenant, chooses another one.", width, "dim")
        for attempt in held.attempts:
            if not attempt.ok:
                out += wrapped(f"{attempt.kind}: {attempt.said}", width, "dim", indent=2, first="·")
    elif held.problem is not None:
        out += _errors(held.problem, state.settings.sign_in, width)
    else:
        busy = held.phase is Phase.BUSY
        out += wrapped("Signing in…" if busy else "You are not signed in yet.", width)
    out += [row(("", "plain")), *typed.rows()]
    for kind, hint in HINTS.items():
        if not typed.matches(kind.value, hint):
            continue
        chosen = kind is state.settings.sign_in
        out.append(
            row(
                ("● " if chosen else "○ ", "strong" if chosen else "plain"),
                (fit(kind.value, WIDTH), "strong" if chosen else "plain"),
                (fit(hint, max(10, width - WIDTH - 2)), "dim"),
                key=kind,
            )
        )
    return out


def _errors(problem: Problem, kind: SignInKind, width: int) -> list[Row]:
    tried = problem.detail.splitlines() if kind is SignInKind.AUTO else []
    if not tried:
        return problem_rows(problem, width, details=True)
    out = wrapped("No kind of sign-in worked:", width, "bad")
    for line in tried:
        out += wrapped(line, width, "plain", indent=2, first="·")
    return out + wrapped(problem.remedy, width, "todo", indent=2, first="→")
