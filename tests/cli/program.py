"""Runs the program as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

Done = subprocess.CompletedProcess[str]


def kvtui(*words: str, cwd: Path, stdin: str = "", **variables: str) -> Done:
    """Runs the program itself, away from any terminal, with an environment of its own."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "TERM": "xterm", **variables}
    return subprocess.run(
        [sys.executable, "-m", "kvtui", *words],
        cwd=cwd,
        env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )
