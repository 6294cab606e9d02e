"""The table of options agrees with the settings it gives."""

from __future__ import annotations

from enum import StrEnum

import pytest

from kvtui.cli.options import OPTIONS, option
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Chart, Context, SignInKind, Target
from kvtui.settings.sources import SETTINGS_OPTIONS


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cloud", CloudName),
        ("auth-mode", AuthMode),
        ("target", Target),
        ("chart", Chart),
        ("context", Context),
        ("sign-in", SignInKind),
    ],
)
def test_the_choices_are_those_of_the_settings(name: str, kind: type[StrEnum]) -> None:
    assert option(name).choices == tuple(member.value for member in kind)


def test_every_source_speaks_of_options_that_there_are() -> None:
    assert {name for name in SETTINGS_OPTIONS if name != "client-secret"} <= {each.name for each in OPTIONS}


def test_no_option_takes_a_secret() -> None:
    assert [each.flag for each in OPTIONS if "secret" in each.name] == [
        "--client-secret-file",
        "--demo-secrets",
    ]


def test_every_setting_has_a_variable_of_its_own() -> None:
    variables = [each.variable for each in OPTIONS if each.setting]
    assert len(set(variables)) == len(variables)
    assert option("vault-url").variable == "KVTUI_VAULT_URL"
