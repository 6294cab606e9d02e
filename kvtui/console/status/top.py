"""The top lines: the vault, the two identities, the checks; the next thing to do; the tabs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from kvtui.app.checks.facts import Outcome
from kvtui.console.actions import PANES, TITLES, PaneId
from kvtui.console.panes.audit.texts import NOT_RUN
from kvtui.console.panes.checks.view import next_thing, tally
from kvtui.console.phase import Phase
from kvtui.console.status import texts
from kvtui.console.text import fit
from kvtui.settings.catalogue import BY_FIELD

if TYPE_CHECKING:
    from kvtui.console.state import State
    from kvtui.console.text import Role
    from kvtui.console.widgets.status_line import Line, StatusPart


class Form(NamedTuple):
    """How much the first line says."""

    label: str
    """Of the deployment identity."""
    full: bool = False
    """With kvtui's name, the vault's address, the number of warnings."""
    mode: bool = False
    """With how Airflow signs in."""
    by: bool = False
    """With how the user signed in."""
    domain: bool = False
    """With the domain of the user's name."""
    cut: bool = False
    """With names cut to a quarter of the line."""
    short: bool = False
    """Without some labels."""


FORMS = (
    Form(texts.IDENTITY, full=True, mode=True, by=True, domain=True),
    Form(texts.IDENTITY, mode=True, by=True, domain=True),
    Form(texts.IDENTITY, by=True, domain=True),
    Form(texts.IDENTITY, domain=True),
    Form(texts.IDENTITY),
    Form(texts.AIRFLOW),
    Form(texts.AIRFLOW, cut=True),
    Form(texts.AIRFLOW, cut=True, short=True),
)
"""The first one that fits is shown."""


def lines(state: State, width: int, *, tabs: bool) -> tuple[Line, ...]:
    """Two lines, or three with the tabs of a small terminal."""
    forms = (_first(state, form, width) for form in FORMS)
    first = next((line for line in forms if _cells(*line) + 1 < width), _first(state, FORMS[-1], width))
    todo = next_thing(state)
    second: tuple[StatusPart, ...] = ()
    if todo:
        second = ((f" {texts.NEXT} ", "dim"), (todo, "todo"))
    elif state.checks:
        passed = all(check.outcome is Outcome.OK for check in state.checks)
        second = ((f" {tally(state.checks)}", "good" if passed else "plain"),)
    audit = texts.audit(TITLES[PaneId.AUDIT], _audit(state))
    out: list[Line] = [first, (second, () if tabs else ((f" {audit} ", "dim", _key(PaneId.AUDIT)),))]
    if tabs:
        out.append((_tabs(state.active, width), ()))
    return tuple(out)


def _cells(*sides: Sequence[StatusPart]) -> int:
    return sum(cell_len(part[0]) for side in sides for part in side)


def _first(state: State, form: Form, width: int) -> Line:
    settings, most = state.settings, width // 4 if form.cut else width
    vault = texts.NO_VAULT
    if settings.vault:
        vault = settings.vault.host if form.full else settings.vault.name
    user, user_role = _user(state, form)
    airflow = state.facts.who(settings)
    if settings.client_id and form.mode:
        airflow += f" ({BY_FIELD['auth_mode'].words[settings.auth_mode].lower()})"
    left: tuple[StatusPart, ...] = (
        (f" {texts.BRAND} " if form.full else "", "head"),
        (f" {_cut(vault, most)} ", "strong"),
        (" " if form.short else f"  {texts.USER} ", "dim"),
        (_cut(user, most), user_role),
        (f"  {form.label} ", "dim"),
        (_cut(airflow, most), "plain" if settings.client_id else "warn"),
    )
    right: list[StatusPart] = []
    if state.checks:
        checks = tally(state.checks, short=not form.full)
        right.append((f" {checks.partition(' ')[0] if form.short else checks} ", "strong"))
    if state.allow_changes:
        right.append((f" {texts.CHANGES if form.cut else texts.CHANGES_ALLOWED} ", "warn"))
    if state.demo:
        right.append((f" {texts.DEMO} ", "warn"))
    return left, tuple(right)


def _user(state: State, form: Form) -> tuple[str, Role]:
    sign_in = state.sign_in
    if sign_in.phase is Phase.BUSY:
        return texts.SIGNING_IN, "plain"
    if sign_in.phase is not Phase.DONE or sign_in.identity is None:
        return texts.NOT_SIGNED_IN, "bad" if sign_in.phase is Phase.FAILED else "plain"
    user = sign_in.identity
    return str(user) if form.by else user.name if form.domain else user.name.partition("@")[0], "plain"


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else fit(text, width)


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
        return NOT_RUN
    from kvtui.console.panes.audit.view import status

    return status(state) or NOT_RUN


def _key(pane: PaneId) -> str:
    return f"alt+{PANES.index(pane) + 1}"
