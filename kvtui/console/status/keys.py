"""What the keys of a pane do now: those without an effect, and those that do something else than usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.console.actions import ActionId, PaneId
from kvtui.console.panes.entra.state import EntraRow, EntryRow
from kvtui.console.panes.output.view import idle_actions
from kvtui.console.panes.secrets.rows import GroupRow
from kvtui.console.panes.setup.view import SIGN_IN, ChoiceRow, SettingRow
from kvtui.console.status import texts
from kvtui.settings.catalogue import BY_FIELD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kvtui.azure.model import EntryKind
    from kvtui.console.state import State
    from kvtui.console.text import RowKey

ON_AN_APP = frozenset({ActionId.DETAILS, ActionId.ADD_SECRET, ActionId.GRANT})
APPLICATION = "application"
"""`EntryKind.APPLICATION`, which is not loaded before the first frame."""
ON_A_SECRET = frozenset({ActionId.REVEAL, ActionId.LOOK_UP, ActionId.COPY})


def idle(pane: PaneId, state: State, row: RowKey | None) -> frozenset[ActionId]:
    """The actions that have no effect now, with `row` under the cursor."""
    match pane:
        case PaneId.SETUP:
            steps = isinstance(row, SettingRow | ChoiceRow) and row != SIGN_IN and BY_FIELD[row.field].choices
            return frozenset({ActionId.FILTER} | (set() if steps else {ActionId.NEXT_CHOICE}))
        case PaneId.ENTRA if state.entra.opened is not None:
            return frozenset({ActionId.DETAILS, ActionId.SORT}) | _without_secret(state.entra.opened.kind)
        case PaneId.ENTRA if not isinstance(row, EntryRow):
            return ON_AN_APP if row is not None else ON_AN_APP | {ActionId.CHOOSE, ActionId.SORT}
        case PaneId.SECRETS if row is None:
            return frozenset({*ON_A_SECRET, ActionId.CHOOSE, ActionId.SORT})
        case PaneId.LOOKUP:
            return _idle_in_lookup(state)
        case PaneId.OUTPUT:
            return idle_actions(state.output, row)
        case PaneId.CHECKS:
            return frozenset({ActionId.FILTER})  # it is pane 3's
        case PaneId.AUDIT:
            return _idle_in_audit(state, row)
        case _:
            return frozenset()


def blank(pane: PaneId, state: State, row: RowKey | None) -> frozenset[ActionId]:
    """The actions that have no effect on `row`, but on other rows of the list.

    The footer keeps their places free: moving all keys to the left and back costs 0.2 kB at each heading.
    """
    match pane:
        case PaneId.ENTRA if isinstance(row, EntryRow) and state.entra.opened is None:
            return _without_secret(row.kind)
        case PaneId.SECRETS if isinstance(row, GroupRow):
            return ON_A_SECRET
        case _:
            return frozenset()


def _without_secret(kind: EntryKind) -> frozenset[ActionId]:
    """Adding a client secret, for an identity that is not an app registration."""
    return frozenset() if kind == APPLICATION else frozenset({ActionId.ADD_SECRET})


def _idle_in_lookup(state: State) -> frozenset[ActionId]:
    lookup = state.lookup
    result = lookup.simulation.result if lookup.simulation else None
    found = result is not None and result.outcome == "value" and not lookup.predicted
    parts = {
        ActionId.REVEAL: not found,
        ActionId.COPY: not lookup.key,
        ActionId.FILTER: not lookup.can_ask,  # Enter does the same
    }
    return frozenset(action for action, without_effect in parts.items() if without_effect)


def _idle_in_audit(state: State, row: RowKey | None) -> frozenset[ActionId]:
    from kvtui.console.panes.audit.view import KeyRow  # the first frame does without it

    parts = {
        ActionId.CHOOSE: row is None,
        ActionId.FILTER: state.audit.report is None,
        ActionId.LOOK_UP: not isinstance(row, KeyRow),
        ActionId.COPY: not isinstance(row, KeyRow),
    }
    return frozenset(action for action, without_effect in parts.items() if without_effect)


def words(pane: PaneId, state: State, row: RowKey | None) -> Mapping[ActionId, str]:
    """What the footer says of the actions that do something else than usual on `row`."""
    match pane:
        case PaneId.SETUP if row == SIGN_IN:
            return {ActionId.CHOOSE: texts.SIGN_IN}
        case PaneId.SECRETS if isinstance(row, GroupRow):
            folded = row.group in state.secrets.folded
            return {ActionId.CHOOSE: texts.UNFOLD if folded else texts.FOLD}
        case PaneId.ENTRA if row is EntraRow.MORE:
            return {ActionId.CHOOSE: texts.LOAD_MORE}
        case PaneId.LOOKUP if state.lookup.can_ask:
            return {ActionId.CHOOSE: texts.ASK, ActionId.FILTER: texts.TYPE_KEY}
        case PaneId.OUTPUT if isinstance(row, SettingRow):
            return {ActionId.CHOOSE: texts.TYPE_SETTING}
        case PaneId.AUDIT if row is not None and state.audit.report is None:
            return {ActionId.CHOOSE: texts.START_AUDIT}
        case _:
            return {}
