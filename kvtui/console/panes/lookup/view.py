"""Pane 4: one lookup step by step, and what the caller gets."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kvtui.airflow.platforms import PLACES
from kvtui.console.actions import PaneId
from kvtui.console.panes.lookup import texts
from kvtui.console.phase import Phase
from kvtui.console.text import fit, row, whole, wrapped
from kvtui.console.words import problem_rows
from kvtui.core.sanitize import sanitized
from kvtui.core.secret_text import MASK
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.airflow.model import Simulation
    from kvtui.app.trace import TraceStep
    from kvtui.console.panes.lookup.state import LookupState
    from kvtui.console.state import State
    from kvtui.console.text import Part, Role, Row

OUTCOMES: dict[str, Role] = {
    "found": "good",
    "absent": "warn",
    "refused": "bad",
    "error": "bad",
    "not asked": "dim",
}
LABEL = 13
TELLING = ("empty", "no JSON", "deleted")
"""Words in the detail of a step for which the detail is shown although the outcome is found or absent."""


class LookupRow(Enum):
    """The only row that can be selected."""

    KEY = auto()
    """The call: Enter types another key."""


def rows(state: State, width: int) -> list[Row]:
    """The lookup: the call, what the caller gets, what to do; then the steps and the log."""
    from kvtui.app import trace

    lookup = state.lookup
    out = [_head(state, width), *_source_rows(lookup, width)]
    if lookup.problem is not None:
        return [*out, row(("", "plain")), *problem_rows(lookup.problem, width)]
    if lookup.what_if is not None:
        out += wrapped(texts.what_if(lookup.what_if.airflow), width, "warn")
    simulation = lookup.simulation
    if simulation is None:
        return [*out, row(("", "plain")), *wrapped(_empty(state), width, "dim")]
    if lookup.phase is Phase.BUSY:
        out += wrapped(texts.asking(lookup.runs_as), width, "dim")
    elif lookup.predicted and not lookup.is_without_vault:
        out += wrapped(texts.predicted(len(state.secrets.names)), width, "dim")
    out += result_rows(state, simulation, width)
    out += _about_files(lookup, width)
    for headline in simulation.headlines:
        out += wrapped(headline, width, "warn", indent=2, first="!")
    for miss in lookup.near:
        out += wrapped(f"{miss.name}: {miss.why}", width, "name", indent=2, first="≈")
        out += wrapped(miss.fix, width, "todo", indent=2)
    out.append(row(("", "plain")))
    for step in trace.trace_steps(simulation):
        out += _step_rows(step, width)
    return out + log_rows(simulation, width)


def _head(state: State, width: int) -> Row:
    from kvtui.app import trace

    lookup, versions = state.lookup, state.looked_up_with
    called, before, key, after = trace.call(replace(lookup.question, key=lookup.key or "…"))
    if lookup.kind is Kind.CONFIG:
        tail = f"  {texts.what_if_version(versions.airflow)}" if lookup.what_if else ""
        if sum(cell_len(sanitized(text)) for text in (called, before, key, tail)) > width:
            tail = ""  # the line below names the version, too
        return row((called, "strong"), (before, "dim"), (key, "name"), (tail, "dim"), key=LookupRow.KEY)
    parts: tuple[Part, ...] = ((f"{called}{before}", "strong"), (key, "name"), (after, "strong"))
    context, provider = PLACES[state.context], f"provider {versions.provider}"
    airflow = texts.what_if_version(versions.airflow) if lookup.what_if else f"Airflow {versions.airflow}"
    tails = [
        f"{context}, {airflow}, {provider}",
        f"{context}, {airflow}",
        f"{texts.SHORT_PLACES.get(state.context, state.context.value)}, {airflow}",
    ]
    tails.append(airflow if lookup.what_if else context)
    room = width - 2 - sum(cell_len(sanitized(text)) for text, _ in parts)
    tail = next((f"  {words}" for words in tails if len(words) <= room), "")
    return row(*parts, (tail, "dim"), key=LookupRow.KEY)


def _source_rows(lookup: LookupState, width: int) -> list[Row]:
    """That the files are simulated, if they are."""
    return wrapped(texts.files_simulated(lookup.files), width, "warn") if lookup.from_files else []


def _about_files(lookup: LookupState, width: int) -> list[Row]:
    """Differences between the files and the settings, and notes about the files."""
    said = (each if lookup.from_files else texts.files_differ(each) for each in lookup.about_files)
    return [line for each in said for line in wrapped(each, width, "warn", indent=2, first="!")]


def _empty(state: State) -> str:
    return texts.NO_VAULT if state.settings.vault is None else texts.HOW_TO


def _step_rows(step: TraceStep, width: int) -> list[Row]:
    """One step: the backend, the exact name, the outcome; below it the detail."""
    from kvtui.app.trace import OUTCOMES_SHOWN

    number, backend = step.number, step.backend
    lead = fit(f"{number} {backend}" if number else f"  └ {backend}", LABEL + 2 if number else LABEL + 4)
    outcome = OUTCOMES_SHOWN.get(step.outcome, step.outcome)
    room = max(10, width - len(lead) - len(outcome) - 2)
    role: Role = "dim" if step.outcome == "not asked" else "plain"
    out = [
        row(
            (lead, role),
            (
                fit(step.asked or step.instead, room) + " ",
                "name" if step.asked and role == "plain" else "dim",
            ),
            (outcome, OUTCOMES.get(step.outcome, "plain")),
        )
    ]
    telling = step.outcome not in ("found", "absent") or any(word in step.detail for word in TELLING)
    if step.detail and telling and not (step.instead and role == "dim"):
        out += wrapped(step.detail, width, "dim", indent=4 if number else 6)
    return out


def result_rows(state: State, simulation: Simulation, width: int) -> list[Row]:
    """What the caller gets, in Python."""
    from kvtui.app import trace

    result, reveal, context = simulation.result, state.reveal, simulation.context
    if result.outcome == "default":
        return wrapped(texts.gets_default(context), width, "warn", indent=2, first="→")
    if result.outcome != "value":
        if result.exception is None:
            return []
        raised = texts.raises(result.exception.type, result.exception.message)
        return wrapped(raised, width, "bad", indent=2, first="→")
    if state.lookup.predicted:
        json = state.lookup.question.deserialize_json
        return wrapped(texts.gets_predicted(context, json=json), width, "strong", indent=2, first="→")
    connection = result.value_type == "Connection"
    if reveal is not None and reveal.pane is PaneId.LOOKUP:
        head = texts.gets_revealed(context, connection=connection)
        hidden_again = texts.hidden_again(reveal.left)
        return [
            row((f"→ {head}", "strong"), (f"  {hidden_again}", "warn")),
            *whole(reveal.value.reveal(), width, indent=4),
        ]
    value = f"'{MASK}'" if result.value_type == "str" else f"{result.value_type} {MASK}"
    length = None if connection else result.length
    where = texts.origin(length, trace.backend_name(result.answered_by or ""))
    parts: list[Part] = [
        (f"→ {texts.gets(context)} ", "strong"),
        (texts.CONNECTION if connection else value, "good"),
        (f"  {where}", "dim"),
    ]
    if sum(cell_len(text) for text, _ in parts) + 2 + len(texts.REVEALS) <= width:
        out = [row(*parts, (f"  {texts.REVEALS}", "dim"))]
    else:
        out = [row(*parts), *wrapped(texts.REVEALS, width, "dim", indent=2)]
    # the fields as Airflow parsed them; the password and what may be one are masked
    line = ", ".join(f"{name}={value}" for name, value in result.fields if name != "conn_id")
    return out + (wrapped(line, width, "name", indent=2) if connection and line else [])


def log_rows(simulation: Simulation, width: int) -> list[Row]:
    """The log entries of the lookup, or that there are none at WARNING or above."""
    from kvtui.app import trace

    loud, normal = trace.shown_logs(simulation)
    out = [] if loud else wrapped(trace.QUIET_LOG, width, "dim")
    for where, words in trace.WHOSE_LOG.items():
        lines = [line for line in loud if line.where == where]
        out += wrapped(f"{words[0].upper()}{words[1:]}:", width, "dim") if lines else []
        for line in lines:
            out += wrapped(f"{line.level} {line.text}", width, "dim", indent=2)
    if normal:
        out += wrapped(trace.NORMAL_LOG, width, "dim")
    for text in normal:
        out += wrapped(text, width, "dim", indent=2)
    return out
