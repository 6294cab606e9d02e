"""Pane 4: one lookup, told step by step, and what the caller gets."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kvtui.airflow.platforms import PLACES
from kvtui.console.actions import PaneId
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
"""Words that make the detail of a step worth a line though a value was found, or plainly is absent."""


class LookupRow(Enum):
    """The one row that can be chosen."""

    KEY = auto()
    """The call: Enter types another key."""


WHO_GETS = {"task": "a task gets", "triggerer": "a trigger gets", "server": "the caller gets"}


def rows(state: State, width: int) -> list[Row]:
    """The lookup: the call, what the caller gets, what to do, then how it came to that and what is logged."""
    from kvtui.app import trace

    lookup = state.lookup
    out = [_head(state, width), *_source_rows(lookup, width)]
    if lookup.problem is not None:
        return [*out, row(("", "plain")), *problem_rows(lookup.problem, width)]
    if lookup.what_if is not None:
        out += wrapped(
            f"What-if for Airflow {lookup.what_if.airflow}: settings and files stay. v goes on.",
            width,
            "warn",
        )
    simulation = lookup.simulation
    if simulation is None:
        return [*out, row(("", "plain")), *wrapped(_empty(state), width, "dim")]
    if lookup.phase is Phase.BUSY:
        out.append(row((f"asking the vault as {lookup.runs_as}… Esc stops", "dim")))
    elif lookup.predicted:
        words = f"Told from {len(state.secrets.names):,} loaded names. "
        out += wrapped(words + "Enter asks the vault, once.", width, "dim")
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
        tail = f"  what-if: Airflow {versions.airflow}" if lookup.what_if else ""
        return row((called, "strong"), (before, "dim"), (key, "name"), (tail, "dim"), key=LookupRow.KEY)
    parts: tuple[Part, ...] = ((f"{called}{before}", "strong"), (key, "name"), (after, "strong"))
    what_if, context = "what-if: " if lookup.what_if else "", PLACES[state.context]
    airflow, provider = f"{what_if}Airflow {versions.airflow}", f"provider {versions.provider}"
    tails = [
        f"{context}, {airflow}, {provider}",
        f"{context}, {airflow}",
        f"{state.context.value}, {airflow}",
    ]
    tails.append(airflow if what_if else context)
    room = width - 2 - sum(cell_len(sanitized(text)) for text, _ in parts)
    tail = next((f"  {words}" for words in tails if len(words) <= room), "")
    return row(*parts, (tail, "dim"), key=LookupRow.KEY)


def _source_rows(lookup: LookupState, width: int) -> list[Row]:
    """That the files are diagnosed, where they are."""
    if not lookup.from_files:
        return []
    files = f" ({', '.join(lookup.files)})" if lookup.files else ""
    return wrapped(f"The files on disk as they are{files}; f goes back to the settings.", width, "warn")


def _about_files(lookup: LookupState, width: int) -> list[Row]:
    """How the files differ from the settings, and what else to know of them."""
    tail = "" if lookup.from_files else " f diagnoses them."
    said = [f"{each}{tail}" for each in lookup.about_files]
    return [line for each in said for line in wrapped(each, width, "warn", indent=2, first="!")]


def _empty(state: State) -> str:
    if state.settings.vault is None:
        return "Choose the vault in pane 1. Then type a key here, and see what Airflow would do with it."
    return (
        "Press Enter and type a key, as a DAG would name it. While you type, the loaded names answer; "
        "Enter asks the vault, and shows every place that Airflow looks in. Airflow's UI and the lists of "
        "its CLI never show what is in the vault."
    )


def _step_rows(step: TraceStep, width: int) -> list[Row]:
    """One step: the backend, the exact name, the answer; below it what follows from that."""
    number, backend = step.number, step.backend
    lead = fit(f"{number} {backend}" if number else f"  └ {backend}", LABEL + 2 if number else LABEL + 4)
    room = max(10, width - len(lead) - len(step.outcome) - 2)
    role: Role = "dim" if step.outcome == "not asked" else "plain"
    out = [
        row(
            (lead, role),
            (
                fit(step.asked or step.instead, room) + " ",
                "name" if step.asked and role == "plain" else "dim",
            ),
            (step.outcome, OUTCOMES.get(step.outcome, "plain")),
        )
    ]
    telling = step.outcome not in ("found", "absent") or any(word in step.detail for word in TELLING)
    if step.detail and telling and not (step.instead and role == "dim"):
        out += wrapped(step.detail, width, "dim", indent=4 if number else 6)
    return out


def result_rows(state: State, simulation: Simulation, width: int) -> list[Row]:
    """What the caller gets, in Python."""
    from kvtui.app import trace

    result, reveal = simulation.result, state.reveal
    who = WHO_GETS[simulation.context]
    if result.outcome == "value":
        size = f"{result.length:,} characters" if result.length is not None else "length not known"
        if state.lookup.predicted:
            return wrapped(f"→ {who} its value. The value was not fetched.", width, "strong")
        if reveal is not None and reveal.pane is PaneId.LOOKUP:
            what = "this Connection" if result.value_type == "Connection" else "this value"
            head = row((f"→ {who} {what}", "strong"), (f"  hidden again in {reveal.left} s", "warn"))
            return [head, *whole(reveal.value.reveal(), width, indent=4)]
        if result.value_type == "Connection":
            return _connection_rows(who, simulation, width)
        shown = f"'{MASK}'" if result.value_type == "str" else f"{result.value_type} {MASK}"
        return [
            row(
                (f"→ {who} ", "strong"),
                (shown, "good"),
                (f"  {size}  from {trace.backend_name(result.answered_by or '')}", "dim"),
                ("  r reveals", "dim"),
            )
        ]
    if result.outcome == "default":
        return wrapped(f"→ {who} the default that the call names.", width, "warn")
    if result.exception is None:
        return []
    raised = f"{who} {result.exception.type}: {result.exception.message}"
    return wrapped(raised, width, "bad", indent=2, first="→")


def _connection_rows(who: str, simulation: Simulation, width: int) -> list[Row]:
    """A connection field by field, as Airflow parsed it; the password and what may be one are masked."""
    from kvtui.app import trace

    result = simulation.result
    out = [
        row(
            (f"→ {who} ", "strong"),
            ("a Connection", "good"),
            (f"  from {trace.backend_name(result.answered_by or '')}  r reveals it", "dim"),
        )
    ]
    line = ", ".join(f"{name}={value}" for name, value in result.fields if name != "conn_id")
    return out + (wrapped(line, width, "name", indent=2) if line else [])


def log_rows(simulation: Simulation, width: int) -> list[Row]:
    """What Airflow's log shows of it; that it shows nothing at WARNING is worth a line, too."""
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
