"""What the keys of a pane do now: those without an effect, and those that do something else than usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.console.actions import ActionId, PaneId
from kvtui.console.panes.entra.state import EntraRow, EntryRow
from kvtui.console.panes.output.view import idle_actions
from kvtui.console.panes.secrets.rows import GroupRow, SecretRow
from kvtui.console.panes.setup.view import SIGN_IN, ChoiceRow, SettingRow
from kvtui.console.status import texts
from kvtui.settings.catalogue import BY_FIELD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kvtui.console.state import State
    from kvtui.console.text import RowKey

APPLICATION = "application"
"""`EntryKind.APPLICATION`, which is not loaded before the first frame."""
ON_A_SECRET = frozenset({ActionId.REVEAL, ActionId.LOOK_UP, ActionId.COPY})


def idle(pane: PaneId, state: State, row: RowKey | None) -> frozenset[ActionId]:
    """The actions that have no effect now, with `row` under the cursor, or only say why they have none."""
    match pane:
        case PaneId.SETUP:
            parts = _in_setup(state, row)
        case PaneId.ENTRA:
            parts = _in_entra(state, row)
        case PaneId.SECRETS:
            parts = _in_secrets(state, row)
        case PaneId.LOOKUP:
            parts = _in_lookup(state)
        case PaneId.OUTPUT:
            return idle_actions(state.output, row)
        case PaneId.CHECKS:
            parts = {ActionId.FILTER: True, ActionId.RUN_CHECKS: not state.can_ask_vault}  # / is pane 3's
        case PaneId.AUDIT:
            parts = _in_audit(state, row)
    return frozenset(action for action, without_effect in parts.items() if without_effect)


def blank(pane: PaneId, state: State, row: RowKey | None) -> frozenset[ActionId]:
    """The actions that have no effect on `row`, but on other rows of the list; and what the sign-in brings.

    The footer keeps their places free: moving all keys to the left and back costs 0.2 kB at each heading.
    """
    match pane:
        case PaneId.SETUP if not state.signed_in:
            return frozenset({ActionId.FIND_VAULTS})
        case PaneId.ENTRA if isinstance(row, EntryRow) and state.entra.opened is None:
            return frozenset() if row.kind == APPLICATION else frozenset({ActionId.ADD_SECRET})
        case PaneId.SECRETS if isinstance(row, GroupRow):
            return ON_A_SECRET
        case PaneId.SECRETS if isinstance(row, SecretRow):
            opened, read = state.secrets.opened, Naming.of(state.settings).read(row.name)
            disabled = opened is not None and not opened.name.enabled
            parts = {ActionId.LOOK_UP: not read, ActionId.REVEAL: disabled}
            return frozenset(action for action, without_effect in parts.items() if without_effect)
        case _:
            return frozenset()


def _in_setup(state: State, row: RowKey | None) -> Mapping[ActionId, bool]:
    steps = isinstance(row, SettingRow | ChoiceRow) and row != SIGN_IN and BY_FIELD[row.field].choices
    return {
        ActionId.FILTER: True,  # it is pane 3's
        ActionId.NEXT_CHOICE: not steps,
        ActionId.UNDO: not state.can_undo,
    }


def _in_entra(state: State, row: RowKey | None) -> Mapping[ActionId, bool]:
    opened, on_entry = state.entra.opened, isinstance(row, EntryRow)
    changes = (opened is not None or on_entry) and not state.provisioning.busy
    return {
        ActionId.CHOOSE: opened is None and row is None,
        ActionId.DETAILS: opened is not None or not on_entry,
        ActionId.SORT: opened is not None or row is None,
        ActionId.ADD_SECRET: not changes or (opened is not None and opened.kind != APPLICATION),
        ActionId.GRANT: not changes or state.settings.vault is None,
    }


def _in_secrets(state: State, row: RowKey | None) -> Mapping[ActionId, bool]:
    return {
        **dict.fromkeys((*ON_A_SECRET, ActionId.CHOOSE, ActionId.SORT), row is None),
        ActionId.COMPARE: not state.can_ask_vault,
        ActionId.SWITCH_IDENTITY: not (state.can_ask_vault and state.can_list_as_other),
    }


def _in_lookup(state: State) -> Mapping[ActionId, bool]:
    lookup = state.lookup
    result = lookup.simulation.result if lookup.simulation else None
    found = result is not None and result.outcome == "value" and not lookup.predicted
    return {
        ActionId.REVEAL: not found,
        ActionId.COPY: not lookup.key,
        ActionId.FILTER: not lookup.can_ask,  # Enter does the same
        ActionId.SWITCH_IDENTITY: not state.can_look_up_as_other,
    }


def _in_audit(state: State, row: RowKey | None) -> Mapping[ActionId, bool]:
    from kvtui.console.panes.audit.view import AuditRow, KeyRow  # the first frame does without it

    return {
        ActionId.CHOOSE: row is None or (row is AuditRow.RUN and not state.can_audit),
        ActionId.RUN_AUDIT: not state.can_audit,
        ActionId.FILTER: state.audit.report is None,
        ActionId.LOOK_UP: not isinstance(row, KeyRow),
        ActionId.COPY: not isinstance(row, KeyRow),
    }


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
