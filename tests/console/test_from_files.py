"""Pane 4 simulates the files on disk; the checklist shows how they differ from the settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kvtui.app.checks.facts import CheckId
from kvtui.console.start import ConsoleStart
from kvtui.outputs.env.file import render_env
from kvtui.settings.model import Target
from tests.console.conftest import READY, Console, running, said
from tests.console.driving import look_up
from tests.emulator_support.process import EmulatorProcess

WRONG = "airflow.providers.microsoft.azure.secrets.azure_key_vault.AzureKeyVaultBackend"


def broken(project: Path) -> None:
    """A `.env` whose backend does not load."""
    (project / ".env").write_text(f"AIRFLOW__SECRETS__BACKEND={WRONG}\n")


async def test_f_diagnoses_the_files_as_they_are_and_f_goes_back(ready: Console, project: Path) -> None:
    broken(project)
    await look_up(ready, "api_base_url")
    await ready.press("f")
    await ready.until(lambda state: bool(state.lookup.from_files and state.lookup.simulation))
    assert "Simulates the files on disk (Dockerfile, .env)" in ready.screen()
    assert "AirflowConfigException" in ready.screen()
    await ready.press("f")
    await ready.until(lambda state: bool(state.lookup.simulation and not state.lookup.from_files))
    assert "The task gets the secret's value." in ready.screen()


async def test_files_that_differ_from_the_settings_are_said(
    azure: EmulatorProcess, start: ConsoleStart, project: Path
) -> None:
    broken(project)
    async with running(replace(start, settings=READY)) as console:
        await console.until(lambda state: state.secrets.seconds > 0 and state.project)
        await look_up(console, "api_base_url")
        assert "The files on disk differ from these settings" in console.screen()


async def test_the_identity_in_the_files_asks(ready: Console, project: Path) -> None:
    (project / ".env").write_text(render_env(READY))
    await ready.press("4", "f")
    await look_up(ready, "api_base_url")
    assert "asked as astro-prod (identity in the files)" in ready.screen()
    assert "The task gets '" in ready.screen()


async def test_a_says_that_the_files_have_no_identity(ready: Console, project: Path) -> None:
    broken(project)
    await look_up(ready, "api_base_url")
    await ready.press("f")
    await ready.until(lambda state: bool(state.lookup.from_files and state.lookup.simulation))
    await ready.press("a")
    assert said(ready) == "The files on disk contain no identity that kvtui can sign in as."


async def test_files_without_a_backend_do_not_say_that_enter_asks_the_vault(
    ready: Console, project: Path
) -> None:
    (project / ".env").write_text("")
    await look_up(ready, "api_base_url")
    await ready.press("f")
    await ready.until(lambda state: bool(state.lookup.from_files and state.lookup.simulation))
    assert "Airflow never asks the vault" in ready.screen()
    assert [words for words in ("Enter asks", "Enter ask", "will ask") if words in ready.screen()] == []


async def test_the_server_side_of_agents_is_skipped_with_the_reason(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    agents = replace(READY, target=Target.REMOTE_EXECUTION)
    async with running(replace(start, settings=agents)) as console:
        await console.until(lambda state: state.secrets.seconds > 0 and state.project)
        await console.press("4", "c")
        assert "Astro's orchestration plane" in said(console)
        assert console.state.context.value == "triggerer"


async def test_a_dockerfile_that_sets_the_backend_is_a_warning_of_the_checklist(
    azure: EmulatorProcess, start: ConsoleStart, project: Path
) -> None:
    with (project / "Dockerfile").open("a") as file:
        file.write("\nENV AIRFLOW__SECRETS__BACKEND=x.Y\n")
    async with running(replace(start, settings=READY)) as console:
        await console.until(
            lambda state: any(c.name == "backend configured" for c in state.checks) and state.output.plan
        )
        await console.until(
            lambda state: {c.name: c.outcome for c in state.checks}[CheckId.BACKEND_CONFIGURED] == "warn"
        )
        await console.press("6")
        assert "settings complete" in console.screen()


async def test_a_key_is_looked_up_in_the_files_although_no_vault_is_chosen(
    azure: EmulatorProcess, start: ConsoleStart, project: Path
) -> None:
    (project / ".env").write_text("AIRFLOW_VAR_ONLY_HERE=1\n")
    chosen = replace(start, settings=replace(READY, vault=None), from_files=True)
    async with running(chosen) as console:
        await look_up(console, "only_here")
        assert "No secrets backend is configured" in console.screen()
