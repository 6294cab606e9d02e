"""One entry of the catalogue is all that the option, the variable, the profile and the console need."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from kvtui.cli import sources as cli_sources
from kvtui.cli.main import help_text
from kvtui.cli.sources import environment_source, options_source
from kvtui.console.panes.setup.view import ChoiceRow, SettingRow, rows
from kvtui.console.state import State
from kvtui.core.problems import ProblemError
from kvtui.settings import change
from kvtui.settings.catalogue import BY_FIELD, CATALOGUE, Option, Setting
from kvtui.settings.enums import AuthMode, CloudName, Target
from kvtui.settings.model import Settings
from kvtui.settings.sources import Resolved, Source, resolve
from kvtui.settings.store.profiles import read_profile, save_profile

GUID = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
TEXTS = {
    "vault": "kv-demo",
    "tenant_id": "contoso.com",
    "client_id": GUID,
    "client_secret": "kv-canary-1",
    "airflow_version": "3.1.8",
    "provider_version": "12.10.3",
    "shell_sourceable": "true",
    "deployment_id": "clx0abc123def456",
    "issuer": "https://oidc.example/1",
}
"""A text for each setting that takes none of its choices and not any word."""
ENTRY = pytest.mark.parametrize("setting", CATALOGUE, ids=lambda each: each.field)
OPTION = pytest.mark.parametrize(
    ("setting", "option"),
    [(each, each.option) for each in CATALOGUE if each.option],
    ids=[each.field for each in CATALOGUE if each.option],
)
OFF = pytest.mark.parametrize(
    ("setting", "off"), [(each, each.off) for each in CATALOGUE if each.off], ids=lambda each: ""
)
NOT_CHOSEN = {"identity_is_app", "identity_is_managed"}
"""What the directory says of the chosen identity."""


def text_of(setting: Setting) -> str:
    return str(setting.choices[-1]) if setting.choices else TEXTS.get(setting.field, "team-x")


def given_by(source: Source) -> Resolved:
    return resolve([source])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def test_every_field_of_the_settings_has_an_entry() -> None:
    assert {each.name for each in fields(Settings)} - NOT_CHOSEN == set(BY_FIELD)


@OPTION
def test_it_is_an_option_that_the_help_shows(setting: Setting, option: Option) -> None:
    shown = help_text(100)
    assert f"{option.flag} {option.metavar}".rstrip() in shown
    assert not setting.off or f"{setting.off.flag} " in shown


@OPTION
def test_its_option_gives_it(setting: Setting, option: Option, tmp_path: Path) -> None:
    text = text_of(setting)
    if setting.secret:
        (tmp_path / "held").write_text(text)
        (tmp_path / "held").chmod(0o600)
    typed = {option.dest: str(tmp_path / "held") if setting.secret else text}
    found = given_by(options_source(typed))
    assert getattr(found.settings, setting.field) == setting.read(text, CloudName.PUBLIC)
    assert found.origins[setting.field] == option.flag


@OPTION
def test_its_variable_gives_it(setting: Setting, option: Option) -> None:
    variable = setting.azure_variable or option.variable
    found = given_by(environment_source({variable: text_of(setting)}))
    assert getattr(found.settings, setting.field) == setting.read(text_of(setting), CloudName.PUBLIC)
    assert found.origins[setting.field] == variable


@OPTION
def test_a_misspelt_variable_of_it_gets_the_nearest_one(setting: Setting, option: Option) -> None:
    variable = option.variable
    assert f"did you mean {variable}?" in "".join(cli_sources.unknown_variables({f"{variable}X": "1"}))


@OPTION
def test_a_profile_keeps_it_unless_it_is_a_secret(setting: Setting, option: Option) -> None:
    value = setting.read(text_of(setting), CloudName.PUBLIC)
    save_profile("team", replace(Settings(), **{setting.field: value}))  # type: ignore[arg-type]
    kept = getattr(given_by(read_profile("team")).settings, setting.field)
    assert kept == (None if setting.secret else value)


@OFF
def test_what_turns_it_off_is_an_option_a_variable_and_a_profiles_line(setting: Setting, off: Option) -> None:
    save_profile("team", replace(Settings(), **{setting.field: None}))  # type: ignore[arg-type]
    for source in (
        options_source({off.dest: True}),
        environment_source({off.variable: "1"}),
        read_profile("team"),
    ):
        assert getattr(given_by(source).settings, setting.field) is None


@ENTRY
def test_the_console_changes_it_by_a_text_or_a_choice(setting: Setting) -> None:
    changed = change.choose(Settings(), setting.field, text_of(setting))
    assert getattr(changed, setting.field) == setting.read(text_of(setting), CloudName.PUBLIC)


@ENTRY
def test_what_cannot_be_taken_is_rejected_with_a_remedy(setting: Setting) -> None:
    with pytest.raises(ProblemError) as raised:
        setting.read("\n?", CloudName.PUBLIC)
    assert raised.value.problem.remedy


@ENTRY
def test_it_is_a_row_of_the_consoles_list_unless_it_is_asked_for_elsewhere(setting: Setting) -> None:
    shown: set[str] = set()
    for mode in AuthMode:
        for target in Target:
            state = State(settings=Settings(auth_mode=mode, target=target))
            keys = [row.key for row in rows(state, 80)]
            shown |= {key.field for key in keys if isinstance(key, SettingRow | ChoiceRow)}
    assert (setting.field in shown) is setting.listed


@ENTRY
def test_what_the_console_asks_for_has_a_label(setting: Setting) -> None:
    assert bool(setting.label) is (setting.field not in ("context", "shell_sourceable"))


ANOTHER = """
from kvtui.settings import catalogue as c
held = c.BY_FIELD["issuer"]
option = c.Option("oidc-url", "whose tokens", "URL", c.IDENTITY, variable=True)
new = c.Setting("issuer", option, held.parse, held.label)
c.CATALOGUE = (*(each for each in c.CATALOGUE if each.field != "issuer"), new)
c.BY_FIELD["issuer"] = new

from kvtui.cli.main import UsageError, help_text, parse
from kvtui.cli.sources import environment_source, options_source
from kvtui.console.state import State
from kvtui.console.panes.setup.view import ChoiceRow, SettingRow, rows
from kvtui.settings.model import Settings
from kvtui.settings.sources import resolve
from kvtui.settings.store.profiles import read_profile, render_profile, save_profile

chosen = Settings(issuer="https://a.example")
save_profile("team", chosen)
given = parse(["--oidc-url", "https://a.example"])
for source in (
    options_source(given), environment_source({"KVTUI_OIDC_URL": "https://a.example"}), read_profile("team")
):
    assert resolve([source]).settings == chosen
assert "--oidc-url URL" in help_text(100)
assert SettingRow("issuer") in {row.key for row in rows(State(settings=chosen), 80)}
try:
    parse(["--oidc-ulr", "x"])
except UsageError as error:
    assert "--oidc-url" in str(error)
else:
    raise SystemExit("the misspelt option was taken")
"""


def test_an_entry_is_all_that_option_help_variable_profile_and_list_need(home: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", ANOTHER], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
