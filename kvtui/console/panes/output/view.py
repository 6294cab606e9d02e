"""Pane 5: what would be written, against what is on disk, and the commands that follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.console.actions import ActionId
from kvtui.console.panes.setup.view import LABEL, SettingRow
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.words import problem_rows
from kvtui.core.words import count
from kvtui.settings.catalogue import BY_FIELD
from kvtui.settings.model import AuthMode, Target

if TYPE_CHECKING:
    from kvtui.console.panes.output.state import OutputState
    from kvtui.console.state import State
    from kvtui.console.text import Role
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
"""The placeholders of commands that a setting fills."""
ENDED: dict[bool, tuple[str, Role]] = {True: ("✓", "good"), False: ("✗", "bad")}
SIGNS: dict[str, Role] = {"+": "added", "-": "removed", "@": "dim", " ": "plain"}
READS: dict[str, Role] = {"same": "good", "different": "warn", "fails": "bad", "unknown": "warn"}
"""How each outcome of a parser of `.env` is shown."""
NAME = 35
"""Cells for the parser's name and a blank, where there is room."""
PARSERS, NEXT_STEPS = "readers", "next steps"
REMOVALS = {
    "secret": "w takes the client secret out of .env, as shown here. x goes on, Esc goes back.",
    "undo": "w undoes every file that kvtui wrote, as shown here. x or Esc goes back.",
    "all": "w takes our lines out of .env, as shown here. x or Esc goes back.",
}
WRITTEN = {
    None: "written and read back the same",
    "secret": "is without the client secret, and the rest reads back the same",
    "all": "is without our lines, and the rest reads back the same",
    "undo": "is without what kvtui wrote",
}
LONGEST = 12
"""Lines that one line of a file may take on the screen."""


@dataclass(frozen=True, slots=True)
class CommandRow:
    """The command of a next step."""

    title: str
    """The step's."""


class OutputRow(Enum):
    """The pane's other rows."""

    REMOVE = auto()
    """Plans to take the client secret, or all of ours, out of `.env` again."""


def tabs(output: OutputState) -> list[str]:
    """The names of the pane's views: a file each, then the readers of `.env` and the next steps."""
    if output.plan is None:
        return []
    names = [planned.path.name for planned in output.plan.files]
    names += [PARSERS] if output.plan.parsers else []
    return [*names, NEXT_STEPS] if output.plan.next_steps else names


def chosen(output: OutputState) -> int:
    """The place of the chosen view among `tabs`."""
    names = tabs(output)
    return names.index(output.view) if output.view in names else 0


def rows(state: State, width: int) -> list[Row]:
    """The chosen view."""
    output = state.output
    if output.problem is not None:
        return problem_rows(output.problem, width)
    if output.faults:
        out = wrapped("Nothing can be written yet.", width, "strong")
        for fault in output.faults:
            out += wrapped(fault, width, "todo", indent=2, first="→")
        return out
    if output.plan is None:
        return wrapped(
            "What would be written appears here as soon as the settings are complete.", width, "dim"
        )
    names = tabs(output)
    if not names:
        return _outcome(output, width)
    place = chosen(output)
    out = [_tab_row(names, place, width), *_outcome(output, width)]
    if names[place] == PARSERS:
        return out + _parser_rows(output.plan.parsers, width)
    if names[place] == NEXT_STEPS:
        return out + _asked_for(state, width) + _next_steps(output, width) + _afterwards(state, width)
    planned = output.plan.files[place]
    if not planned.changed and output.removal is not None:
        return [*out, *wrapped("There is nothing to take out of it. Esc goes back.", width, "todo")]
    if planned.path.name in output.left_out:
        out += wrapped(_left_out(planned, output), width, "dim")
    if not planned.changed:
        return [*out, *wrapped(f"{tildify(planned.path)} already says this.", width, "good")]
    mode = ", mode 0600" if planned.secret else ""
    out.append(row((f"{tildify(planned.path)}{mode}", "dim")))
    from kvtui.outputs.diff import diff  # a plan is there: the room is loaded

    for line in diff(planned):
        role = SIGNS.get(line.sign, "plain")
        if line.sign == " ":  # other people's, only to find one's way: never more than a row
            out.append(row(("  ", role), (fit(line.text, max(20, width - 2)).rstrip(), role)))
            continue
        sign = "" if line.sign == "@" else f"{line.sign} "
        out += [
            row((sign if not n else "  ", role), (piece, role))
            for n, piece in enumerate(_pieces(line.text, max(20, width - 3)))
        ]
    return out


def idle_actions(output: OutputState) -> frozenset[ActionId]:
    """The pane's actions that can do nothing in the chosen view; the footer leaves them out."""
    names = tabs(output)
    idle = {ActionId.FILTER}  # it filters pane 3
    if len(names) < 2:
        idle.add(ActionId.NEXT_VIEW)
    if not names or names[chosen(output)] != NEXT_STEPS:
        idle |= {ActionId.CHOOSE, ActionId.COPY}
    files = output.plan.files if output.plan else ()
    if output.removal is None and not any(file.state.exists for file in files):
        idle.add(ActionId.UNDO)
    return frozenset(idle)


