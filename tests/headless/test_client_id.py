"""What the directory and Resource Manager know for `--check`: object ids, closed vaults, held grants."""

from __future__ import annotations

from typing import Any

import pytest

from kvtui.app.exits import Exit
from kvtui.emulator import company
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess
from tests.headless.conftest import Ran, Run

APP_OBJECT = company.made_id("object", "astro-prod")
PRINCIPAL = company.made_id("sp", "mi-astro-agents")
TENANT = ("--tenant-id", company.TENANT_ID, "--sign-in", "azure-cli")


def check_of(ran: Ran, name: str) -> dict[str, str]:
    document: Any = ran.document
    return next(check for check in document["checks"] if check["name"] == name)


@pytest.mark.parametrize(("object_id", "name"), [(APP_OBJECT, "astro-prod"), (PRINCIPAL, "mi-astro-agents")])
def test_the_checklist_does_not_accept_an_object_id(on_vault: Run, object_id: str, name: str) -> None:
    mode = ("--auth-mode", "managed-identity")
    ran = on_vault("--check", "--json", "--client-id", object_id, *mode, *TENANT)
    chosen = check_of(ran, "identity chosen")
    assert chosen["verdict"] == "fail"
    assert f"{object_id} is the object ID of {name}; its client ID is " in chosen["detail"]


def test_an_export_does_not_accept_an_object_id(on_vault: Run) -> None:
    mode = ("--auth-mode", "managed-identity")
    ran = on_vault("--export", "env", "--client-id", PRINCIPAL, *mode, *TENANT)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "is the object ID of mi-astro-agents; its client ID is " in ran.err


def test_an_export_takes_a_client_id(on_vault: Run) -> None:
    mode = ("--auth-mode", "managed-identity")
    ran = on_vault("--export", "env", "--client-id", company.MI_ASTRO_AGENTS, *mode, *TENANT)
    assert ran.code == Exit.OK
    assert company.MI_ASTRO_AGENTS in ran.out


def test_an_export_goes_on_where_the_directory_cannot_be_asked(on_vault: Run, azure: EmulatorProcess) -> None:
    azure.set_scenario(az_user="")
    mode = ("--auth-mode", "managed-identity")
    assert on_vault("--export", "env", "--client-id", PRINCIPAL, *mode, *TENANT).code == Exit.OK


@pytest.mark.parametrize(
    ("vault", "words"),
    [
        (
            company.VAULT_FIREWALL,
            "In the vault's firewall, allow the egress addresses of the Astro Deployment.",
        ),
        (company.VAULT_PRIVATE, "Connect the Astro Deployment to it through a private endpoint."),
    ],
)
def test_a_vault_that_is_closed_to_the_public_is_a_warning_for_astro(
    on_vault: Run, vault: str, words: str
) -> None:
    found = check_of(on_vault("--check", "--json", *TENANT, vault=vault), "vault found")
    assert found["verdict"] == "warn"
    assert words in found["remedy"]


def test_a_closed_vault_is_no_warning_for_agents_in_its_network(on_vault: Run) -> None:
    target = ("--target", "remote-execution")
    ran = on_vault("--check", "--json", *TENANT, *target, vault=company.VAULT_FIREWALL)
    assert check_of(ran, "vault found")["verdict"] == "ok"


def test_a_denial_of_a_right_that_is_granted_says_to_wait_or_to_sign_in_again(
    on_vault: Run, azure: EmulatorProcess
) -> None:
    body = '{"error": {"code": "Forbidden", "innererror": {"code": "ForbiddenByRbac"}, "message": "no"}}'
    app = ("--client-id", company.ASTRO_PROD, *TENANT)
    host = f"{company.VAULT_RBAC}.*"
    azure.inject(
        Fault(
            FaultKind.BODY, host=host, path="/secrets/*", with_token=True, status=403, body=body, times=None
        )
    )
    ran = on_vault("--check", "--json", *app, secret=company.CLIENT_SECRETS[company.ASTRO_PROD])
    found = check_of(ran, "identity can read")
    assert found["verdict"] == "fail"
    assert "The permission exists already. Granted by the role Key Vault Secrets User" in found["remedy"]
    assert "Wait up to ten minutes, or sign in again" in found["remedy"]


def test_the_checklist_does_not_accept_an_app_as_a_managed_identity(on_vault: Run) -> None:
    mode = ("--auth-mode", "managed-identity")
    ran = on_vault("--check", "--json", "--client-id", company.ASTRO_PROD, *mode, *TENANT)
    chosen = check_of(ran, "identity chosen")
    assert (chosen["verdict"], chosen["detail"]) == (
        "fail",
        "astro-prod is an app registration; a managed identity is needed for this auth mode.",
    )


def test_the_checklist_says_that_the_kind_of_an_identity_is_unknown(on_vault: Run) -> None:
    mode = ("--auth-mode", "managed-identity")
    unknown = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
    chosen = check_of(
        on_vault("--check", "--json", "--client-id", unknown, *mode, *TENANT), "identity chosen"
    )
    assert chosen["verdict"] == "warn"
    assert "the directory does not show whether it is one" in chosen["detail"]


@pytest.mark.parametrize(
    ("client_id", "command", "other"),
    [
        (company.MI_ASTRO_AGENTS, "az identity federated-credential", "az ad app federated"),
        (company.ASTRO_PROD, "az ad app federated-credential", "az identity federated"),
    ],
)
def test_an_export_takes_the_kind_of_the_identity_from_the_directory(
    on_vault: Run, client_id: str, command: str, other: str
) -> None:
    mode = ("--auth-mode", "workload-identity", "--target", "remote-execution")
    ran = on_vault("--export", "helm", "--client-id", client_id, *mode, *TENANT)
    assert command in ran.err
    assert other not in ran.err


def test_the_checklist_names_the_identity_that_was_given_by_its_client_id(on_vault: Run) -> None:
    mode = ("--auth-mode", "managed-identity")
    ran = on_vault("--check", "--json", "--client-id", company.MI_ASTRO_AGENTS, *mode, *TENANT)
    detail = f"mi-astro-agents (managed identity), client ID {company.MI_ASTRO_AGENTS}."
    assert check_of(ran, "identity chosen")["detail"] == detail
