"""The steps of a change in Azure, and what the user has to do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from kvtui.console.phase import Phase
from kvtui.console.provisioning import texts
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.words import problem_rows

if TYPE_CHECKING:
    from kvtui.console.provisioning.state import MadeSecret, Provisioning, Step
    from kvtui.console.state import State
    from kvtui.console.text import Role

GAP = "  "
"""Before the seconds of a step."""
MARKS: dict[Phase, tuple[str, Role]] = {
    Phase.BUSY: ("… ", "warn"),
    Phase.DONE: ("✓ ", "good"),
    Phase.STOPPED: ("· ", "dim"),
    Phase.FAILED: ("✗ ", "bad"),
}


def rows(state: State, width: int, at: datetime) -> list[Row]:
    """The rows of the change and of a rotation that is not finished; empty if there is neither."""
    change = replace(state.provisioning, next=_next(state))
    out = [] if hidden(state) else _change(change, width, at)
    opened, rotation = state.entra.opened, state.rotation
    of_another = opened is not None and rotation is not None and opened.client_id != rotation.client_id
    waits = "" if of_another else old_secret_waits(state)
    if waits:
        out += wrapped(waits, width, "todo", indent=2, first="→")
    return [*out, row(("", "plain"))] if out else []


def hidden(state: State) -> bool:
    """Whether the details of another app or identity are open than the one that was changed."""
    change, opened = state.provisioning, state.entra.opened
    return bool(
        opened is not None and change.client_id and opened.client_id != change.client_id and not change.busy
    )


def _next(state: State) -> str:
    """What the user has to do next; another than at the end of the change, once another app is chosen."""
    change = state.provisioning
    kept = [one.app for one in state.unwritten if one.client_id == change.client_id]
    if not kept or change.busy or state.settings.client_id == change.client_id:
        return change.next
    return texts.choose_to_write(kept[-1])


def next_of_unwritten(state: State) -> str:
    """How to keep a new client secret that is in no file, for the top line; empty if there is none.

    Also empty while the settings that it is in cannot be written: what is missing in them comes first.
    """
    needed = [one for one in state.unwritten if not one.replaced]
    chosen = [one for one in needed if one.client_id == state.settings.client_id]
    if needed and not chosen:
        return texts.choose_and_write(needed[-1].app)
    return texts.write_new(chosen[-1].app) if chosen and not state.output.errors else ""


def old_secret_waits(state: State) -> str:
    """What to do before the old client secret of a rotation is removed; empty if there is none."""
    rotation = state.rotation
    if rotation is None or not rotation.written:
        return ""
    still = still_needed(state, rotation.client_id)
    return still or texts.rotation_steps(rotation.name, state.settings.target)


def next_of_rotation(state: State) -> str:
    """The same for the top line, in fewer words."""
    if state.rotation is None or not state.rotation.written:
        return ""
    return still_needed(state, state.rotation.client_id) or texts.rotation_next(state.settings.target)


def still_needed(state: State, client_id: str) -> str:
    """Why the old client secrets of an app cannot be removed yet; empty if they can."""
    made = state.newest_made(client_id)
    if made is None or (made.written and made.proved):
        return ""
    return texts.test_first(made.app) if made.written else texts.write_first(made.app)


def losing(made: MadeSecret) -> tuple[str, str]:
    """The text about a client secret that is lost when kvtui ends, and the command that removes it."""
    from kvtui.azure.commands import remove_secret

    return texts.not_in_a_file(made), remove_secret(made.client_id, made.key_id)


def _esc(running: Step, change: Provisioning) -> str:
    """What Esc does while a step is running."""
    if running.waits:
        return texts.ESC_STOPS_WAITING
    return texts.STOPPING if change.stopping else texts.ESC_STOPS


def _change(change: Provisioning, width: int, at: datetime) -> list[Row]:
    """The steps with their durations; one row once all of them are done."""
    if not change.title:
        return []
    if change.steps and change.problem is None and all(s.phase is Phase.DONE for s in change.steps):
        seconds = sum(step.seconds or 0 for step in change.steps)
        tail = texts.duration(seconds)
        title = fit(change.done, max(10, width - len(tail) - 2)).rstrip()
        out = [row(("✓ ", "good"), (title, "head"), (tail, "dim"))]
        return out + (wrapped(change.next, width, "todo", indent=2, first="→") if change.next else [])
    out = wrapped(change.title, width, "head")
    for step in change.steps:
        mark, role = MARKS[step.phase]
        seconds = step.seconds if step.seconds is not None else int((at - step.began).total_seconds())
        esc = _esc(step, change) if step.phase is Phase.BUSY and width > 60 else ""
        tail = f"{max(0, seconds)} s{esc}"
        lines = wrapped(step.words, max(10, width - len(tail) - len(GAP)), indent=len(mark), first=mark)
        *above, last = [Row(((line.parts[0][0], role), *line.parts[1:])) for line in lines]
        out += [*above, Row((*last.parts, (f"{GAP}{tail}", "dim")))]
    if change.problem is not None:
        out += problem_rows(change.problem, width)
    if change.next:
        out += wrapped(change.next, width, "todo", indent=2, first="→")
    return out
