"""Another kind of sign-in, at any time; and what was tried, and what each kind said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.phase import Phase
from kvtui.console.state import State
from kvtui.console.text import Row, fit, row, wrapped
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


class SignInDialog(ModalScreen[SignInKind | None]):
    """Returns the chosen kind; None for Esc, which leaves everything as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Close")]

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Sign in"
            box.border_subtitle = "⏎ signs in by this kind   Esc closes"
            yield LineList(id="kinds")

    def on_mount(self) -> None:
        """The cursor is on the kind that is chosen now: Enter signs in again."""
        lines = self.query_one(LineList)
        lines.show_rows(lambda width: sign_in_rows(self._state, width, now()))
        lines.select(self._state.settings.sign_in)
        lines.focus()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter."""
        event.stop()
        if isinstance(event.key, SignInKind):
            self.dismiss(event.key)


def sign_in_rows(state: State, width: int, at: datetime) -> list[Row]:
    """The present sign-in, then the kinds to choose from."""
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
    out.append(row(("", "plain")))
    for kind, hint in HINTS.items():
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
