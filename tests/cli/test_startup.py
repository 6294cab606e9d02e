"""From the environment and the files to the settings that a front end begins with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from kvtui.cli.demo import Demo
from kvtui.cli.main import parse
from kvtui.cli.sources import environment_source, read_secret_file
from kvtui.cli.startup import begin_console, begin_headless, demo_secrets, drop_textual_variables, gather
from kvtui.console.start import ConsoleStart
from kvtui.console.terminal.surroundings import Ascii
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import Settings
from kvtui.settings.sources import Resolved
from kvtui.settings.store.profiles import save_profile

APP = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
KWARGS = 'AIRFLOW__SECRETS__BACKEND_KWARGS={"vault_url": "https://kv-env.vault.azure.net/", "sep": "e"}\n'


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("KVTUI_", "AZURE_", "TEXTUAL"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def gathered(project: Path, options: Mapping[str, object] | None = None) -> Resolved:
    return gather({"project": str(project), **(options or {})}).resolved


def test_an_audit_goes_on_without_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    found = gathered(tmp_path, {"audit": [str(tmp_path)]})
    assert found.notices == (f"Not read: {tmp_path}/.env is a directory, not a file.",)


def test_options_variables_env_file_and_profile_decide_in_this_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_profile("team", Settings(sep="p", config_prefix="from-profile"))
    vaults = []
    (tmp_path / ".env").write_text(KWARGS)
    for step in ("profile", "env", "azure", "kvtui", "option"):
        options: dict[str, object] = {"profile": "team"}
        if step == "azure":
            monkeypatch.setenv("AZURE_TENANT_ID", "azure.example")
        if step == "kvtui":
            monkeypatch.setenv("KVTUI_TENANT_ID", "kvtui.example")
            monkeypatch.setenv("KVTUI_SEP", "k")
        if step == "option":
            options |= {"tenant_id": "option.example", "sep": "o"}
        found = gathered(tmp_path, options)
        vaults.append((found.settings.tenant_id, found.settings.sep, found.origins["sep"]))
    assert vaults == [
        ("", "e", ".env"),
        ("", "e", ".env"),
        ("azure.example", "e", ".env"),
        ("kvtui.example", "k", "KVTUI_SEP"),
        ("option.example", "o", "--sep"),
    ]


def test_the_env_file_says_which_cloud_it_is_for(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(KWARGS.replace("vault.azure.net", "vault.usgovcloudapi.net"))
    found = gathered(tmp_path)
    assert (str(found.settings.vault), found.origins["cloud_name"]) == (
        "https://kv-env.vault.usgovcloudapi.net/",
        ".env",
    )


def test_another_backend_in_the_env_file_gives_no_settings(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"AIRFLOW__SECRETS__BACKEND=some.other.Backend\n{KWARGS}")
    assert gathered(tmp_path).settings == Settings()


def test_an_env_file_that_is_not_understood_is_reported(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AIRFLOW__SECRETS__BACKEND_KWARGS={not json\n")
    assert "not a JSON object" in gathered(tmp_path).notices[0]


def test_a_variable_that_means_nothing_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KVTUI_VAULT_ULR", "kv-demo")
    assert gathered(tmp_path).notices == (
        "kvtui has no variable KVTUI_VAULT_ULR; did you mean KVTUI_VAULT_URL?",
    )


def test_an_empty_variable_is_a_prefix_but_no_vault() -> None:
    given = environment_source({"KVTUI_VARIABLES_PREFIX": "", "KVTUI_VAULT_URL": ""}).given
    assert list(given) == ["variables-prefix"]


def test_a_variable_can_say_that_a_kind_is_never_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KVTUI_NO_CONNECTIONS", "true")
    assert gathered(tmp_path).settings.connections_prefix is None
    monkeypatch.setenv("KVTUI_NO_CONNECTIONS", "perhaps")
    with pytest.raises(ProblemError, match=r"KVTUI_NO_CONNECTIONS: The text given is neither true nor false"):
        gathered(tmp_path)


def test_a_secret_file_goes_before_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from-file\n")
    (tmp_path / "secret").chmod(0o600)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "from-variable")
    found = gathered(tmp_path, {"client_secret_file": str(tmp_path / "secret")})
    assert found.settings.client_secret is not None
    assert found.settings.client_secret.reveal() == "from-file"


def test_a_secret_file_that_others_can_read_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0o644)
    read_secret_file(str(tmp_path / "secret"))
    assert "is readable by other users" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\xff", b"x" * 30_000])
def test_a_secret_file_holds_a_short_text(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ProblemError):
        read_secret_file(str(tmp_path / "secret"))


@pytest.mark.parametrize("path", ["/nonexistent", "/", "a\x00b", "/dev/zero"])
def test_what_is_no_secret_file_is_rejected(path: str) -> None:
    with pytest.raises(ProblemError):
        read_secret_file(path)


def test_textuals_variables_are_dropped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_LOG", "x.log")
    monkeypatch.setenv("TEXTUAL", "devtools")
    monkeypatch.setenv("NO_COLOR", "1")
    assert drop_textual_variables() == "TEXTUAL, TEXTUAL_LOG are not used here."
    assert "NO_COLOR" in os.environ
    assert drop_textual_variables() == ""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[ConsoleStart]:
    """What the console was given, in place of a console."""
    given: list[ConsoleStart] = []

    def run_console(start: ConsoleStart) -> int:
        given.append(start)
        return 0

    monkeypatch.setattr("kvtui.console.app.run_console", run_console)
    return given


def test_the_console_is_given_everything_that_was_chosen(started: list[ConsoleStart], tmp_path: Path) -> None:
    words = ["--project", str(tmp_path), "--vault-url", "kv-demo", "--theme", "textual-light", "--no-mouse"]
    assert begin_console(parse(words)) == 0
    (start,) = started
    assert (str(start.settings.vault), start.origins["vault"]) == (
        "https://kv-demo.vault.azure.net/",
        "--vault-url",
    )
    assert (start.theme, start.mouse, start.demo, start.start_demo) == (
        "textual-light",
        False,
        False,
        None,
    )
    assert start.project_directory == tmp_path.resolve()


def test_the_demos_azure_waits_for_the_first_frame(started: list[ConsoleStart], tmp_path: Path) -> None:
    proxy = os.environ.get("HTTPS_PROXY")
    begin_console(parse(["--demo", "--demo-secrets", "7"]))
    (start,) = started
    assert (start.demo, start.start_demo is not None) == (True, True)
    assert start.settings.vault is not None
    assert (start.settings.vault.name, start.origins["vault"]) == (company.VAULT_RBAC, "demo")
    assert os.environ.get("HTTPS_PROXY") == proxy


@pytest.mark.parametrize(
    ("cloud", "host"),
    [("usgov", "kv-contoso-gov.vault.usgovcloudapi.net"), ("china", "kv-contoso-cn.vault.azure.cn")],
)
def test_in_another_cloud_the_demo_begins_with_its_vault_there(
    started: list[ConsoleStart], cloud: str, host: str
) -> None:
    begin_console(parse(["--demo", "--cloud", cloud]))
    assert started[0].settings.vault is not None
    assert started[0].settings.vault.host == host


def test_the_demo_in_a_real_project_works_on_its_own(
    started: list[ConsoleStart], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("FOO=bar\n")
    monkeypatch.chdir(tmp_path)
    begin_console(parse(["--demo"]))
    assert started[0].project_directory.name.startswith("astro-project-")


def test_the_demo_does_not_claim_to_have_saved_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    begin_headless(parse(["--demo", "--save-profile", "team"]), "")
    assert capsys.readouterr().err == (
        "The profile team was not saved: the demo keeps none. Save it without --demo.\n"
    )


def test_the_demos_project_is_deleted_when_the_console_ends(started: list[ConsoleStart]) -> None:
    begin_console(parse(["--demo"]))
    assert not started[0].project_directory.exists()


@pytest.mark.parametrize(("sign_in", "stays"), [("auto", True), ("environment", True), ("azure-cli", False)])
def test_the_secret_stays_in_the_environment_only_where_the_sign_in_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign_in: str, stays: bool
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "kv-canary-1")
    words = ["--project", str(tmp_path), "--sign-in", sign_in, "--export", "env", "--client-id", APP]
    given = parse([*words, "--vault-url", "kv-demo", "--tenant-id", "contoso.com"])
    assert begin_headless(given, "export") == 0
    assert ("AZURE_CLIENT_SECRET" in os.environ) is stays


def test_saving_a_profile_alone_needs_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--project", str(tmp_path), "--vault-url", "kv-demo", "--save-profile", "team"]
    assert begin_headless(parse(words), "") == 0
    assert "Saved: " in capsys.readouterr().err
    assert str(gathered(tmp_path, {"profile": "team"}).settings.vault) == "https://kv-demo.vault.azure.net/"


def test_the_demos_own_secret_files_are_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["--demo", "--export", "env", "--client-id", company.ASTRO_PROD]
    given = parse([*words, "--client-secret-file", "demo-secrets/astro-prod"])
    assert begin_headless(given, "export") == 0
    assert '"client_secret": "' in capsys.readouterr().out


@pytest.mark.parametrize("named", ["demo-secrets/astro-prod", "@demo-secrets/astro-prod"])
def test_in_the_demo_a_secrets_file_is_found_in_the_demos_project(named: str) -> None:
    demo = Demo()
    try:
        settings = gather({"demo": True, "client_secret_file": named}, demo).resolved.settings
    finally:
        demo.close()
    assert settings.client_secret is not None
    assert settings.client_secret.reveal() == company.CLIENT_SECRETS[company.ASTRO_PROD]


def test_the_demo_gives_the_environment_back_when_it_closes() -> None:
    before = dict(os.environ)
    demo = Demo()
    demo.start()
    demo.close()
    assert dict(os.environ) == before


def test_the_demo_takes_100_000_secrets() -> None:
    assert demo_secrets({"demo_secrets": "100000"}) == 100_000


def test_an_unknown_theme_is_rejected_with_the_known_ones_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as raised:
        begin_console(parse(["--project", str(tmp_path), "--theme", "kvtui-darc"]))
    problem = raised.value.problem
    assert (problem.kind, problem.what) == (ProblemKind.USAGE, "--theme: there is no theme of that name.")
    assert problem.remedy.startswith("Did you mean kvtui-dark? Known themes: kvtui-dark, kvtui-light, ")


@pytest.mark.parametrize("theme", ["high-contrast", "ansi"])
def test_the_themes_for_any_terminal_are_known(
    theme: str, tmp_path: Path, started: list[ConsoleStart]
) -> None:
    begin_console(parse(["--project", str(tmp_path), "--theme", theme]))
    assert started[0].theme == theme


@pytest.mark.parametrize(
    ("words", "variable", "choice"),
    [
        ([], "", Ascii.AUTO),
        (["--ascii"], "", Ascii.ALWAYS),
        (["--ascii", "never"], "1", Ascii.NEVER),
        ([], "1", Ascii.ALWAYS),
        ([], "0", Ascii.NEVER),
        ([], "always", Ascii.ALWAYS),
    ],
)
def test_ascii_is_chosen_by_the_option_or_the_variable(
    words: list[str],
    variable: str,
    choice: Ascii,
    tmp_path: Path,
    started: list[ConsoleStart],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if variable:
        monkeypatch.setenv("KVTUI_ASCII", variable)
    begin_console(parse(["--project", str(tmp_path), *words]))
    assert started[0].ascii is choice


def test_another_word_for_ascii_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="--ascii: "):
        begin_console(parse(["--project", str(tmp_path), "--ascii", "sometimes"]))


def test_an_unknown_theme_in_the_environment_is_rejected_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KVTUI_THEME", "nonsense")
    with pytest.raises(ProblemError, match="KVTUI_THEME: there is no theme of that name"):
        begin_console(parse(["--project", str(tmp_path)]))
