"""Pane 4: one lookup, told step by step, and what the caller gets."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kvtui.airflow.platforms import ENVIRONMENT_MANAGER, PLACES
from kvtui.console.actions import PaneId
from kvtui.console.phase import Phase
from kvtui.console.text import fit, row, whole, wrapped
from kvtui.console.words import problem_rows
from kvtui.core.sanitize import inert
from kvtui.core.secret_text import MASK

if TYPE_CHECKING:
    from kvtui.airflow.model import Simulation, Step
    from kvtui.console.panes.lookup.state import LookupState
    from kvtui.console.state import State
    from kvtui.console.text import Part, Role, Row

CALLS = {
    "variable": "Variable.get",
    "connection": "BaseHook.get_connection",
    "config": "conf.get",
}
OUTCOMES: dict[str, Role] = {
    "found": "good",
    "absent": "warn",
    "refused": "bad",
    "error": "bad",
    "not asked": "dim",
}
LABEL = 13


class LookupRow(Enum):
    """The one row that can be chosen."""

    KEY = auto()
    """The call: Enter types another key."""


WHO_GETS = {"task": "a task gets", "triggerer": "a trigger gets", "server": "the caller gets"}


def call(lookup: LookupState) -> str:
    """The lookup as it stands in a DAG, without the key."""
    return CALLS[lookup.kind]


def rows(state: State, width: int) -> list[Row]:
    """The lookup: the call, what the caller gets, what to do, then how it came to that and what is logged."""
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
    for name, why, fix in lookup.near:
        out += wrapped(f"{name}: {why}", width, "name", indent=2, first="≈")
        out += wrapped(fix, width, "todo", indent=2)
    out.append(row(("", "plain")))
    for number, step in _numbered(simulation.steps):
        out += step_rows(number, step, width)
    return out + log_rows(simulation, width)


def _head(state: State, width: int) -> Row:
    lookup = state.lookup
    key = lookup.key or "…"
    context = PLACES[state.context]
    json = ", deserialize_json=True" if lookup.deserialize and lookup.kind == "variable" else ""
    if lookup.kind == "config":
        of = "  of an option whose …_SECRET is "
        tail = f"  what-if: Airflow {state.looked_up_with.airflow}" if lookup.what_if else ""
        return row(
            (f"{call(lookup)}", "strong"), (of, "dim"), (f'"{key}"', "name"), (tail, "dim"), key=LookupRow.KEY
        )
    parts: tuple[Part, ...] = ((f"{call(lookup)}(", "strong"), (f'"{key}"', "name"), (f"{json})", "strong"))
    versions = state.looked_up_with
    what_if = "what-if: " if lookup.what_if else ""
    airflow, provider = f"{what_if}Airflow {versions.airflow}", f"provider {versions.provider}"
    whose = state.context.value
    tails = [f"{context}, {airflow}, {provider}", f"{context}, {airflow}", f"{whose}, {airflow}"]
    tails.append(airflow if what_if else context)
    room = width - 2 - sum(cell_len(inert(text)) for text, _ in parts)
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


def step_rows(number: int, step: Step, width: int) -> list[Row]:
    """One step: the backend, the exact name, the answer; below it what follows from that.

    `number` 0: the API server does this within its own step.
    """
    from kvtui.app.trace import BACKENDS

    backend = BACKENDS.get(step.backend, step.backend)
    lead = fit(f"{number} {backend}" if number else f"  └ {backend}", LABEL + 2 if number else LABEL + 4)
    asked, detail = step.asked, step.detail
    if step.backend == "ExecutionAPISecretsBackend":
        asked, detail = "looks up itself", "" if step.outcome == "absent" else detail
    elif not asked and step.backend == "MetastoreBackend":
        asked, detail = "kvtui cannot see it, and takes it for empty", ""
    elif step.backend == ENVIRONMENT_MANAGER:
        asked, detail = "Environment Manager (not visible from here)", ""
    room = max(10, width - len(lead) - len(step.outcome) - 2)
    role: Role = "dim" if step.outcome == "not asked" else "plain"
    out = [
        row(
            (lead, role),
            (fit(asked, room) + " ", "name" if step.asked and role == "plain" else "dim"),
            (step.outcome, OUTCOMES.get(step.outcome, "plain")),
        )
    ]
    telling = ("empty", "no JSON", "deleted")
    if detail and (step.outcome not in ("found", "absent") or any(word in detail for word in telling)):
        out += wrapped(detail, width, "dim", indent=4 if number else 6)
    return out


def _numbered(steps: Sequence[Step]) -> list[tuple[int, Step]]:
    """The steps of the caller's own process from 1 on; those of the API server, which it asks, have a 0."""
    out, number = [], 0
    for step in steps:
        number += step.where != "api-server"
        out.append((0 if step.where == "api-server" else number, step))
    return out


def result_rows(state: State, simulation: Simulation, width: int) -> list[Row]:
    """What the caller gets, in Python."""
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
                (f"  {size}  from {_backend(result.answered_by)}", "dim"),
                ("  r reveals", "dim"),
            )
        ]
    if result.outcome == "default":
        return wrapped(f"→ {who} the default that the call names.", width, "warn")
    out = []
    if result.exception is not None:
        out = wrapped_exception(who, result.exception.type, result.exception.message, width)
    return out


def _connection_rows(who: str, simulation: Simulation, width: int) -> list[Row]:
    """A connection field by field, as Airflow parsed it; the password and what may be one are masked."""
    result = simulation.result
    out = [
        row(
            (f"→ {who} ", "strong"),
            ("a Connection", "good"),
            (f"  from {_backend(result.answered_by)}  r reveals it", "dim"),
        )
    ]
    line = ", ".join(f"{name}={value}" for name, value in result.fields if name != "conn_id")
    return out + (wrapped(line, width, "name", indent=2) if line else [])


def log_rows(simulation: Simulation, width: int) -> list[Row]:
    """What Airflow's log shows of it; that it shows nothing at WARNING is worth a line, too."""
    from kvtui.app.trace import NORMAL_LOG, QUIET_LOG, WHOSE_LOG, shown_logs

    loud, normal = shown_logs(simulation)
    out = [] if loud else wrapped(QUIET_LOG, width, "dim")
    for where, words in WHOSE_LOG.items():
        lines = [line for line in loud if line.where == where]
        out += wrapped(f"{words[0].upper()}{words[1:]}:", width, "dim") if lines else []
        for line in lines:
            out += wrapped(f"{line.level} {line.text}", width, "dim", indent=2)
    if normal:
        out += wrapped(NORMAL_LOG, width, "dim")
    for text in normal:
        out += wrapped(text, width, "dim", indent=2)
    return out


def _backend(answered_by: str | None) -> str:
    """`AzureKeyVaultBackend@worker` in the words of the trace."""
    from kvtui.app.trace import BACKENDS

    name = (answered_by or "").partition("@")[0]
    return BACKENDS.get(name, name)


def wrapped_exception(who: str, name: str, message: str, width: int) -> list[Row]:
    """`→ a task gets KeyError: …`, wrapped."""
    return wrapped(f"{who} {name}: {message}", width, "bad", indent=2, first="→")
