"""Pane 4 by keys: one lookup, told from the names, asked once, revealed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kvtui.airflow import simulate
from kvtui.airflow.kwargs import BACKEND_CLASS, BACKEND_VARIABLE, KWARGS_VARIABLE
from kvtui.airflow.releases import NEWEST_AIRFLOW, NEWEST_AIRFLOW_2, NEWEST_PROVIDER
from kvtui.console.panes.lookup import view as lookup
from kvtui.console.panes.lookup.state import LookupState
from kvtui.console.panes.lookup.texts import cannot_ask
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.console.text import whole
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.settings.model import AuthMode, Chart, Kind, Settings, Target
from tests.console.changing import grant, open_app
from tests.console.conftest import READY, Console, opened, running, said
from tests.console.driving import look_up
from tests.emulator_support.faults import value_requests
from tests.emulator_support.process import EmulatorProcess

MANAGED = replace(
    READY, client_secret=None, auth_mode=AuthMode.MANAGED_IDENTITY, target=Target.REMOTE_EXECUTION
)
WORKLOAD = replace(MANAGED, auth_mode=AuthMode.WORKLOAD_IDENTITY)
ONLY = "Only {} the deployment identity: c in pane 6 tries it."

# The lookup


async def test_typing_a_key_asks_for_no_value_and_entering_it_for_one(
    ready: Console, azure: EmulatorProcess
) -> None:
    await ready.press("4", "enter")
    await ready.type("api_base_url")
    await ready.until(lambda state: state.lookup.predicted)
    assert value_requests(azure.log()) == []
    await ready.press("enter")
    await ready.until(lambda state: state.lookup.simulation and not state.lookup.predicted)
    assert len(value_requests(azure.log())) == 1


async def test_a_prediction_stays_until_that_for_the_next_key_is_there(ready: Console) -> None:
    await ready.press("4", "enter")
    await ready.type("api_base_url")
    await ready.until(lambda state: state.lookup.predicted)
    ready.app.main.store.change(lookup=ready.state.lookup.asking("api_base_ur"))
    await ready.pilot.pause()
    assert "Predicted from 120 loaded names" in ready.screen()


async def test_where_no_prediction_comes_the_one_before_it_goes(ready: Console) -> None:
    await ready.press("4", "enter")
    await ready.type("api_base_url")
    await ready.until(lambda state: state.lookup.predicted)
    ready.app.main.store.change(lookup=ready.state.lookup.asking("api_base_ur"))
    await ready.until(lambda _: "Predicted from" not in ready.screen())


async def test_a_lookup_says_as_whom_it_was_asked(ready: Console) -> None:
    await look_up(ready, "api_base_url")
    assert "asked as astro-prod (deployment identity)" in ready.screen()


async def test_the_value_of_a_lookup_stays_masked(ready: Console) -> None:
    await look_up(ready, "api_base_url")
    simulation = ready.state.lookup.simulation
    assert simulation is not None
    assert str(simulation.result.reveal()) not in ready.screen()


async def test_a_revealed_connection_shows_each_field_on_a_line(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(replace(start, settings=READY), size=(80, 24)) as console:
        await console.until(lambda state: state.secrets.seconds > 0)
        console.controllers.lookup.switch_kind(1)
        await look_up(console, "orders_db")
        await console.press("r")
        screen = console.screen()
    assert "→ The task gets this Connection  (hidden again in 15 s)" in screen
    assert "\n┃     conn_type: postgres " in screen
    assert "\n┃     password: " in screen


def test_a_long_revealed_value_is_wrapped_not_cut() -> None:
    rows = whole("x" * 100 + "\n" + "\x1b[2J", 52)
    assert [part[1][0] for part in (row.parts for row in rows)] == ["x" * 50, "x" * 50, "\\e[2J"]


async def test_v_turns_from_the_projects_airflow_to_3_to_2_and_back(ready: Console) -> None:
    own = ready.state.versions
    seen = []
    for _ in range(3):
        await ready.press("4", "v")
        seen.append(ready.state.looked_up_with.airflow)
    assert seen == [NEWEST_AIRFLOW, NEWEST_AIRFLOW_2, own.airflow]


async def test_a_what_if_changes_neither_the_settings_nor_what_is_written(ready: Console) -> None:
    own, plan = ready.state.versions, ready.state.output.plan
    await ready.press("4", "v", "v")
    assert (ready.state.settings, ready.state.versions, ready.state.output.plan) == (READY, own, plan)


async def test_a_what_if_says_so_and_its_key_is_in_the_footer(ready: Console) -> None:
    await ready.press("4", "v")
    shown = ready.screen()
    assert (
        f"What-if: simulates Airflow {NEWEST_AIRFLOW}." in shown,
        "v version" in shown.splitlines()[-1],
    ) == (
        True,
        True,
    )


async def test_a_what_if_is_what_pane_4_simulates(ready: Console) -> None:
    await ready.press("4", "v", "v")
    await look_up(ready, "api_base_url")
    simulation = ready.state.lookup.simulation
    assert simulation is not None
    assert simulation.airflow_version == NEWEST_AIRFLOW_2


@pytest.mark.parametrize(
    ("key", "width", "head"),
    [
        ("k", 100, 'Variable.get("k")  in a task, Airflow {0}, provider {1}'),
        ("k" * 25, 78, 'Variable.get("{2}")  in a task, Airflow {0}'),
        ("k" * 38, 78, 'Variable.get("{2}")  task, Airflow {0}'),
        ("k" * 45, 78, 'Variable.get("{2}")  in a task'),
        ("k" * 60, 78, 'Variable.get("{2}")'),
    ],
)
def test_the_head_of_a_lookup_leaves_out_whole_words(key: str, width: int, head: str) -> None:
    state = State(lookup=LookupState(key=key))
    versions = state.versions
    assert "".join(text for text, _ in lookup.rows(state, width)[0].parts) == head.format(
        versions.airflow, versions.provider, key
    )


async def test_d_means_something_for_variables_only_and_says_so(ready: Console) -> None:
    await ready.press("4", "right", "d")
    assert "to switch to variables" in said(ready)
    assert not ready.state.lookup.deserialize


async def test_a_lookup_from_the_secrets_begins_without_deserialize_json(ready: Console) -> None:
    await ready.press("4", "d")
    assert ready.state.lookup.deserialize
    await ready.press("3", "slash")
    await ready.type("api_base_url")
    await ready.press("enter", "end", "u")
    assert (ready.state.lookup.key, ready.state.lookup.deserialize) == ("api_base_url", False)


async def test_a_without_an_identity_says_so_and_keeps_the_result(console: Console) -> None:
    await look_up(console, "api_base_url")
    shown = console.state.lookup
    await console.press("a")
    assert said(console) == "No deployment identity yet: choose one in pane 2."
    assert console.state.lookup == shown


async def test_a_miss_names_the_near_one(ready: Console) -> None:
    await look_up(ready, "etl_batch_size")
    assert "airflow-variables-etl-batchsize" in ready.screen()


async def test_an_identity_without_a_role_is_a_headline(azure: EmulatorProcess, start: ConsoleStart) -> None:
    denied = replace(
        READY,
        client_id=company.ASTRO_DEV,
        identity_name="astro-dev",
        client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_DEV]),
    )
    async with running(replace(start, settings=denied)) as console:
        await console.until(lambda state: state.secrets.seconds > 0)
        await look_up(console, "api_base_url")
        assert "403" in console.screen()


async def test_c_turns_from_a_task_to_the_server_to_a_trigger_and_back(ready: Console) -> None:
    await look_up(ready, "api_base_url")
    seen = []
    for _ in range(3):
        await ready.press("c")
        seen.append(ready.state.context.value)
    assert seen == ["server", "triggerer", "task"]


async def test_the_log_of_a_lookup_is_said_by_level() -> None:
    async def read(name: str) -> str:
        return name

    kwargs = {"vault_url": "https://kv.vault.azure.net/", "tenant_id": "t", "client_id": "c"}
    environment = {
        BACKEND_VARIABLE: BACKEND_CLASS,
        KWARGS_VARIABLE: json.dumps({**kwargs, "client_secret": "s"}),
    }
    simulation = await simulate(
        environment, "k", airflow_version=NEWEST_AIRFLOW, provider_version=NEWEST_PROVIDER, read=read
    )
    lines = ["".join(text for text, _ in line.parts) for line in lookup.log_rows(simulation, 100)]
    assert lines[0].startswith("Airflow log: no entries at WARNING or above.")
    assert "INFO ClientSecretCredential.get_token_info succeeded" in lines[-1]


def test_a_version_that_does_not_fit_behind_an_option_is_left_out() -> None:
    tried = replace(State().versions, airflow="2.11.2")
    state = State(lookup=LookupState(key="sql-alchemy-conn", kind=Kind.CONFIG, what_if=tried))
    assert "what-if" in "".join(text for text, _ in lookup.rows(state, 120)[0].parts)
    assert "what-if" not in "".join(text for text, _ in lookup.rows(state, 40)[0].parts)


async def test_after_a_switch_of_the_identity_the_border_names_it_and_enter_asks(
    ready: Console, azure: EmulatorProcess
) -> None:
    await look_up(ready, "api_base_url")
    azure.clear_log()
    await ready.press("a")
    await ready.until(lambda state: state.lookup.predicted)
    await ready.pilot.pause()
    assert "will ask as the signed-in user ana@contoso.com (az CLI)" in ready.screen()
    await ready.press("enter")
    await ready.until(lambda state: state.lookup.phase is Phase.DONE and not state.lookup.predicted)
    assert len(value_requests(azure.log())) == 1


async def test_a_lookup_without_permission_is_predicted_again_after_a_grant(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    denied = replace(
        READY,
        client_id=company.ASTRO_DEV,
        identity_name="astro-dev",
        client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_DEV]),
    )
    async with opened(azure, replace(start, settings=denied, allow_changes=True)) as console:
        await look_up(console, "api_base_url")
        assert "denied" in console.screen()
        await open_app(console, "astro-dev")
        await grant(console)
        await console.until(lambda state: state.lookup.predicted)
        assert "denied" not in console.screen()


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        (
            replace(READY, client_secret=None),
            "No client secret for the deployment identity: set it in pane 1.",
        ),
        (replace(MANAGED, target=Target.ASTRO), ONLY.format("the Deployment has")),
        (MANAGED, ONLY.format("the agents' hosts have")),
        (WORKLOAD, ONLY.format("the agents' pods have")),
        (replace(WORKLOAD, chart=Chart.AIRFLOW), ONLY.format("Airflow's pods have")),
    ],
)
def test_why_there_is_no_other_identity_fits_the_auth_mode_and_the_target(
    settings: Settings, advice: str
) -> None:
    assert cannot_ask(settings) == advice


async def test_a_managed_identity_is_not_asked_for_a_client_secret(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(replace(start, settings=WORKLOAD), size=(80, 24)) as console:
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await console.press("3", "a")
        assert cannot_ask(WORKLOAD) in console.screen()
