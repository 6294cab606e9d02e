"""A secret typed in the wrong place: every option, variable and argument, and nothing repeats it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kvtui.cli.options import OPTIONS

CANARY = "Cnry8Q~s3cr3t+Value_0f.Entra/x="
GUID = "11111111-1111-1111-1111-111111111111"
FREE = {
    "simulate",
    "apps",
    "default",
    "output",
    "variables-prefix",
    "connections-prefix",
    "config-prefix",
    "sep",
}
"""They take any text: a key, a search, a file's name, a part of a name."""
TAKING = [option for option in OPTIONS if option.takes != "flag" and option.name not in FREE]
VARIABLES = [
    *(option.variable for option in TAKING if option.variable),
    *("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "KVTUI_NO_CONFIG"),
    *("AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE", "HTTPS_PROXY", "KVTUI_SHELL_SOURCEABLE"),
]


def said(directory: Path, *words: str, **variables: str) -> str:
    """Everything that kvtui prints."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory), **variables}
    done = subprocess.run(
        [sys.executable, "-m", "kvtui", *words],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 1, done.stderr
    return done.stdout + done.stderr


def leaks(text: str) -> list[str]:
    """The parts of the canary that `text` holds."""
    return [part for part in ("Cnry8Q", "s3cr3t", "0f.Entra") if part.lower() in text.lower()]


@pytest.mark.parametrize("option", TAKING, ids=lambda option: option.name)
def test_no_option_repeats_a_secret_that_it_cannot_take(tmp_path: Path, option: object) -> None:
    flag = option.flag  # type: ignore[attr-defined]
    command = () if flag in ("--list", "--audit", "--export", "--save-profile") else ("--export", "env")
    assert leaks(said(tmp_path, *command, flag, CANARY, "--sign-in", "environment")) == []


@pytest.mark.parametrize("variable", VARIABLES)
def test_no_variable_repeats_a_secret_that_it_cannot_take(tmp_path: Path, variable: str) -> None:
    given = {"AZURE_TENANT_ID": GUID, "AZURE_CLIENT_ID": GUID, variable: CANARY}
    how = "workload-identity" if variable == "AZURE_FEDERATED_TOKEN_FILE" else "environment"
    if variable not in ("AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"):
        given["AZURE_CLIENT_SECRET"] = "x" * 34
    words = ("--export", "env") if variable.startswith("KVTUI") else ("--list", "--vault-url", "kv-demo")
    sign_in = () if variable == "KVTUI_SIGN_IN" else ("--sign-in", how)
    given.setdefault("HTTPS_PROXY", "http://127.0.0.1:9")
    assert leaks(said(tmp_path, *words, *sign_in, **given)) == []


@pytest.mark.parametrize(
    "words",
    [
        (CANARY,),
        ("--check", CANARY),
        (f"-p{CANARY}",),
        (f"-o{CANARY}",),
        (f"--{CANARY}",),
        (f"--pasword={CANARY}",),
        (f"-h{CANARY}",),
        (f"--json={CANARY}",),
        ("--vault-url", f"https://u:{CANARY}@kv-demo.vault.azure.net", "--list"),
        ("--simulate", f"postgresql://u:{CANARY}@h/db", "--vault-url", "kv-demo"),
        ("--simulate", CANARY, "--kind", "config", "--vault-url", "kv-demo"),
    ],
    ids=lambda words: words[0][:4],
)
def test_no_argument_is_repeated(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert leaks(said(tmp_path, *words)) == []


def test_a_mistyped_choice_is_still_repeated_with_what_was_meant(tmp_path: Path) -> None:
    text = said(tmp_path, "--export", "env", "--target", "astroo")
    assert "'astroo'" in text
    assert "Did you mean astro?" in text


def test_a_path_that_is_not_there_is_still_named(tmp_path: Path) -> None:
    text = said(tmp_path, "--export", "env", "--client-secret-file", "secrets/astro.txt")
    assert "secrets/astro.txt cannot be read" in text
