"""Pane 5: the changes to the files on disk, and the commands that follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.console.actions import ActionId
from kvtui.console.panes.output import texts
from kvtui.console.panes.output.wrapping import wrapped_lines
from kvtui.console.panes.setup.texts import given_by
from kvtui.console.panes.setup.view import LABEL, SettingRow
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.words import problem_rows
from kvtui.settings.catalogue import BY_FIELD
from kvtui.settings.model import AuthMode, Target

if TYPE_CHECKING:
    from kvtui.console.panes.output.state import OutputState
    from kvtui.console.state import State
    from kvtui.console.text import Role, RowKey
    from kvtui.outputs.env.parsers.table import ParserView
    from kvtui.outputs.model import NextStep, PlannedFile

ASKED_FOR = {
    "<deployment-id>": "deployment_id",
    "<namespace>": "namespace",
    "<identity-name>": "identity_name",
    "<resource-group>": "resource_group",
    "<cluster-oidc-issuer>": "issuer",
    "<service-account>": "service_account",
}
"""The setting for each placeholder in commands."""
ENDED: dict[bool, tuple[str, Role]] = {True: ("✓", "good"), False: ("✗", "bad")}
NOT_RUN: tuple[str, Role] = ("·", "dim")
SIGNS: dict[str, Role] = {"+": "added", "-": "removed", "@": "dim", " ": "plain"}
READS: dict[str, Role] = {"same": "good", "different": "warn", "fails": "bad", "unknown": "warn"}
"""The role of each outcome of a parser of `.env`."""
NAME = 35
"""Cells of a program's name with a gap, on a wide pane."""


@dataclass(frozen=True, slots=True)
class CommandRow:
    """The command of a next step."""

    title: str
    """The title of the step."""


class OutputRow(Enum):
    """The pane's other rows."""

    REMOVE = auto()
    """Plans to remove the client secret, or all lines managed by kvtui, from `.env`."""


def tabs(output: OutputState) -> list[str]:
    """The names of the tabs: one for each file, then the parsers of `.env` and the next steps."""
    if output.plan is None:
        return []
    names = [planned.path.name for planned in output.plan.files]
    names += [texts.PARSERS] if output.plan.parsers else []
    return [*names, texts.NEXT_STEPS] if output.plan.next_steps else names


def chosen(output: OutputState) -> int:
    """The index of the selected tab in `tabs`."""
    names = tabs(output)
    return names.index(output.view) if output.view in names else 0


def rows(state: State, width: int) -> list[Row]:
    """The selected tab."""
    output = state.output
    if output.problem is not None:
        return problem_rows(output.problem, width)
    if output.errors:
        out = wrapped(texts.INCOMPLETE, width, "strong")
        for error in output.errors:
            out += wrapped(error, width, "todo", indent=2, first="→")
        return out
    if output.plan is None:
        return wrapped(texts.NO_PLAN, width, "dim")
    names = tabs(output)
    if not names:
        nothing = wrapped(texts.NOTHING_TO_REMOVE, width, "todo") if output.removal is not None else []
        return [*_outcome(output, width), *nothing]
    place = chosen(output)
    out = [_tab_row(names, place, width), *_outcome(output, width)]
    if names[place] == texts.PARSERS:
        return out + _parser_rows(output.plan.parsers, width)
    if names[place] == texts.NEXT_STEPS:
        return out + _asked_for(state, width) + _next_steps(state, width) + _afterwards(state, width)
    planned = output.plan.files[place]
    if not planned.changed and output.removal is not None:
        return [*out, *wrapped(texts.NOTHING_TO_REMOVE, width, "todo")]
    if planned.path.name in output.left_out:
        out += wrapped(_left_out(planned, output), width, "dim")
    if not planned.changed:
        return [*out, *wrapped(texts.up_to_date(tildify(planned.path)), width, "good")]
    out += wrapped(texts.path_with_mode(tildify(planned.path), private=planned.secret), width, "dim")
    from kvtui.outputs.diff import diff  # not at the top: the console starts without it

    lines = diff(planned)
    for line, pieces in zip(lines, wrapped_lines(lines, max(20, width - 3)), strict=True):
        role = SIGNS.get(line.sign, "plain")
        if line.sign == " ":  # unchanged lines give only the context: one row each
            out.append(row(("  ", role), (fit(line.text, max(20, width - 2)).rstrip(), role)))
            continue
        sign = "" if line.sign == "@" else f"{line.sign} "
        out += [row((sign if not n else "  ", role), (piece, role)) for n, piece in enumerate(pieces)]
    return out


