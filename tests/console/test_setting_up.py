"""A set-up from nothing, by keys alone; and the same keys where kvtui may only read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kvtui.azure.limits import LIMITS
from kvtui.console.dialogs.change import ChangeDialog
from kvtui.console.state import Phase, State
from kvtui.console.views import set_up
from kvtui.console.views.words import now
from kvtui.emulator import company
from kvtui.emulator.process import EmulatorProcess
from kvtui.secret_text import SecretText
from kvtui.settings.model import Target, VaultAddress
from kvtui.settings.start import ConsoleStart
from tests.console.conftest import SETTINGS, Console, running

DEV = replace(
    SETTINGS,
    client_id=company.ASTRO_DEV,
    identity_name="astro-dev",
    client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_DEV]),
)

PROD = replace(
    SETTINGS,
    client_id=company.ASTRO_PROD,
    identity_name="astro-prod",
    client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_PROD]),
)


def changes(azure: EmulatorProcess) -> list[str]:
    """The last part of the path of every request that may have changed something."""
    return [
        record.path.rstrip("/").rpartition("/")[2]
        for record in azure.log()
        if record.method not in ("GET", "CONNECT") and not record.host.startswith("login.")
    ]


@pytest.fixture
async def allowed(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console that was started with --allow-changes."""
    async with opened(azure, replace(start, allow_changes=True)) as console:
        yield console


