"""The last vault and target: kept for the console alone, without a secret, and only where that is wanted."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.cli.main import parse
from kvtui.cli.startup import begin_console, gather
from kvtui.console.start import ConsoleStart
from kvtui.core.problems import ProblemError
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import Settings, Target, VaultAddress
from kvtui.settings.sources import resolve
from kvtui.settings.store.memory import memory_path, remember, remembered
from tests.settings.test_profiles import FULL

LAST = Settings(vault=VaultAddress("kv-last"), target=Target.REMOTE_EXECUTION)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("KVTUI_", "AZURE_", "TEXTUAL"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "project").mkdir()
    return tmp_path


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[ConsoleStart]:
    """What the console would have begun with."""
    begun: list[ConsoleStart] = []

    def run_console(start: ConsoleStart) -> int:
        begun.append(start)
        return 0

    monkeypatch.setattr("kvtui.console.app.run_console", run_console)
    return begun


def test_vault_and_target_come_back_and_nothing_else() -> None:
    remember(FULL)
    read = resolve([remembered()]).settings
    assert read == Settings(cloud_name=CloudName.USGOV, vault=FULL.vault, target=FULL.target)


def test_the_file_holds_no_secret_and_is_the_users_alone() -> None:
    remember(FULL)
    assert b"canary" not in memory_path().read_bytes()
    assert stat.S_IMODE(memory_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(memory_path().parent.stat().st_mode) == 0o700


def test_without_a_vault_the_target_is_kept() -> None:
    remember(replace(LAST, vault=None))
    assert resolve([remembered()]).settings == Settings(target=Target.REMOTE_EXECUTION)


@pytest.mark.parametrize(
    "text", ["", "not toml", "vault-url = 5\n", "client-secret = 'x'\n", "vault-url = 'http://x'\n"]
)
def test_a_file_that_kvtui_did_not_write_is_nothing(text: str) -> None:
    remember(LAST)
    memory_path().write_text(text)
    assert resolve([remembered()]).settings == Settings()


def test_the_console_begins_where_it_was_left(home: Path, starts: list[ConsoleStart]) -> None:
    remember(LAST)
    begin_console(parse(["--project", str(home / "project")]))
    assert (starts[0].settings.vault, starts[0].origins["vault"]) == (LAST.vault, "last time")
    assert starts[0].remember is remember


def test_whatever_else_speaks_of_the_vault_decides(home: Path, starts: list[ConsoleStart]) -> None:
    remember(FULL)
    begin_console(parse(["--project", str(home / "project"), "--vault-url", "kv-demo"]))
    assert starts[0].settings.vault == VaultAddress("kv-demo")


def test_no_memory_neither_reads_nor_keeps(
    home: Path, starts: list[ConsoleStart], monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(LAST)
    monkeypatch.setenv("KVTUI_NO_MEMORY", "1")
    begin_console(parse(["--project", str(home / "project")]))
    assert (starts[0].settings.vault, starts[0].remember) == (None, None)


def test_the_demo_neither_reads_nor_keeps(starts: list[ConsoleStart]) -> None:
    remember(LAST)
    begin_console(parse(["--demo"]))
    assert starts[0].settings.vault != LAST.vault
    assert starts[0].remember is None


def test_a_headless_run_does_not_read_it(home: Path) -> None:
    remember(LAST)
    assert gather({"project": str(home / "project")}).resolved.settings.vault is None


def test_a_place_that_cannot_be_written_is_reported(home: Path) -> None:
    (home / "state").write_text("a file, where a directory should be")
    with pytest.raises(ProblemError, match="KVTUI_NO_MEMORY=1 turns this off"):
        remember(LAST)
