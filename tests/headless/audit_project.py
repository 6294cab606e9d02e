"""A small project, audited by the program against names from a file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from tests.cli.program import Done, kvtui

GET = "from airflow.sdk import Variable\ndef f():\n"
Code = Callable[..., Path]


@pytest.fixture
def code(tmp_path: Path) -> Code:
    """Writes a file of a function with those lines, the first of which is line 3."""
    (tmp_path / ".env").touch()
    (tmp_path / "names").write_text("airflow-variables-here\n# a comment\n\n")

    def write(text: str, name: str = "dags/a.py") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GET + indent(text or "pass", " "))
        return tmp_path

    return write


def audit(directory: Path, *words: str, names: str = "names", stdin: str = "") -> Done:
    return kvtui("--audit", ".", "--names", names, *words, cwd=directory, stdin=stdin)


def document(directory: Path, *words: str) -> Any:
    return json.loads(audit(directory, "--json", *words).stdout)


def verdicts(directory: Path, *words: str) -> dict[str, str]:
    return {each["key"]: each["verdict"] for each in document(directory, *words)["uses"]}


def git(directory: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@contoso.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(directory), *identity, *words], check=True, capture_output=True)
