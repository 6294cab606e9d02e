"""The real Airflows: their environments, made from locks, and the conversation with the probe inside."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.conformance.airflow.case import APP, PROVIDERS, Case
from tests.emulator_support.faults import Fault, FaultKind, value_requests
from tests.emulator_support.process import EmulatorProcess

ROOT = Path(__file__).parents[3]
HOME = ROOT / ".conformance"


@dataclass(frozen=True)
class Real:
    """One way to run a real Airflow."""

    name: str
    environment: str
    """The folder below `.conformance`: a lock of that name in `requirements`, or a line of `EARLIER`."""
    airflow: str
    provider: str
    context: str
    way: str
    """As in `Case.contexts`: `server`, `task`, `airflow2` or `provider-…`."""

    @property
    def in_ci(self) -> bool:
        """Whether it runs without `KVTUI_CONFORMANCE=all`."""
        return self.environment not in EARLIER


EARLIER = {
    "airflow3.2.2": ("2026-07-10", "3.2.2", "1.2.2", "13.5.0"),
    "airflow3.1.8": ("2026-03-25", "3.1.8", "1.1.8", "13.0.1"),
    "airflow3.0.6": ("2025-09-05", "3.0.6", "1.0.6", "12.6.1"),
    "airflow3.0.0": ("2025-05-01", "3.0.0", "1.0.0", "12.3.1"),
    "airflow2.10.5": ("2025-03-01", "2.10.5", "", "12.2.0"),
}
"""Earlier releases, resolved as on that day: the day, Airflow, the task SDK and the Azure provider."""

REALS = (
    Real("server", "airflow3", "3.3.2", "15.2.1", "server", "server"),
    Real("task", "airflow3", "3.3.2", "15.2.1", "task", "task"),
    Real("airflow2", "airflow2", "2.11.2", "12.10.3", "server", "airflow2"),
    *(
        Real(f"provider-{version}", f"airflow2-{version}", "2.11.2", version, "server", f"provider-{version}")
        for version in PROVIDERS
    ),
    *(
        Real(f"{way}-{airflow}", name, airflow, provider, "task" if way == "task" else "server", way)
        for name, (_, airflow, sdk, provider) in EARLIER.items()
        for way in (("server", "task") if sdk else ("airflow2",))
    ),
)


def python_of(environment: str) -> Path:
    """The interpreter of an environment, which is made from its lock where it is not there yet.

    `airflow2-13.2.0` is `airflow2` with that provider in place of the locked one.
    """
    HOME.mkdir(exist_ok=True)
    with (HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may want it at once
        return _made(environment)


def _made(environment: str) -> Path:
    base, _, provider = environment.partition("-")
    home = HOME / environment
    if environment in EARLIER:
        lock = " ".join(_as_on_the_day(*EARLIER[environment]))
    else:
        lock = (ROOT / "requirements" / f"{base}.txt").read_text("utf-8")
    wanted = lock + (_provider_lines(provider) if provider else "")
    python, mark = home / "bin" / "python", home / ".made-from"
    if not mark.exists() or mark.read_text("utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        if environment in EARLIER:
            uv = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", str(python)]
            subprocess.run([*uv, *lock.split()], check=True)
        else:
            _install(python, lock)
        if provider:
            _install(python, _provider_lines(provider))
        mark.write_text(wanted, "utf-8")
    return python


def _as_on_the_day(day: str, airflow: str, sdk: str, provider: str) -> list[str]:
    """What `uv pip install` is told so that it installs an earlier release with what was there that day."""
    core = ["apache-airflow-core", "apache-airflow-task-sdk"] if sdk else ["apache-airflow"]
    pins = [f"{name}=={version}" for name, version in zip(core, (airflow, sdk), strict=False)]
    return ["--exclude-newer", day, *pins, f"apache-airflow-providers-microsoft-azure=={provider}"]


def _install(python: Path, lines: str) -> None:
    """Locked requirements into an environment: by uv in seconds, by pip where uv cannot do it."""
    locked = ("-q", "--no-deps", "--require-hashes", "-r")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--python", str(python), *locked, "-"]
    if subprocess.run(uv, input=lines, text=True, check=False).returncode != 0:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(lines)
            file.flush()
            subprocess.run([python, "-m", "pip", "install", *locked, file.name], check=True)


def _provider_lines(version: str) -> str:
    """The locked lines of one release of the provider."""
    lines = (ROOT / "requirements" / "providers.txt").read_text("utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if f"=={version} " in line)
    return "".join(lines[at : at + 3])


class Probe:
    """A running probe. It answers one case at a time."""

    def __init__(self, environment: str, azure: EmulatorProcess) -> None:
        self.azure = azure
        self.number = 0
        # The az stand-in stays out of reach: a worker has no az.
        surroundings = {
            name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AZURE_"))
        }
        surroundings |= {**azure.environment, "PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore"}
        words = [
            str(python_of(environment)),
            "-m",
            "probe",
            *(["--task"] if environment.startswith("airflow3") else []),
        ]
        self.process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=surroundings,
            cwd=Path(__file__).parent,
        )
        assert json.loads(self._line()) == {"ready": True}

    def run(self, case: Case, real: Real) -> tuple[Case, dict[str, Any], list[str]]:
        """The case with its vault, what the real Airflow did, and the names that the vault was asked for."""
        self.number += 1
        name = f"kv-case-{os.getpid()}-{self.number}"
        filled = case.filled(f"{name}.vault.azure.net")
        self.azure.add_vault(name, filled.vault, [APP])
        self.azure.clear_log()
        self.azure.clear_faults()
        if filled.refused and filled.refused.fault:
            fault = {"with_token": True, "times": None, "host": f"{name}.*", **filled.refused.fault}
            self.azure.inject(Fault(**{**fault, "kind": FaultKind(fault["kind"])}))
        content = {**asdict(filled), "context": real.context}
        if filled.rows:
            content["metastore"] = {key: json.dumps(row) for key, row in filled.rows.items()}
        assert self.process.stdin
        self.process.stdin.write(json.dumps(content) + "\n")
        self.process.stdin.flush()
        outcome: dict[str, Any] = json.loads(self._line())
        asked = [
            record.path
            for record in value_requests(self.azure.log())
            if record.caller and record.status != 400
        ]
        seen = [path.removeprefix("/secrets/").removesuffix("/") for path in asked]
        return filled, outcome, seen

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"The probe ended with {self.process.wait()}.")
        return line

    def close(self) -> None:
        """Ends it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=20)
