"""The whole job over `ssh -t`, and commands over `ssh`: their exit codes are those of the documentation."""

from __future__ import annotations

import json
import shlex

import pytest

from kvtui.app.exits import Exit
from kvtui.emulator import company
from kvtui.emulator.sample_project import create_sample_project
from tests.benchmarks.starts import EXPORT, KVTUI
from tests.emulator_support.process import EmulatorProcess
from tests.job import do_the_job, ends
from tests.ssh.conftest import VAULT, console
from tests.ssh.server import Host

LIST = (KVTUI, "--list", "airflow-variables-", *VAULT)


def test_the_whole_job_is_done_by_keys(host: Host, azure: EmulatorProcess) -> None:
    project = create_sample_project(host.home)
    with host.open(*console("--project", str(project))) as terminal:
        do_the_job(terminal)
        terminal.type(b"q")
        assert ends(terminal) == Exit.OK
    assert company.CLIENT_SECRETS[company.ASTRO_PROD] in (project / ".env").read_text()


def test_a_command_prints_its_document(host: Host, azure: EmulatorProcess) -> None:
    done = host.run(*LIST, "--json")
    assert done.returncode == Exit.OK, done.stderr
    assert len(json.loads(done.stdout)["secrets"]) == 72


def test_the_console_without_a_terminal_is_a_usage_error(host: Host) -> None:
    done = host.run(KVTUI)
    assert done.returncode == Exit.USAGE
    assert "needs an interactive terminal" in done.stderr


def test_nobody_signed_in_ends_with_3(host: Host, azure: EmulatorProcess) -> None:
    azure.set_scenario(az_user="")
    assert host.run(*LIST).returncode == Exit.SIGN_IN


def test_a_vault_that_may_not_be_listed_ends_with_4(host: Host, azure: EmulatorProcess) -> None:
    azure.set_scenario(az_user=company.USER_WITHOUT_RIGHTS)
    assert host.run(*LIST).returncode == Exit.DENIED


def test_a_key_that_is_not_there_ends_with_5(host: Host, azure: EmulatorProcess) -> None:
    assert host.run(KVTUI, "--simulate", "api_base_ur", *VAULT).returncode == Exit.UNRESOLVED


def test_a_proxy_that_nobody_listens_at_ends_with_6(host: Host, azure: EmulatorProcess) -> None:
    done = host.run(*LIST, HTTPS_PROXY="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9")
    assert done.returncode == Exit.UNREACHABLE


def test_a_file_that_cannot_be_written_ends_with_7(host: Host) -> None:
    done = host.run(KVTUI, *EXPORT, "-o", "/proc/kvtui/.env")
    assert done.returncode == Exit.NOT_WRITTEN


def test_a_client_secret_is_taken_from_stdin(host: Host, azure: EmulatorProcess) -> None:
    app = ("--client-id", company.ASTRO_PROD, "--client-secret-file", "-")
    secret = company.CLIENT_SECRETS[company.ASTRO_PROD]
    done = host.run(KVTUI, "--simulate", "api_base_url", *VAULT, *app, "--json", typed=secret)
    assert done.returncode == Exit.OK
    assert secret not in done.stdout


@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_that_stops_early_is_no_error(host: Host, azure: EmulatorProcess, reader: str) -> None:
    line = shlex.join(["sh", "-c", host.line(*LIST)])
    done = host.run("sh", "-c", f"({line}; echo $? >code) | {reader}")
    assert (host.home / "code").read_text() == "0\n", done.stderr
