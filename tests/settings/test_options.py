"""The table of options agrees with the settings it gives."""

from __future__ import annotations

from kvtui.cli.options import OPTIONS, option


def test_no_option_takes_a_secret() -> None:
    assert [each.flag for each in OPTIONS if "secret" in each.name] == [
        "--demo-secrets",
        "--client-secret-file",
    ]


def test_every_option_is_there_once() -> None:
    assert len({each.name for each in OPTIONS}) == len(OPTIONS)


def test_every_setting_has_a_variable_of_its_own() -> None:
    variables = [each.variable for each in OPTIONS if each.variable]
    assert len(set(variables)) == len(variables)
    assert option("vault-url").variable == "KVTUI_VAULT_URL"