def tildify(path: Path) -> str:
    """The path as people write it: `~` for the home directory."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _pieces(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width`, broken behind a comma where there is one in the second half."""
    out: list[str] = []
    while len(text) > width and len(out) < LONGEST:
        cut = text.rfind(", ", width // 2, width - 1)
        end = cut + 2 if cut > 0 else width
        out.append(text[:end])
        text = text[end:]
    return [*out, text[:width]]


def _tab_row(names: list[str], place: int, width: int) -> Row:
    """The views' names, the chosen one always among them; an ellipsis stands for those that do not fit."""
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
        mode = ", mode 0600" if each.private else ""
        out += wrapped(f"{each.path.name} {WRITTEN[each.removal]}{mode}.", width, "good", indent=2, first="✓")
    for difference in output.differences or ():
        out += wrapped(difference, width, "bad", indent=2, first="✗")
    changed = len(output.pending)
    if changed and output.removal is not None:
        out += wrapped(REMOVALS[output.removal], width, "todo")
    elif changed and not output.written:
        out.append(row((f"w writes {count(changed, 'file')}", "todo"), (", as shown here", "dim")))
    if not changed and not output.written and output.left_out and output.removal is None:
        out += wrapped(
            f"{' and '.join(output.left_out)} stays as you left it.", width, "good", indent=2, first="✓"
        )
    for notice in output.plan.notices:
        out += wrapped(notice, width, "warn", indent=2, first="!")
    return out


def _left_out(planned: PlannedFile, output: OutputState) -> str:
    """Why a file that differs from the settings is not pending, and how it is written again."""
    again = "w writes it again" if not output.pending else "w writes the others; once more writes it again"
    if planned.temporary:
        return f"It is not there: it is deleted once it is applied. {again}, as shown here."
    return f"Ours was taken out of it on purpose. {again}, as shown here."


def _afterwards(state: State, width: int) -> list[Row]:
    """What the documentation advises once the Deployment has the variables: they need not stay in `.env`."""
    output = state.output
    if state.settings.target is not Target.ASTRO or ".env" in output.left_out or not output.plan:
        return []
    if not any(file.kind == "env" and file.state.exists and not file.changed for file in output.plan.files):
        return []
    secret = state.settings.auth_mode is AuthMode.CLIENT_SECRET
    what = "the client secret" if secret else "our lines"
    title = f"Once the Deployment has them: take {what} out of .env again, with x or Enter here."
    first, *rest = wrapped(title, width, "plain", indent=3, first=f"{len(_steps(output)) + 1}.")
    return [Row(first.parts, OutputRow.REMOVE), *rest]


def _asked_for(state: State, width: int) -> list[Row]:
    """What the commands need to know beside the settings of pane 1, each to be typed here."""
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
                "" if settings.namespace or values is None else f"  {values.path.name}",
            ),
            "release": (release_of(settings), "" if settings.release else "  the chart's usual one"),
        }
        open_ = {each for step in plan.next_steps for each in step.placeholders} if plan else set()
        for placeholder, field in list(ASKED_FOR.items())[2:]:
            held = getattr(settings, field)
            if placeholder in open_ or (held and field not in ("identity_name", "resource_group")):
                known[field] = (held, "")
    return [
        row(
            (fit(BY_FIELD[field].label, LABEL), "dim"),
            (value, "plain") if value else ("not known yet: Enter", "todo"),
            (source if value else "", "dim"),
            key=SettingRow(field),
        )
        for field, (value, source) in known.items()
    ]


def _steps(output: OutputState) -> tuple[NextStep, ...]:
    """The commands; what kvtui itself does afterwards has a row of its own, behind them."""
    from kvtui.outputs.model import StepKind

    steps = output.plan.next_steps if output.plan else ()
    return tuple(step for step in steps if step.kind is not StepKind.REMOVE_SECRET)


def _next_steps(output: OutputState, width: int) -> list[Row]:
    out: list[Row] = []
    for number, step in enumerate(_steps(output), 1):
        out += wrapped(step.title, width, "plain", indent=3, first=f"{number}.")
        if step.command:
            first, *rest = wrapped(step.command, width, "name", indent=5, first="   $")
            out += [Row(first.parts, CommandRow(step.title)), *rest]
        if ended := output.ran.get(step.title):
            sign, role = ENDED[ended.well]
            out += wrapped(ended.sentence(), width, role, indent=5, first=f"   {sign}")
            if step.instead and not ended.well:
                there = "not there yet" if step.updates else "there already"
                out += wrapped(f"If it is {there}: Enter, then u.", width, "todo", indent=5, first="   →")
        if step.note:
            out += wrapped(step.note, width, "dim", indent=3)
    return out


def _parser_rows(views: tuple[ParserView, ...], width: int) -> list[Row]:
    """A row for each program with a word for each of our two variables; below it why one is not the same."""
    parsers = dict.fromkeys(view.parser for view in views)
    name = min(NAME, max(20, width - 24))
    out = [
        row(("Who reads .env".ljust(name), "dim"), ("BACKEND".ljust(11), "dim"), ("BACKEND_KWARGS", "dim"))
    ]
    for parser in parsers:
        own = [view for view in views if view.parser == parser]
        cells = [(view.outcome.ljust(11), READS[view.outcome]) for view in own]
        out.append(row((parser[: name - 1].ljust(name), "plain"), *cells))
        for reason in dict.fromkeys(view.reason for view in own if view.reason):
            out += wrapped(f"{reason}.", width, "dim", indent=4, first="  ↳")
    if any(view.runs for view in views):
        out += wrapped(
            "For shells there is another form, which docker reads otherwise: f, or --shell-sourceable",
            width,
            "dim",
        )
    return out
