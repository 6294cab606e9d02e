"""The footer of a pane: the keys that have an effect on the row under the cursor, and what they do there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.azure.model import DirectoryEntry, EntryKind, Identity
from kvtui.console.actions import ActionId, PaneId
from kvtui.console.panes.audit.view import AuditRow, CollisionRow, KeyRow
from kvtui.console.panes.entra.state import EntraRow, EntraState, EntryRow
from kvtui.console.panes.lookup.state import LookupState
from kvtui.console.panes.secrets.rows import GroupRow, SecretRow
from kvtui.console.panes.secrets.state import SecretsState
from kvtui.console.panes.setup.view import SettingRow
from kvtui.console.phase import Phase
from kvtui.console.provisioning.state import Provisioning, Step
from kvtui.console.state import SignInState, State
from kvtui.console.status.keys import blank, idle, words
from kvtui.console.words import now
from kvtui.core.problems import Problem, ProblemKind
from tests.console.conftest import READY, SETTINGS

LOOK_UP_AND_COPY = {ActionId.LOOK_UP, ActionId.COPY}
SIGNED_IN = SignInState(Phase.DONE, Identity("az CLI", "ana"))
USER = State(settings=SETTINGS, sign_in=SIGNED_IN)
"""A vault and a user, and no deployment identity."""
BOTH = replace(USER, settings=READY)
PREDICTED = State(lookup=LookupState(key="k", predicted=True, phase=Phase.DONE))


def test_keys_with_the_same_secret_name_can_be_neither_looked_up_nor_copied() -> None:
    row = CollisionRow("variable", "airflow-variables-a-b")
    assert idle(PaneId.AUDIT, State(), row) >= LOOK_UP_AND_COPY


def test_a_key_of_the_audit_can_be_looked_up_and_copied() -> None:
    assert not idle(PaneId.AUDIT, State(), KeyRow("variable", "a")) & LOOK_UP_AND_COPY


def test_before_the_audit_enter_starts_it_and_there_is_nothing_to_copy() -> None:
    assert words(PaneId.AUDIT, State(), AuditRow.RUN) == {ActionId.CHOOSE: "start the audit"}
    assert ActionId.COPY in idle(PaneId.AUDIT, State(), AuditRow.RUN)


def test_without_secrets_no_key_of_a_secret_is_offered() -> None:
    offered = {ActionId.CHOOSE, ActionId.REVEAL, *LOOK_UP_AND_COPY} - idle(PaneId.SECRETS, State(), None)
    assert offered == set()


def test_on_a_secret_they_all_are() -> None:
    row = SecretRow("airflow-variables-a")
    assert idle(PaneId.SECRETS, BOTH, row) | blank(PaneId.SECRETS, BOTH, row) == frozenset()


@pytest.mark.parametrize("pane", [PaneId.SECRETS, PaneId.LOOKUP])
@pytest.mark.parametrize(("state", "offered"), [(USER, False), (BOTH, True)])
def test_the_other_identity_is_offered_once_kvtui_can_sign_in_as_it(
    pane: PaneId, state: State, offered: bool
) -> None:
    assert (ActionId.SWITCH_IDENTITY not in idle(pane, state, None)) is offered


def test_while_the_names_are_listed_as_the_deployment_identity_the_user_is_offered() -> None:
    state = replace(USER, secrets=SecretsState(as_deployment=True))
    assert ActionId.SWITCH_IDENTITY not in idle(PaneId.SECRETS, state, None)


@pytest.mark.parametrize("offered", [True, False])
def test_for_the_files_on_disk_it_depends_on_their_identity(offered: bool) -> None:
    state = replace(BOTH, lookup=LookupState(from_files=True, can_ask_as_files=offered))
    assert (ActionId.SWITCH_IDENTITY not in idle(PaneId.LOOKUP, state, None)) is offered


def test_a_secret_without_a_prefix_cannot_be_looked_up() -> None:
    assert blank(PaneId.SECRETS, BOTH, SecretRow("sendgrid-api-key")) == {ActionId.LOOK_UP}


@pytest.mark.parametrize(
    ("pane", "action"), [(PaneId.SECRETS, ActionId.COMPARE), (PaneId.CHECKS, ActionId.RUN_CHECKS)]
)
@pytest.mark.parametrize(
    ("state", "offered"), [(State(sign_in=SIGNED_IN), False), (State(settings=SETTINGS), False), (USER, True)]
)
def test_what_asks_the_vault_is_offered_with_a_vault_and_a_user(
    pane: PaneId, action: ActionId, state: State, offered: bool
) -> None:
    assert (action not in idle(pane, state, None)) is offered


@pytest.mark.parametrize(("state", "offered"), [(State(settings=SETTINGS), False), (USER, True)])
def test_the_list_of_vaults_is_offered_to_a_user_who_is_signed_in(state: State, offered: bool) -> None:
    assert (ActionId.FIND_VAULTS not in blank(PaneId.SETUP, state, None)) is offered


@pytest.mark.parametrize("offered", [True, False])
def test_undo_is_offered_after_a_change(offered: bool) -> None:
    assert (ActionId.UNDO not in idle(PaneId.SETUP, State(can_undo=offered), None)) is offered


NO_PROJECT = replace(USER, project_problem=Problem("x", "", ProblemKind.USAGE))


@pytest.mark.parametrize("row", [None, AuditRow.RUN])
@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State(), False),
        (NO_PROJECT, False),
        (USER, True),
    ],
)
def test_an_audit_is_offered_with_a_vault_and_a_project(
    state: State, offered: bool, row: AuditRow | None
) -> None:
    keys = {ActionId.RUN_AUDIT, *({ActionId.CHOOSE} if row else ())}
    assert (not keys & idle(PaneId.AUDIT, state, row)) is offered


def test_before_there_is_a_plan_nothing_can_be_written() -> None:
    assert ActionId.WRITE in idle(PaneId.OUTPUT, State(), None)


@pytest.mark.parametrize(("folded", "word"), [(frozenset(), "fold"), (frozenset({"g"}), "unfold")])
def test_on_a_heading_enter_folds_or_unfolds(folded: frozenset[str], word: str) -> None:
    state = State(secrets=SecretsState(folded=folded))
    assert words(PaneId.SECRETS, state, GroupRow("g")) == {ActionId.CHOOSE: word}


def test_on_a_heading_no_key_of_a_secret_is_offered() -> None:
    assert blank(PaneId.SECRETS, State(), GroupRow("g")) == {ActionId.REVEAL, *LOOK_UP_AND_COPY}


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        (EntryKind.APPLICATION, True),
        (EntryKind.SERVICE_PRINCIPAL, False),
        (EntryKind.MANAGED_IDENTITY, False),
    ],
)
def test_a_client_secret_is_offered_for_app_registrations_only(kind: EntryKind, offered: bool) -> None:
    in_the_list = blank(PaneId.ENTRA, State(), EntryRow(kind, "o"))
    opened = State(entra=EntraState(opened=DirectoryEntry(kind, "name", "c", "o")))
    in_the_details = idle(PaneId.ENTRA, opened, None)
    assert [ActionId.ADD_SECRET not in keys for keys in (in_the_list, in_the_details)] == [offered] * 2


APP = EntryRow(EntryKind.APPLICATION, "o")


@pytest.mark.parametrize(("state", "offered"), [(State(), False), (USER, True)])
def test_a_grant_is_offered_once_a_vault_is_chosen(state: State, offered: bool) -> None:
    assert (ActionId.GRANT not in idle(PaneId.ENTRA, state, APP)) is offered


def test_while_a_change_runs_no_other_is_offered() -> None:
    busy = replace(USER, provisioning=Provisioning("x", steps=(Step("y", Phase.BUSY, now()),)))
    assert idle(PaneId.ENTRA, busy, APP) == {ActionId.ADD_SECRET, ActionId.GRANT}


def test_on_the_row_that_loads_more_enter_says_so() -> None:
    assert words(PaneId.ENTRA, State(), EntraRow.MORE) == {ActionId.CHOOSE: "load more"}


def test_without_an_app_no_key_of_an_app_is_offered() -> None:
    offered = {ActionId.CHOOSE, ActionId.DETAILS, ActionId.ADD_SECRET, ActionId.GRANT}
    assert offered <= idle(PaneId.ENTRA, State(), None)


@pytest.mark.parametrize(("field", "offered"), [("auth_mode", True), ("client_id", False)])
def test_the_next_option_is_offered_where_there_are_options(field: str, offered: bool) -> None:
    assert (ActionId.NEXT_CHOICE not in idle(PaneId.SETUP, State(), SettingRow(field))) is offered


def test_on_a_setting_below_the_next_steps_enter_types_it() -> None:
    assert words(PaneId.OUTPUT, State(), SettingRow("deployment_id")) == {ActionId.CHOOSE: "change"}


def test_of_a_predicted_key_enter_asks_the_vault() -> None:
    assert words(PaneId.LOOKUP, PREDICTED, None)[ActionId.CHOOSE] == "ask the vault"


def test_without_a_prediction_enter_types_a_key_and_slash_is_not_needed() -> None:
    assert words(PaneId.LOOKUP, State(), None) == {}
    assert ActionId.FILTER in idle(PaneId.LOOKUP, State(), None)
