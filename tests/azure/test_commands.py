"""The `az` commands that kvtui prints: their subcommands and options are the Azure CLI's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import kvtui
from kvtui.azure import commands
from kvtui.azure.model import Group
from kvtui.azure.vault_access import FoundVaultConfig, by_policies
from tests.az_commands import Printed, printed

OPTIONS = {
    "account show": (),
    "ad app create": ("--display-name", "--sign-in-audience"),
    "ad app credential delete": ("--id", "--key-id"),
    "ad app credential reset": ("--append", "--display-name", "--end-date", "--id"),
    "ad app federated-credential create": ("--id", "--parameters"),
    "ad sp create": ("--id",),
    "aks show": ("--name", "--output", "--query", "--resource-group"),
    "identity federated-credential create": (
        "--audiences", "--identity-name", "--issuer", "--name", "--resource-group", "--subject",
        "--subscription",
    ),
    "keyvault network-rule add": ("--ip-address", "--name"),
    "keyvault secret delete": ("--name", "--vault-name"),
    "keyvault secret download": ("--encoding", "--file", "--name", "--vault-name"),
    "keyvault secret recover": ("--name", "--vault-name"),
    "keyvault secret set": (
        "--content-type",
        "--encoding",
        "--expires",
        "--file",
        "--name",
        "--not-before",
        "--output",
        "--tags",
        "--vault-name",
    ),
    "keyvault secret show": ("--name", "--query", "--vault-name"),
    "keyvault secret set-attributes": ("--enabled", "--expires", "--name", "--vault-name"),
    "keyvault set-policy": ("--name", "--object-id", "--secret-permissions"),
    "keyvault show": ("--name", "--query"),
    "login": ("--tenant",),
    "role assignment create": ("--assignee-object-id", "--assignee-principal-type", "--role", "--scope"),
    "role assignment list": ("--assignee", "--include-groups", "--include-inherited", "--output", "--scope"),
}  # fmt: skip
"""By subcommand: options that az 2.91.0 takes, of those that kvtui uses."""
PACKAGE = Path(kvtui.__file__).parent


@pytest.mark.parametrize("one", list(printed()), ids=lambda one: one.command[3:40])
def test_az_knows_the_subcommand_and_every_option(one: Printed) -> None:
    single = [one.command] if one.command.startswith("az ") else re.findall(r"\baz [^;&]+", one.command)
    assert single
    for command in single:
        name, *words = shlex.split(command)
        end = next((n for n, word in enumerate(words) if word[0] == "-"), len(words))
        options = {word for word in words if word.startswith("--")}
        assert name == "az"
        assert options <= set(OPTIONS[" ".join(words[:end])])


def test_every_az_command_in_the_source_is_among_those_that_are_tried() -> None:
    tried = {part[3:] for one in printed() for part in re.findall(r"\baz [^;&]+", one.command)}
    found = {
        words.strip()
        for file in PACKAGE.rglob("*.py")
        if "emulator" not in file.relative_to(PACKAGE).parts
        for words in re.findall(
            r"\baz ((?:login|account|ad|aks|identity|keyvault|role)(?: [a-z-]+)*)", file.read_text("utf-8")
        )
    }
    unknown = {words for words in found if not any(words.startswith(one) for one in OPTIONS)}
    assert unknown == {"account set"}  # what az itself advises, recognised in its message
    assert all(any(one.startswith(known) for one in tried) for known in OPTIONS)


def test_a_grant_on_a_policy_vault_keeps_what_the_principal_has() -> None:
    own = {"objectId": "an-id", "permissions": {"secrets": ["Set", "List"]}}
    others = {"objectId": "a-group", "permissions": {"secrets": ["Delete"]}}
    vault = FoundVaultConfig("kv-demo", "/vault", {"accessPolicies": [own, others]})
    found = by_policies(vault, "an-id", (Group("a-group", "grp"),))
    assert found.remedy.endswith("--object-id an-id --secret-permissions get list set")


def test_a_policy_keeps_the_rights_that_the_command_would_replace() -> None:
    command = commands.grant_policy("kv-demo", "an-id", ("delete", "get"))
    assert command.endswith("--secret-permissions get list delete")