def idle_actions(output: OutputState, row: RowKey | None) -> frozenset[ActionId]:
    """The actions that have no effect in the selected tab, or on `row`; the footer does not show them."""
    names = tabs(output)
    idle = {ActionId.FILTER}  # it filters pane 3
    if len(names) < 2:
        idle.add(ActionId.NEXT_VIEW)
    view = names[chosen(output)] if names else ""
    if view != texts.NEXT_STEPS or row is None:
        idle.add(ActionId.CHOOSE)
    if not isinstance(row, CommandRow):
        idle.add(ActionId.COPY)
    if view != texts.PARSERS:
        idle.add(ActionId.SHELL_QUOTING)
    files = output.plan.files if output.plan else ()
    if output.removal is not None:
        idle |= {ActionId.UNDO, ActionId.WRITE}  # the footer says what w does now
    elif not any(file.state.exists for file in files):
        idle.add(ActionId.UNDO)
    if output.plan is None and output.problem is None:
        idle.add(ActionId.WRITE)  # there is nothing to write yet
    return frozenset(idle)


def tildify(path: Path) -> str:
    """The path with `~` for the home directory."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _tab_row(names: list[str], place: int, width: int) -> Row:
    """The names of the tabs, always with the selected one; an ellipsis for those that do not fit."""
    first = last = place
    room = width - len("← →") - 4 - len(names[place]) - 3
    for n in (*range(place + 1, len(names)), *range(place - 1, -1, -1)):
        if len(names[n]) + 3 > room:
            if n > place:
                continue
            break
        if n not in (first - 1, last + 1):
            continue
        room -= len(names[n]) + 3
        first, last = min(first, n), max(last, n)
    parts: list[tuple[str, Role]] = [("… ", "dim")] if first else []
    for n in range(first, last + 1):
        parts.append((f"[{names[n]}]" if n == place else f" {names[n]} ", "strong" if n == place else "dim"))
        parts.append((" ", "dim"))
    parts += [("… ", "dim")] if last < len(names) - 1 else []
    return row(*parts, ("← →", "dim"))


def _outcome(output: OutputState, width: int) -> list[Row]:
    if output.plan is None:
        return []
    out: list[Row] = []
    if output.write_problem is not None:
        out += problem_rows(output.write_problem, width)
    for each in output.written:
        done = texts.written(each.path.name, each.removal, private=each.private)
        out += wrapped(done, width, "good", indent=2, first="✓")
    for difference in output.differences or ():
        out += wrapped(difference, width, "bad", indent=2, first="✗")
    changed = len(output.pending)
    if changed and output.removal is not None:
        out += wrapped(texts.REMOVES[output.removal], width, "todo")
    elif changed and not output.written:
        names, shown = [file.path.name for file in output.pending], chosen(output) < len(output.plan.files)
        out += wrapped(texts.writes(names, shown=shown), width, "todo")
    if not changed and not output.written and output.left_out and output.removal is None:
        out += wrapped(texts.left_out(output.left_out), width, "good", indent=2, first="✓")
    for notice in output.plan.notices:
        out += wrapped(notice, width, "warn", indent=2, first="!")
    return out


def _left_out(planned: PlannedFile, output: OutputState) -> str:
    """Why a file that differs from the settings is not pending, and how to write it again."""
    others = bool(output.pending)
    return texts.deleted_manifest(others=others) if planned.temporary else texts.removed_lines(others=others)


def _afterwards(state: State, width: int) -> list[Row]:
    """The last step, which Astro's documentation recommends: remove the variables from `.env`."""
    output = state.output
    if state.settings.target is not Target.ASTRO or ".env" in output.left_out or not output.plan:
        return []
    if not any(file.kind == "env" and file.state.exists and not file.changed for file in output.plan.files):
        return []
    secret = state.settings.auth_mode is AuthMode.CLIENT_SECRET
    title = texts.remove_afterwards(secret=secret)
    first, *rest = wrapped(title, width, "plain", indent=3, first=f"{len(_steps(output)) + 1}.")
    return [Row(first.parts, OutputRow.REMOVE), *rest]


