"""Provisioning from nothing, with keys only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kvtui.console.phase import Phase
from kvtui.console.provisioning import view as set_up
from kvtui.console.start import ConsoleStart
from kvtui.console.words import now
from kvtui.core.secret_text import SecretText
from kvtui.settings.model import AuthMode, Target
from tests.console.changing import add_secret, changes, dialog, done, grant, open_app, register
from tests.console.conftest import SETTINGS, Console, opened, running
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess


def files_with(project: Path, secret: SecretText) -> list[str]:
    """The names of the project's files that hold a secret's text."""
    tail = secret.reveal()[12:].encode()  # what no escape touches
    return [path.name for path in project.rglob("*") if path.is_file() and tail in path.read_bytes()]


async def test_from_nothing_to_written_files(allowed: Console, azure: EmulatorProcess, project: Path) -> None:
    azure.clear_log()
    await register(allowed)
    await add_secret(allowed)
    await grant(allowed)
    assert allowed.state.provisioning.problem is None
    assert allowed.state.facts.deployment_read is not None
    await allowed.press("w", "w")
    await allowed.until(lambda state: state.output.differences == ())
    secret = allowed.state.settings.client_secret
    assert secret is not None
    assert allowed.state.settings.client_id in (project / ".env").read_text()
    assert files_with(project, secret) == [".env"]
    made = [one for one in changes(azure) if one != "servicePrincipals"]
    assert [one for one in made if len(one) != 36] == ["applications", "addPassword"]
    assert len(made) == 3


async def test_the_new_secret_is_never_on_the_screen(allowed: Console) -> None:
    await register(allowed)
    await add_secret(allowed)
    secret = allowed.state.settings.client_secret
    assert secret is not None
    for key in "123456":
        await allowed.press(key)
        assert secret.reveal()[10:] not in allowed.screen()
    assert secret.reveal() not in repr(allowed.state)


async def test_the_agents_service_accounts_are_trusted(azure: EmulatorProcess, start: ConsoleStart) -> None:
    agents = replace(SETTINGS, target=Target.REMOTE_EXECUTION)
    async with opened(azure, replace(start, allow_changes=True, settings=agents)) as console:
        await open_app(console, "astro-remote-agents")
        await console.press("z")
        shown = console.screen()
        assert "astro-agents/astro-agent-worker-default (worker default): this identity has" in " ".join(
            shown.split()
        )
        azure.clear_log()
        await console.press("f")
        await dialog(console)
        await console.press("enter")
        await done(console, "Add federated credentials")
        await console.until(lambda state: state.entra.federated and len(state.entra.federated) == 4)
        assert changes(azure) == ["federatedIdentityCredentials"] * 3


async def test_the_issuer_of_new_federated_credentials_is_kept_for_the_next_steps(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    agents = replace(SETTINGS, target=Target.REMOTE_EXECUTION, auth_mode=AuthMode.WORKLOAD_IDENTITY)
    async with opened(azure, replace(start, allow_changes=True, settings=agents)) as console:
        await open_app(console, "astro-remote-agents")
        await console.press("f")
        await dialog(console)
        await console.press("enter")
        await console.until(lambda state: state.settings.issuer.startswith("https://"))


async def test_a_federated_credential_that_exists_is_marked_in_the_next_steps(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    agents = replace(SETTINGS, target=Target.REMOTE_EXECUTION, auth_mode=AuthMode.WORKLOAD_IDENTITY)
    async with opened(azure, replace(start, settings=agents)) as console:
        await open_app(console, "astro-remote-agents")
        await console.press("escape", "enter", "5", "left", "z")
        await console.until(lambda _: "Add a federated credential" in console.screen())
        assert console.screen().count("✓ The deployment identity has this federated credential, for the") == 1


async def test_a_federated_credential_of_another_issuer_is_no_reason_not_to_add_one(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    agents = replace(
        SETTINGS,
        target=Target.REMOTE_EXECUTION,
        auth_mode=AuthMode.WORKLOAD_IDENTITY,
        issuer="https://eastus.oic.prod-aks.azure.com/other/",
    )
    async with opened(azure, replace(start, allow_changes=True, settings=agents)) as console:
        await open_app(console, "astro-remote-agents")
        await console.press("f")
        await dialog(console)
        assert "Add 4 federated credentials" in console.screen()
        await console.press("enter")
        await console.until(lambda state: state.entra.federated and len(state.entra.federated) == 5)
        names = [one.name for one in console.state.entra.federated or ()]
        assert (len(set(names)), console.state.provisioning.problem) == (5, None)


async def test_f_in_the_list_loads_the_federated_credentials_itself(allowed: Console) -> None:
    await allowed.press("2", "slash")
    await allowed.type("astro-remote-agents")
    await allowed.until(
        lambda state: [e.display_name for e in state.entra.entries] == ["astro-remote-agents"]
    )
    await allowed.press("enter", "f")
    await dialog(allowed)
    assert "Add federated credentials to astro-remote-agents" in allowed.screen()
    assert "Only the auth mode Workload identity" in allowed.screen()


async def test_a_change_that_ended_well_takes_one_line_and_says_what_is_next(allowed: Console) -> None:
    await register(allowed)
    await add_secret(allowed)
    await grant(allowed)
    folded = set_up.rows(allowed.state, 78, now())
    assert [len(folded), folded[0].parts[0]] == [3, ("✓ ", "good")]
    assert "w shows the files to be written" in allowed.state.provisioning.next


async def stopped(console: Console, azure: EmulatorProcess, *, presses: int) -> list[str]:
    """Presses Esc while an app is registered; the last part of the path of each change in Azure."""
    azure.clear_log()
    azure.inject(Fault(FaultKind.DELAY, path="/v1.0/applications", method="POST", seconds=1, with_token=True))
    await console.press("2", "n")
    await dialog(console)
    await console.press("enter")
    await console.until(lambda state: state.provisioning.running)
    await console.press(*["escape"] * presses)
    await console.until(lambda state: not state.provisioning.busy)
    return changes(azure)


async def test_esc_ends_a_registration_once_the_app_has_its_service_principal(
    allowed: Console, azure: EmulatorProcess
) -> None:
    assert set(await stopped(allowed, azure, presses=1)) == {"applications", "servicePrincipals"}
    assert "What was done so far stays." in allowed.screen()


async def test_a_second_esc_cuts_a_change_off_and_says_so(allowed: Console, azure: EmulatorProcess) -> None:
    await stopped(allowed, azure, presses=2)
    assert "Stopped while Azure was asked for a change" in allowed.state.provisioning.next


async def test_esc_takes_a_stopped_change_from_the_screen(allowed: Console, azure: EmulatorProcess) -> None:
    await stopped(allowed, azure, presses=1)
    await allowed.press("escape")
    assert allowed.state.provisioning.title == ""


async def register_again(console: Console) -> None:
    await register(console)
    await console.press("escape", "n")
    await dialog(console)
    await console.press("enter")
    await console.until(lambda _: "An app of that name exists." in console.screen())


async def test_an_app_of_the_same_name_is_offered_in_place_of_a_second_one(
    allowed: Console, azure: EmulatorProcess
) -> None:
    await register_again(allowed)
    first = allowed.state.settings.client_id
    azure.clear_log()
    await allowed.press("enter")
    await allowed.until(lambda _: len(allowed.app.screen_stack) == 1)
    assert (allowed.state.settings.client_id, changes(azure)) == (first, [])


async def test_a_second_app_of_the_same_name_is_registered_on_request(allowed: Console) -> None:
    await register_again(allowed)
    first = allowed.state.settings.client_id
    await allowed.press("down", "enter")
    await allowed.until(lambda state: state.settings.client_id != first)


async def test_a_change_is_not_shown_above_the_details_of_another_app(allowed: Console) -> None:
    await register(allowed)
    await open_app(allowed, "astro-dev")
    assert set_up.rows(allowed.state, 78, now()) == []


async def test_a_change_that_is_not_shown_does_not_take_the_esc_of_the_details(allowed: Console) -> None:
    await register(allowed)
    await open_app(allowed, "astro-dev")
    await allowed.press("escape")
    assert (allowed.state.entra.opened, bool(set_up.rows(allowed.state, 78, now()))) == (None, True)


async def test_no_access_is_said_with_the_permission_model(allowed: Console) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("z")
    assert "no access (Azure RBAC)" in allowed.screen()


async def test_the_running_step_shows_wherever_the_list_is_scrolled_to(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.set_scenario(replication=30)
    async with running(replace(start, allow_changes=True), (80, 24)) as console:
        await console.until(lambda state: state.secrets.seconds > 0 and state.entra.phase is Phase.DONE)
        await console.press("2", "end", "n")
        await dialog(console)
        await console.press("enter")
        await console.until(lambda _: "┃ … Registering the app and its service" in console.screen())
        assert "Showing 25 of 41 apps" in console.screen()
