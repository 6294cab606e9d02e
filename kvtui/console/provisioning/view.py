"""A change in Azure while it is made and waited for, and what is left to the user."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kvtui.console.phase import Phase
from kvtui.console.text import fit, row, wrapped
from kvtui.console.words import problem_rows
from kvtui.core.words import count
from kvtui.settings.model import Target

if TYPE_CHECKING:
    from kvtui.console.provisioning.state import MadeSecret, Provisioning
    from kvtui.console.state import State
    from kvtui.console.text import Role, Row
    from kvtui.settings.model import Settings

MARKS: dict[Phase, tuple[str, Role]] = {
    Phase.BUSY: ("… ", "warn"),
    Phase.DONE: ("✓ ", "good"),
    Phase.STOPPED: ("· ", "dim"),
    Phase.FAILED: ("✗ ", "bad"),
}


def rows(state: State, width: int, at: datetime) -> list[Row]:
    """The change, then what a rotation still wants; empty when there is neither."""
    out = _change(state.provisioning, width, at)
    waits = old_secret_waits(state)
    if waits:
        out += wrapped(waits, width, "todo", indent=2, first="→")
    return [*out, row(("", "plain"))] if out else []


def old_secret_waits(state: State) -> str:
    """What comes before the old secret of a rotation is removed; empty when none waits."""
    rotation = state.rotation
    if rotation is None or not rotation.written:
        return ""
    if still := still_needed(state, rotation.client_id):
        return still
    how = {
        Target.ASTRO: "Give the Deployment the new secret: astro deployment variable update (pane 5)",
        Target.REMOTE_EXECUTION: "Give the agents the new secret: renew their Secret and restart (pane 5)",
    }[state.settings.target]
    return f"{how}. Then o in pane 2 removes the old secret of {rotation.name}."


def next_of_rotation(state: State) -> str:
    """The same for the top line; empty when no old secret waits."""
    if state.rotation is None or not state.rotation.written:
        return ""
    if still := still_needed(state, state.rotation.client_id):
        return still
    who = "Deployment" if state.settings.target is Target.ASTRO else "agents"
    return f"Update the {who} (pane 5); then o in pane 2 removes the old secret."


def holder(settings: Settings) -> str:
    """Who has the deployment identity's old secret until it is given the new one."""
    if settings.target is Target.ASTRO:
        return "the Astro Deployment, until astro deployment variable update gave it the new one"
    return "the agents, until their Kubernetes Secret is renewed and their pods restarted"


def still_needed(state: State, client_id: str) -> str:
    """Why the old client secrets of an app stay for now; empty when they can be removed."""
    made = state.newest_made(client_id)
    if made is None or (made.written and made.proved):
        return ""
    if not made.written:
        return f"Nothing removed: write the new secret of {made.app} first (w)."
    return f"Nothing removed: prove the new secret of {made.app} first (c in pane 6)."


def losing(made: MadeSecret) -> tuple[str, str]:
    """That a client secret is lost when kvtui ends, and the command that removes it. Never its value."""
    from kvtui.azure.commands import remove_secret

    what = (
        f"The client secret {made.name} (key id {made.key_id}) of the app {made.app} "
        f"(client id {made.client_id}) was made in this session and is in no file"
    )
    if made.replaced:
        what += ". A newer one replaced it, so it can be removed"
    return what, remove_secret(made.client_id, made.key_id)


def _change(change: Provisioning, width: int, at: datetime) -> list[Row]:
    """The steps in order, with the seconds that each takes; one line when all of them have ended well."""
    if not change.title:
        return []
    if change.steps and change.problem is None and all(s.phase is Phase.DONE for s in change.steps):
        seconds = sum(step.seconds or 0 for step in change.steps)
        tail = f"  {count(len(change.steps), 'step')}, {seconds} s"
        title = fit(change.title, max(10, width - len(tail) - 2)).rstrip()
        out = [row(("✓ ", "good"), (title, "head"), (tail, "dim"))]
        return out + (wrapped(change.next, width, "todo", indent=2, first="→") if change.next else [])
    out = [row((change.title, "head"))]
    for step in change.steps:
        mark, role = MARKS[step.phase]
        seconds = step.seconds if step.seconds is not None else int((at - step.began).total_seconds())
        tail = f"{max(0, seconds)} s" + (
            "  Esc stops waiting" if step.phase is Phase.BUSY and width > 60 else ""
        )
        out.append(
            row(
                (mark, role), (fit(step.words, max(10, width - len(tail) - 4)), "plain"), (f"  {tail}", "dim")
            )
        )
    if change.problem is not None:
        out += problem_rows(change.problem, width)
    if change.next:
        out += wrapped(change.next, width, "todo", indent=2, first="→")
    return out
