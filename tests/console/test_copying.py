"""`y` copies a key or a secret in one of several forms; never a value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kvtui.console.actions import PaneId
from kvtui.console.dialogs.copy import CopyDialog
from kvtui.console.panes.audit.view import KeyRow
from kvtui.console.panes.secrets.rows import GroupRow, SecretRow
from kvtui.console.phase import Phase
from kvtui.emulator import company
from tests.console.conftest import Console, said

ROW = SecretRow("airflow-connections-orders-db")
AZ = f"az keyvault secret show --vault-name {company.VAULT_RBAC} --name {ROW.name} --query attributes"


@pytest.fixture
def copied(console: Console, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent to the terminal's clipboard."""
    out: list[str] = []
    keep: Callable[[str], None] = out.append
    monkeypatch.setattr(console.app, "copy_to_clipboard", keep)
    return out


async def dialog(console: Console) -> None:
    """Opens the dialog for the secret in pane 3."""
    await console.press("3")
    console.pane(PaneId.SECRETS).lines.select(ROW)
    await console.press("y")
    assert isinstance(console.app.screen, CopyDialog)


async def test_y_twice_copies_the_secrets_name(console: Console, copied: list[str]) -> None:
    await dialog(console)
    await console.press("y")
    assert copied == [ROW.name]


@pytest.mark.parametrize(
    ("downs", "text"), [(1, "orders_db"), (2, 'BaseHook.get_connection("orders_db")'), (3, AZ)]
)
async def test_a_form_is_chosen_with_j_and_enter(
    console: Console, copied: list[str], downs: int, text: str
) -> None:
    await dialog(console)
    await console.press(*["j"] * downs, "enter")
    assert copied == [text]


async def test_esc_copies_nothing(console: Console, copied: list[str]) -> None:
    await dialog(console)
    await console.press("escape")
    assert (copied, isinstance(console.app.screen, CopyDialog)) == ([], False)


async def test_the_message_says_what_was_sent_and_that_the_terminal_may_ignore_it(console: Console) -> None:
    await dialog(console)
    await console.press("y")
    await console.until(lambda _: said(console))
    assert ROW.name in said(console)
    assert said(console).endswith("Nothing there? Your terminal blocks OSC 52.")


async def test_a_secret_that_is_not_for_airflow_has_a_name_and_a_command_only(console: Console) -> None:
    await console.press("3", "G", "y")
    shown = console.screen()
    assert ("az keyvault secret show" in shown, "Python" in shown) == (True, False)


async def test_a_heading_has_nothing_to_copy(console: Console) -> None:
    await console.press("3")
    console.pane(PaneId.SECRETS).lines.select(GroupRow("variable"))
    await console.press("y")
    assert said(console) == "There is nothing to copy here."


async def test_pane_4_copies_the_call_as_it_was_asked(console: Console, copied: list[str]) -> None:
    await console.press("4", "enter")
    await console.type("api_base_url")
    await console.press("enter", "d")
    await console.until(lambda state: state.lookup.simulation)
    await console.press("y", "j", "j", "enter")
    assert copied == ['Variable.get("api_base_url", deserialize_json=True)']


async def test_pane_7_copies_the_key_under_the_cursor(console: Console, copied: list[str]) -> None:
    await console.press("7", "c")
    await console.until(lambda state: state.audit.phase is Phase.DONE and state.audit.report)
    console.pane(PaneId.AUDIT).lines.select(KeyRow("connection", "orders_db"))
    await console.press("y", "j", "enter")
    assert copied == ["orders_db"]
