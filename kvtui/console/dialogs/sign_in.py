"""The dialog to sign in again or by another kind; shows what each kind reported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.dialogs.filtering import FilteredList, TypedFilter, no_match
from kvtui.console.phase import Phase
from kvtui.console.state import State
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.type_ahead import TakesLetters
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import minutes_left, now, problem_rows
from kvtui.core.problems import Problem
from kvtui.settings.model import SignInKind

if TYPE_CHECKING:
    from kvtui.azure.model import Identity
    from kvtui.console.status.texts import Keys
    from kvtui.console.text import Role

WIDTH = 21
"""Cells of the mark and the kind."""
TITLE = "Sign in"
ENTER, CLOSE = ("Enter", "sign in"), ("Esc", "close")
KIND = "kind of sign-in"
HINTS = {
    SignInKind.AUTO: "the first that works: environment, workload identity, az CLI, azd, managed identity",
    SignInKind.AZURE_CLI: "the account of az login",
    SignInKind.AZD: "the account of azd auth login",
    SignInKind.ENVIRONMENT: "AZURE_* variables: client secret or certificate",
    SignInKind.CLIENT_SECRET: "the app in the settings, with its client secret",
    SignInKind.MANAGED_IDENTITY: "of this host (AZURE_CLIENT_ID selects one)",
    SignInKind.WORKLOAD_IDENTITY: "of this pod (AZURE_FEDERATED_TOKEN_FILE)",
    SignInKind.DEVICE_CODE: "type a code in a browser on any device",
    SignInKind.BROWSER: "opens a browser on this host",
}
SKIPPED = "The choice “auto” skipped:"
NO_KIND_WORKED = "No kind of sign-in worked:"
SIGNING_IN, NOT_SIGNED_IN = "Signing in…", "Not signed in yet."


def signed_in(identity: Identity, left: str) -> str:
    """The current sign-in; `left` is for how long its token is valid, if known."""
    return f"Signed in as {identity}. The token is valid for {left}." if left else f"Signed in as {identity}."


def tenant(found: str) -> str:
    """Its tenant, and where another one is chosen."""
    return f"Tenant: {found or 'not known'}. To use another tenant, change it in pane 1."


class SignInDialog(TakesLetters, ModalScreen[SignInKind | None]):
    """Returns the chosen kind; None for Esc.

    Typed letters filter the kinds.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Close")]

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._list = FilteredList(
            lambda width: sign_in_rows(self._state, width, now(), self._list.typed),
            lambda key: key is self._state.settings.sign_in,  # Enter signs in again
            id="kinds",
        )

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = TITLE
            yield self._list

    def show(self, state: State) -> None:
        """Shows another state of the sign-in; the cursor stays on its kind."""
        before, self._state = self._state, state
        if (before.sign_in, before.settings.sign_in) != (state.sign_in, state.settings.sign_in):
            self._list.redraw()

    def keys_now(self) -> Keys:
        """Those of the list."""
        return self._list.keys(ENTER, CLOSE)

    def on_key(self, event: Key) -> None:
        """Typed letters filter the kinds."""
        self._list.takes(event)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a kind."""
        event.stop()
        if isinstance(event.key, SignInKind):
            self.dismiss(event.key)


def sign_in_rows(state: State, width: int, at: datetime, typed: TypedFilter) -> list[Row]:
    """The current sign-in and the failed attempts, then the kinds that match the filter."""
    held = state.sign_in
    out: list[Row] = []
    if held.phase is Phase.DONE and held.identity is not None:
        left = minutes_left(held.identity.expires, at)
        out += wrapped(signed_in(held.identity, left), width)
        out += wrapped(tenant(held.identity.tenant_id), width, "dim")
        failed = [attempt for attempt in held.attempts if not attempt.ok]
        out += wrapped(SKIPPED, width, "dim") if failed else []
        for attempt in failed:
            out += wrapped(f"{attempt.kind}: {attempt.said}", width, "dim", indent=2, first="·")
    elif held.problem is not None:
        out += _errors(held.problem, state.settings.sign_in, width)
    else:
        out += wrapped(SIGNING_IN if held.phase is Phase.BUSY else NOT_SIGNED_IN, width)
    out += [row(("", "plain")), *typed.rows()]
    if not any(typed.matches(kind.value) for kind in HINTS):
        out += wrapped(no_match(KIND, typed.text), width, "dim")
    for kind, hint in HINTS.items():
        if not typed.matches(kind.value):
            continue
        chosen = kind is state.settings.sign_in
        mark = "● " if chosen else "○ "
        role: Role = "strong" if chosen else "plain"
        first, *rest = wrapped(hint, width, "dim", indent=WIDTH)
        out.append(Row(((fit(f"{mark}{kind.value}", WIDTH), role), *first.parts[1:]), kind))
        out += rest
    return out


def _errors(problem: Problem, kind: SignInKind, width: int) -> list[Row]:
    tried = problem.detail.splitlines() if kind is SignInKind.AUTO else []
    if not tried:
        return problem_rows(problem, width, details=True)
    out = wrapped(NO_KIND_WORKED, width, "bad")
    for line in tried:
        out += wrapped(line, width, "plain", indent=2, first="·")
    return out + wrapped(problem.remedy, width, "todo", indent=2, first="→")