def _asked_for(state: State, width: int) -> list[Row]:
    """What the commands need beside the settings of pane 1; each can be entered here."""
    from kvtui.outputs.next_steps import NAMESPACE, namespace_of, release_of

    settings, plan = state.settings, state.output.plan
    if settings.target is Target.ASTRO:
        known = {"deployment_id": (settings.deployment_id, "")}
    else:
        values = next((each for each in plan.files if each.kind == "values"), None) if plan else None
        namespace = namespace_of(settings, values.after if values else "")
        known = {
            "namespace": (
                "" if namespace == NAMESPACE else namespace,
                "" if settings.namespace or values is None else given_by(values.path.name),
            ),
            "release": (release_of(settings), "" if settings.release else texts.CHART_DEFAULT),
        }
        open_ = {each for step in plan.next_steps for each in step.placeholders} if plan else set()
        for placeholder, field in list(ASKED_FOR.items())[2:]:
            held = getattr(settings, field)
            if placeholder in open_ or (held and field not in ("identity_name", "resource_group")):
                known[field] = (held, "")
    return [
        row(
            (fit(BY_FIELD[field].label, LABEL), "dim"),
            (value, "plain") if value else (texts.NOT_KNOWN, "todo"),
            (f"  {source}" if value else "", "dim"),
            key=SettingRow(field),
        )
        for field, (value, source) in known.items()
    ]


def _steps(output: OutputState) -> tuple[NextStep, ...]:
    """The commands, without the removal, which has its own row after them."""
    from kvtui.outputs.model import StepKind

    steps = output.plan.next_steps if output.plan else ()
    return tuple(step for step in steps if step.kind is not StepKind.REMOVE_SECRET)


def _next_steps(state: State, width: int) -> list[Row]:
    output, out = state.output, list[Row]()
    for number, step in enumerate(_steps(output), 1):
        out += wrapped(step.title, width, "plain", indent=3, first=f"{number}.")
        if step.command:
            first, *rest = wrapped(step.command, width, "name", indent=5, first="   $")
            out += [Row(first.parts, CommandRow(step.title)), *rest]
        if issuer := state.trusted_issuer(step.subject):
            out += wrapped(texts.is_there(issuer), width, "good", indent=5, first=f"   {ENDED[True][0]}")
        if ended := output.ran.get(step.title):
            sign, role = NOT_RUN if ended.stand_in else ENDED[ended.well]
            out += wrapped(ended.sentence(), width, role, indent=5, first=f"   {sign}")
            if step.instead and not ended.well:
                retry = texts.run_update(updates=step.updates)
                out += wrapped(retry, width, "todo", indent=5, first="   →")
        if step.note:
            out += wrapped(step.note, width, "dim", indent=3)
    return out


def _reads(outcome: str) -> str:
    return texts.AS_SHOWN.get(outcome, outcome)


def _parser_rows(views: tuple[ParserView, ...], width: int) -> list[Row]:
    """A row for each program with the outcome for the two variables; below it why one is not the same."""
    parsers = dict.fromkeys(view.parser for view in views)
    name = min(NAME, max(20, width - 24))
    out = [row((texts.PROGRAM.ljust(name), "dim"), (texts.BACKEND.ljust(11), "dim"), (texts.KWARGS, "dim"))]
    for parser in parsers:
        own = [view for view in views if view.parser == parser]
        cells = [(_reads(view.outcome).ljust(11), READS[view.outcome]) for view in own]
        out.append(row((parser[: name - 1].ljust(name), "plain"), *cells))
        for reason in dict.fromkeys(view.reason for view in own if view.reason):
            out += wrapped(f"{reason}.", width, "dim", indent=4, first="  ↳")
    if any(view.runs for view in views):
        out += wrapped(texts.SHELL_FORM, width, "dim")
    return out
