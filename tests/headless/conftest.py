"""Headless commands on the embedded Azure, in an empty project of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kvtui.app.exits import exit_of
from kvtui.cli.main import parse
from kvtui.cli.options import COMMANDS
from kvtui.cli.startup import begin_headless
from kvtui.core.problems import ProblemError
from kvtui.core.report import print_problem
from kvtui.emulator import company
from kvtui.headless.remedies import worded_problem
from tests.emulator_fixture import azure, emulator_session
from tests.emulator_support.process import EmulatorProcess

__all__ = ["azure", "emulator_session"]


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> object:
        """stdout as the one JSON document it must be."""
        return json.loads(self.out)


Run = Callable[..., Ran]
APP = ("--client-id", company.ASTRO_PROD, "--tenant-id", company.TENANT_ID)
"""The app that may read the vault."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    return directory


@pytest.fixture
def run(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs kvtui as the command line would, within this process, on `project`."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("AZURE_CLIENT_SECRET", raising=False)

    def run_it(*words: str, secret: str = "", **variables: str) -> Ran:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        if secret:
            monkeypatch.setenv("AZURE_CLIENT_SECRET", secret)
        given = parse([*words, "--project", str(project)])
        command = next((name for name in COMMANDS if name in given), "")
        capsys.readouterr()
        try:
            code = begin_headless(given, command)
        except ProblemError as error:
            print_problem(worded_problem(error.problem))
            code = exit_of(error.problem)
        captured = capsys.readouterr()
        return Ran(int(code), captured.out, captured.err)

    return run_it


@pytest.fixture
def on_vault(run: Run, azure: EmulatorProcess) -> Run:
    """The same on the embedded Azure's production vault."""

    def run_it(*words: str, secret: str = "", vault: str = company.VAULT_RBAC, **variables: str) -> Ran:
        return run("--vault-url", vault, *words, secret=secret, **variables)

    return run_it