@asynccontextmanager
async def opened(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console that looks every twentieth of a second whether a change holds."""
    azure.set_scenario(replication=1, propagation=1)
    async with running(start) as console:
        console.app.main.limits = replace(LIMITS, poll=0.05)
        await console.until(lambda state: state.secrets.seconds > 0 and state.entra.entries)
        yield console


def files_with(project: Path, secret: SecretText) -> list[str]:
    """The names of the project's files that hold a secret's text."""
    tail = secret.reveal()[12:].encode()  # what no escape touches
    return [path.name for path in project.rglob("*") if path.is_file() and tail in path.read_bytes()]


async def dialog(console: Console) -> None:
    await console.until(lambda _: isinstance(console.app.screen, ChangeDialog), "the dialog")
    await console.pilot.pause()


async def done(console: Console, title: str = "") -> None:
    def ended(state: State) -> bool:
        steps = state.set_up.steps
        return title in state.set_up.title and bool(steps) and all(s.phase is not Phase.BUSY for s in steps)

    await console.until(ended, "the end of the change")
    await console.pilot.pause()


async def open_app(console: Console, name: str) -> None:
    """Opens the details of an app and waits for all that they tell."""
    await console.press("2", "slash")
    await console.type(name)
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == [name])
    await console.press("enter", "d")
    await console.until(lambda state: state.entra.access and state.entra.host_view)


async def register(console: Console) -> None:
    await console.press("2", "n")
    await dialog(console)
    await console.press("enter")
    await done(console, "Registering")


async def add_secret(console: Console) -> None:
    await console.press("2", "x")
    await dialog(console)
    await console.press("enter", "enter")
    await done(console, "secret")


async def grant(console: Console) -> None:
    await console.press("g")
    await dialog(console)
    await console.press("enter")
    await done(console, "read")


async def test_from_nothing_to_written_files(allowed: Console, azure: EmulatorProcess, project: Path) -> None:
    azure.clear_log()
    await register(allowed)
    await add_secret(allowed)
    await grant(allowed)
    assert allowed.state.set_up.problem is None
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


@pytest.fixture
async def rotated(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console in which the secret of astro-prod was rotated and written."""
    async with opened(azure, replace(start, allow_changes=True, settings=PROD)) as console:
        await open_app(console, "astro-prod")
        await add_secret(console)
        await console.press("w", "w")
        await console.until(lambda state: state.output.differences == ())
        await console.until(lambda state: state.rotation is None or state.rotation.written)
        await console.press("2")
        yield console


async def test_a_rotation_reads_the_vault_with_the_new_secret(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, replace(start, allow_changes=True, settings=PROD)) as console:
        await open_app(console, "astro-prod")
        await add_secret(console)
        assert console.state.set_up.steps[-1].words == "Reading the vault with the new secret"
        assert [s.phase for s in console.state.set_up.steps] == [Phase.DONE] * 3
        await console.until(
            lambda state: {c.name: c.verdict for c in state.checks}["identity can read"] == "ok"
        )


async def test_a_rotation_of_an_app_that_may_not_read_says_so(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, replace(start, allow_changes=True, settings=DEV)) as console:
        await open_app(console, "astro-dev")
        await add_secret(console)
        assert console.state.set_up.steps[-1].phase is Phase.FAILED
        assert "g grants the app to read the vault" in console.state.set_up.next


async def test_written_files_alone_remove_no_old_secret(rotated: Console) -> None:
    assert rotated.app.screen is rotated.app.main
    shown = " ".join(rotated.screen().replace("┃", " ").split())
    assert "next Update the Deployment (pane 5); then o in pane 2 removes the old secret." in shown
    assert "astro deployment variable update" in shown


async def test_after_a_rotation_the_next_steps_begin_with_the_deployments_update(rotated: Console) -> None:
    plan = rotated.state.output.plan
    assert plan is not None
    assert plan.next_steps[0].command.startswith("astro deployment variable update ")


async def test_the_old_secret_is_kept_unless_its_removal_is_chosen(
    rotated: Console, azure: EmulatorProcess
) -> None:
    azure.clear_log()
    await rotated.press("o")
    await dialog(rotated)
    assert "the Astro Deployment, until" in rotated.screen()
    await rotated.press("enter")
    assert rotated.app.screen is rotated.app.main
    assert changes(azure) == []


async def test_the_old_secret_of_a_rotation_is_removed(rotated: Console, azure: EmulatorProcess) -> None:
    new = rotated.state.rotation
    azure.clear_log()
    await rotated.press("o")
    await dialog(rotated)
    await rotated.press("down", "enter")
    await done(rotated, "Remove")
    left = {credential.key_id for credential in rotated.state.entra.entries[0].credentials}
    assert new is not None
    assert new.key_id in left
    assert changes(azure) == ["removePassword"]
    assert rotated.state.rotation is None


async def test_esc_is_always_no(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    for key in ("n", "x"):
        await allowed.press("2", key)
        await dialog(allowed)
        await allowed.press("escape")
        await allowed.pilot.pause()
        assert allowed.app.screen is allowed.app.main
    assert changes(azure) == []


async def test_a_dialog_says_what_where_and_as_whom(allowed: Console) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("g")
    await dialog(allowed)
    shown = allowed.screen()
    assert "the role Key Vault Secrets User" in shown
    assert "the vault kv-contoso-prod, nothing above it" in shown
    assert "you, ana@contoso.com (az CLI)" in shown


@pytest.mark.parametrize(
    ("days", "note"), [("0", "1 to 730 days"), ("900", "1 to 730 days"), ("x", "1 to 730 days")]
)
async def test_a_lifetime_that_will_not_do_cannot_be_chosen(allowed: Console, days: str, note: str) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("x")
    await dialog(allowed)
    await allowed.press(*days)
    assert note in allowed.screen()
    assert "⏎ Add the client secret" not in allowed.screen()


async def test_what_is_typed_first_replaces_what_was_suggested(allowed: Console) -> None:
    await allowed.press("2", "n")
    await dialog(allowed)
    await allowed.type("airflow-trial")
    assert "Register airflow-trial" in allowed.screen()


async def test_the_end_of_a_secret_follows_its_lifetime(allowed: Console) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("x")
    await dialog(allowed)
    await allowed.type("90")
    assert f"until {now() + timedelta(days=90):%Y-%m-%d}" in allowed.screen()


async def test_a_refused_lifetime_is_not_taken_by_enter(allowed: Console, azure: EmulatorProcess) -> None:
    await open_app(allowed, "astro-dev")
    azure.clear_log()
    await allowed.press("x")
    await dialog(allowed)
    await allowed.type("18090")
    await allowed.press("enter", "enter")
    assert isinstance(allowed.app.screen, ChangeDialog)
    assert changes(azure) == []


async def test_the_lower_edge_says_what_enter_does(allowed: Console) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("x")
    await dialog(allowed)
    assert "⏎ goes to the next field" in allowed.screen()
    await allowed.press("enter")
    assert "⏎ does it" in allowed.screen()


async def test_the_agents_service_accounts_are_trusted(azure: EmulatorProcess, start: ConsoleStart) -> None:
    agents = replace(SETTINGS, target=Target.REMOTE_EXECUTION)
    async with opened(azure, replace(start, allow_changes=True, settings=agents)) as console:
        await open_app(console, "astro-remote-agents")
        await console.press("z")
        shown = console.screen()
        assert "worker default: astro-agents/astro-agent-worker-default" in " ".join(shown.split())
        azure.clear_log()
        await console.press("f")
        await dialog(console)
        await console.press("enter")
        await done(console, "Let service accounts")
        await console.until(lambda state: state.entra.federated and len(state.entra.federated) == 4)
        assert changes(azure) == ["federatedIdentityCredentials"] * 3


async def test_f_in_the_list_finds_out_by_itself_whom_the_app_trusts(allowed: Console) -> None:
    await allowed.press("2", "slash")
    await allowed.type("astro-remote-agents")
    await allowed.until(
        lambda state: [e.display_name for e in state.entra.entries] == ["astro-remote-agents"]
    )
    await allowed.press("enter", "f")
    await dialog(allowed)
    assert "Let service accounts be astro-remote-agents" in allowed.screen()
    assert "the mode workload identity alone" in allowed.screen()


async def test_a_change_that_ended_well_takes_one_line_and_says_what_is_next(allowed: Console) -> None:
    await register(allowed)
    await add_secret(allowed)
    await grant(allowed)
    folded = set_up.rows(allowed.state, 78, now())
    assert [len(folded), folded[0].parts[0]] == [3, ("✓ ", "good")]
    assert "w shows the files to be written" in allowed.state.set_up.next


async def test_before_a_grant_the_dialog_says_that_the_network_may_keep_this_host_out(
    allowed: Console,
) -> None:
    allowed.app.main.settle(replace(SETTINGS, vault=VaultAddress(company.VAULT_PRIVATE)), "vault")
    await open_app(allowed, "astro-dev")
    await allowed.press("g")
    await dialog(allowed)
    assert "A grant alone does not help" in allowed.screen()


async def test_no_access_is_said_with_what_the_vault_goes_by(allowed: Console) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("z")
    assert "no access; this vault uses roles" in allowed.screen()


# Where kvtui only reads

READ_ONLY: list[tuple[str, str]] = [
    ("n", "az ad app create --display-name"),
    ("x", "az ad app credential reset --id"),
    ("o", "az ad app credential delete --id"),
    ("g", "az role assignment create --role"),
]


@pytest.mark.parametrize(("key", "command"), READ_ONLY)
async def test_without_allow_changes_a_key_shows_the_command_and_sends_nothing(
    azure: EmulatorProcess, start: ConsoleStart, key: str, command: str
) -> None:
    async with opened(azure, start) as console:
        await open_app(console, "astro-dev")
        azure.clear_log()
        await console.press(key)
        await dialog(console)
        shown = console.screen()
        assert command in shown
        assert "--allow-changes" in shown
        for edge in ("⏎ make it", "⏎ goes to", "⏎ or y copies"):
            shown = shown.replace(edge, "")
        assert "⏎ " not in shown
        await console.press("enter", "enter", "enter")
        assert changes(azure) == []


async def test_by_hand_the_secret_does_not_reach_kvtui(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, start) as console:
        await open_app(console, "astro-dev")
        await console.press("x")
        await dialog(console)
        shown = console.screen()
        assert "it goes into the settings" not in shown
        assert "prints the secret in clear" in shown
        assert "@FILE" in shown


async def test_y_copies_the_command(
    azure: EmulatorProcess, start: ConsoleStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(azure, start) as console:
        copied: list[str] = []
        keep: Callable[[str], None] = copied.append
        monkeypatch.setattr(console.app, "copy_to_clipboard", keep)
        await open_app(console, "astro-dev")
        await console.press("g")
        await dialog(console)
        await console.press("y")
        assert copied[0].startswith("az role assignment create")


async def test_who_may_not_grant_gets_the_command(azure: EmulatorProcess, start: ConsoleStart) -> None:
    settings = replace(SETTINGS, vault=VaultAddress(company.VAULT_FIREWALL))
    async with opened(azure, replace(start, allow_changes=True)) as console:
        console.app.main.settle(settings, "vault")
        await open_app(console, "astro-dev")
        await console.press("g")
        await dialog(console)
        await console.press("enter")
        await done(console, "read")
        await dialog(console)
        shown = " ".join(console.screen().split())
        assert "may not grant roles on the vault" in shown
        assert "az role assignment create" in shown


# One secret in the vault


async def create(console: Console, key: str, value: str) -> None:
    await console.press("3", "n")
    await dialog(console)
    await console.type(key)
    await console.press("enter")
    await console.type(value)
    await console.press("enter")


async def test_a_secret_is_created_under_its_prefix(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await create(allowed, "new_flag", "kvtui-canary")
    assert "kvtui-canary" not in allowed.screen()
    await allowed.press("enter")
    await allowed.until(lambda state: "airflow-variables-new-flag" in {s.name for s in state.secrets.names})
    assert set(changes(azure)) == {"airflow-variables-new-flag"}
    vault = await allowed.app.main.azure.vault(allowed.state.settings, deployment=False)
    assert (await vault.value("airflow-variables-new-flag")).value == SecretText("kvtui-canary")
    assert "kvtui-canary" not in allowed.screen()


async def test_without_allow_changes_the_command_holds_no_value(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        azure.clear_log()
        await console.press("3", "n")
        await dialog(console)
        assert "kvtui only reads" in console.screen()
        assert "Value, or @FILE" not in console.screen()
        await console.type("new_flag")
        await console.press("enter")
        assert "az keyvault secret set --vault-name kv-contoso-prod" in console.screen()
        await console.press("enter")
        assert changes(azure) == []


async def test_who_may_not_store_is_told_the_role(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, replace(start, allow_changes=True)) as console:
        console.app.main.settle(replace(SETTINGS, vault=VaultAddress(company.VAULT_POLICIES)), "vault")
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await create(console, "new_flag", "x")
        await console.press("enter")
        await console.until(lambda _: "not created" in console.screen())
        assert "--secret-permissions set" in " ".join(console.screen().replace("┃", " ").split())
