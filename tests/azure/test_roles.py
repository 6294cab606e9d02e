"""What roles give on secrets, and the words for what a vault denies: pure, no Azure needed."""

from __future__ import annotations

from kvtui.azure.roles import BUILT_IN, custom_role

SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"


def _definition(*data_actions: str, without: tuple[str, ...] = ()) -> dict[str, object]:
    permission = {"dataActions": list(data_actions), "notDataActions": list(without)}
    return {"properties": {"roleName": "Ours", "permissions": [permission]}}


def test_secrets_user_reads_and_lists_and_no_more() -> None:
    role = BUILT_IN[SECRETS_USER]
    assert (role.get, role.list, role.wide) == (True, True, False)


def test_contributor_gives_nothing_on_secrets() -> None:
    role = BUILT_IN[CONTRIBUTOR]
    assert not role.get
    assert not role.list


def test_a_custom_role_with_a_star_reads_and_is_called_wide() -> None:
    role = custom_role(_definition("Microsoft.KeyVault/vaults/*"))
    assert (role.get, role.list, role.wide) == (True, True, True)


def test_a_custom_roles_exception_takes_the_right_away() -> None:
    taken = "microsoft.keyvault/vaults/secrets/getsecret/action"
    role = custom_role(_definition("Microsoft.KeyVault/vaults/secrets/*", without=(taken,)))
    assert not role.get
    assert role.list


def test_a_dot_in_a_pattern_is_only_a_dot() -> None:
    assert not custom_role(_definition("MicrosoftxKeyVault/vaults/secrets/getSecret/action")).get


def test_a_definition_without_permissions_gives_nothing() -> None:
    assert not custom_role({}).get
