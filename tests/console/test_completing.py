"""A key in pane 4 is completed from the loaded names, without a request."""

from __future__ import annotations

from kvtui.airflow.releases import NEWEST_PROVIDER
from kvtui.azure.model import SecretName
from kvtui.console.actions import PaneId
from kvtui.console.panes.lookup.completion import KnownKeys
from kvtui.console.widgets.masked_input import LineInput
from kvtui.settings.model import Kind, Settings
from tests.console.conftest import Console
from tests.emulator_support.process import EmulatorProcess


async def typed(console: Console, text: str) -> LineInput:
    """Types into the prompt of pane 4; the prompt."""
    await console.press("4", "enter")
    await console.type(text)
    prompt = console.pane(PaneId.LOOKUP).prompt
    assert prompt is not None
    return prompt


async def test_tab_completes_a_key(console: Console) -> None:
    prompt = await typed(console, "api_b")
    await console.press("tab")
    assert (prompt.value, console.state.lookup.key) == ("api_base_url", "api_base_url")


async def test_the_right_arrow_completes_a_key(console: Console) -> None:
    prompt = await typed(console, "api_b")
    await console.until(lambda _: prompt._suggestion)
    await console.press("right")
    assert prompt.value == "api_base_url"


async def test_the_rest_of_the_key_is_shown_behind_what_is_typed(console: Console) -> None:
    prompt = await typed(console, "api_b")
    await console.until(lambda _: prompt._suggestion)
    assert "api_base_url" in "".join(segment.text for segment in prompt.render_line(0))


async def test_tab_goes_to_the_next_pane_where_nothing_completes(console: Console) -> None:
    await typed(console, "zebra")
    await console.press("tab")
    assert console.state.active is PaneId.OUTPUT


async def test_a_connections_key_completes_once_connections_are_looked_up(console: Console) -> None:
    await console.press("4", "right")
    prompt = await typed(console, "orders")
    await console.press("tab")
    assert prompt.value == "orders_db"


async def test_completing_asks_nothing(console: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await typed(console, "api_b")
    await console.press("tab")
    assert not [request for request in azure.log() if request.path.startswith("/secrets")]


def completed(text: str, *names: str) -> str:
    """What a variable's key is completed to, with these names."""
    secrets = [SecretName(name) for name in names]
    return KnownKeys().completed(text, secrets, Kind.VARIABLE, Settings(), NEWEST_PROVIDER)


def test_the_first_key_in_the_order_of_the_alphabet_is_suggested() -> None:
    assert completed("a", "airflow-variables-ab", "airflow-variables-aa", "airflow-connections-a") == "aa"


def test_a_key_that_reaches_no_secret_is_not_suggested() -> None:
    assert completed("a", "airflow-variables-a_b", "airflow-variables-ab") == "ab"


def test_an_empty_text_is_not_completed() -> None:
    assert not completed("", "airflow-variables-ab")
