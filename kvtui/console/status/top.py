"""The top lines: vault, you, Airflow; and the next thing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.app.checks.facts import Outcome
from kvtui.console.actions import PANES, TITLES, PaneId
from kvtui.console.panes.checks.view import next_thing, tally
from kvtui.console.phase import Phase
from kvtui.settings.catalogue import BY_FIELD

if TYPE_CHECKING:
    from kvtui.console.state import State
    from kvtui.console.widgets.status_line import Line, StatusPart


def lines(state: State, width: int, *, tabs: bool) -> tuple[Line, ...]:
    """Two lines, or three with the tabs of a small terminal."""
    settings = state.settings
    vault = (
        (settings.vault.host if width >= 140 else settings.vault.name) if settings.vault else "no vault yet"
    )
    sign_in = state.sign_in
    if sign_in.phase is Phase.DONE and sign_in.identity is not None:
        you = f"{sign_in.identity.name} ({sign_in.identity.kind})" if width >= 100 else sign_in.identity.name
    else:
        you = {Phase.BUSY: "signing in…", Phase.FAILED: "not signed in"}.get(
            sign_in.phase, "not signed in yet"
        )
    mode = BY_FIELD["auth_mode"].words[settings.auth_mode].lower()
    airflow = settings.deployment_name
    if settings.client_id and width >= 100:
        airflow += f" ({mode})"
    if width < 100:
        you = shortened(you.partition("@")[0], max(8, width // 5))
        vault = shortened(vault, max(8, width // 4))
        airflow = shortened(airflow, max(10, width // 4))
    left: list[StatusPart] = [
        (" kvtui " if width >= 100 else "", "head"),
        (f" {vault} ", "strong"),
        ("  user " if width >= 80 else " ", "dim"),
        (you, "plain" if sign_in.phase is not Phase.FAILED else "bad"),
        ("   Airflow " if width >= 100 else "  Airflow ", "dim"),
        (airflow, "plain" if settings.client_id else "warn"),
    ]
    right: list[StatusPart] = []
    if state.checks:
        words = tally(state.checks, short=width < 140)
        right.append((f" {words if width >= 100 else words.partition(' ')[0]} ", "strong"))
    if state.allow_changes:
        right.append((" changes allowed " if width >= 100 else " rw ", "warn"))
    if state.demo:
        right.append((" demo ", "warn"))
    todo = next_thing(state)
    passed = f" {tally(state.checks)}"
    if state.checks and all(check.outcome is Outcome.OK for check in state.checks):
        passed = f" All {len(state.checks)} checks passed"
    second: tuple[StatusPart, ...] = (
        ((" next ", "dim"), (todo, "todo")) if todo else ((passed, "good"),) if state.checks else ()
    )
    audit: tuple[StatusPart, ...] = (
        (f" {TITLES[PaneId.AUDIT]}: {_audit(state) or 'not run'} ", "dim", _key(PaneId.AUDIT)),
    )
    out: list[Line] = [(tuple(left), tuple(right)), (second, () if tabs else audit)]
    if tabs:
        out.append((_tabs(state.active, width), ()))
    return tuple(out)


def shortened(text: str, width: int) -> str:
    """The text in at most `width` characters; an ellipsis ends what was cut."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _tabs(active: PaneId, width: int) -> tuple[StatusPart, ...]:
    parts: list[StatusPart] = []
    titles = {pane: TITLES[pane] if width >= 90 else TITLES[pane].replace(" app", "") for pane in PANES}
    if sum(len(title) + 2 for title in titles.values()) > width:
        titles = {pane: title if pane == active else title[:1] for pane, title in titles.items()}
    for pane, title in titles.items():
        parts.append(
            (f"[{title}]", "strong", _key(pane)) if pane is active else (f" {title} ", "dim", _key(pane))
        )
        if width >= 90:
            parts.append((" ", "dim"))
    return tuple(parts)


def _audit(state: State) -> str:
    if state.audit.phase is Phase.IDLE and state.audit.report is None:
        return ""
    from kvtui.console.panes.audit.view import status

    return status(state)


def _key(pane: PaneId) -> str:
    return f"alt+{PANES.index(pane) + 1}"
