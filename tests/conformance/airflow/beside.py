"""`python -m tests.conformance.airflow.beside`: each trace beside the real one, for hard cases."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

from kvtui.airflow.model import Simulation
from kvtui.app.trace import result_line, trace_steps
from tests.conformance.airflow.case import APP, TRIO, VAULT, env
from tests.conformance.airflow.compare import NOT_OURS, differences, simulated
from tests.conformance.airflow.corpus import all_cases
from tests.conformance.airflow.real import REALS, Probe, python_of
from tests.emulator_support.process import EmulatorProcess, start_emulator

HARD = (
    ("a separator of nothing", "name-kwargs-22-My_Key", "server"),
    ("my__key on 13.2", "name-key-5", "provider-13.2.0"),
    ("bad JSON with a default, 2.11", "value-json-default-9", "airflow2"),
    ("bad JSON with a default, 3.3 in a task", "value-json-default-9", "task"),
    ("403 on a connection, 3.3 in a task", "refused-403-ForbiddenByRbac-conn", "task"),
    ("kwargs that are not JSON", "kwargs-text-13", "task"),
    ("a key with a dot, old provider", "name-key-14", "airflow2"),
    ("a key with a dot, new provider", "name-key-14", "server"),
    ("an empty value", "order-empty-vault-env", "task"),
    ("the API server's second look", "order-variable---m", "task"),
    ("[workers] beside [secrets]", "workers-both-server-has", "task"),
    ("only one of the identity pair", "identity-pair-managed_identity_client_id", "server"),
)
"""What it is about, the case, and the way to run Airflow."""


def main() -> None:
    """Prints both for each case, and how long each took."""
    cases = {case.id: case for case in all_cases()}
    reals = {real.name: real for real in REALS}
    probes: dict[str, Probe] = {}
    with start_emulator() as azure:
        for about, name, way in HARD:
            real, case = reals[way], cases[name]
            probe = probes.get(real.environment) or _probe(probes, real.environment, azure)
            began = time.perf_counter()
            filled, outcome, seen = probe.run(case, real)
            between = time.perf_counter()
            told = asyncio.run(
                simulated(filled, airflow=real.airflow, provider=real.provider, context=real.context)
            )
            ended = time.perf_counter()
            print(f"\n== {about}: Airflow {real.airflow}, provider {real.provider}, {real.context}")
            _print_told(told, (ended - between) * 1000)
            _print_real(outcome, seen, (between - began) * 1000)
            print("   disagreements:", differences(filled, outcome, told, seen) or "none")
        for probe in probes.values():
            probe.close()
        _print_times(azure)


def _print_times(azure: EmulatorProcess) -> None:
    """One key through the real command line and through kvtui's, each a process of its own, three times."""
    azure.add_vault("kv-times", {"airflow-variables-hello": "world"}, [APP])
    variables = {name: text.replace(VAULT, "kv-times.vault.azure.net") for name, text in env().items()}
    with tempfile.TemporaryDirectory() as home:
        surroundings = {**os.environ, **azure.environment, **variables, "AIRFLOW_HOME": home, "HOME": home}
        kvtui = [sys.executable, "-m", "kvtui", "--simulate", "hello", "--vault-url", "kv-times", "--context"]
        kvtui += [
            "server",
            "--auth-mode",
            "client-secret",
            "--tenant-id",
            TRIO["tenant_id"],
            "--client-id",
            APP,
        ]
        ways = [("kvtui --simulate hello", [*kvtui, "--project", home])]
        for environment in ("airflow3", "airflow2"):
            airflow = str(python_of(environment).with_name("airflow"))
            ways.append(
                (f"{environment}: airflow variables get hello", [airflow, "variables", "get", "hello"])
            )
        for what, words in ways:
            seconds = []
            for _ in range(3):
                began = time.perf_counter()
                done = subprocess.run(words, env=surroundings, cwd=home, capture_output=True, text=True)
                seconds.append(time.perf_counter() - began)
            last = done.stdout.strip().splitlines()[-1:] or done.stderr.strip().splitlines()[-1:]
            print(f"{what}: {sorted(seconds)[1]:.2f} s, exit {done.returncode}, {last}")


def _probe(probes: dict[str, Probe], environment: str, azure: EmulatorProcess) -> Probe:
    probes[environment] = Probe(environment, azure)
    return probes[environment]


def _print_told(told: Simulation, milliseconds: float) -> None:
    print(f" kvtui ({milliseconds:.1f} ms)")
    for step in trace_steps(told):
        print(f"   {step.backend} ({step.where}) {step.asked or step.instead}: {step.outcome} {step.detail}")
    print(f"   {result_line(told.result)}")
    for headline in told.headlines:
        print(f"   ! {headline}")
    for log in told.logs:
        if log.level != "DEBUG":
            print(f"   log: {log.level} {log.text}")


def _print_real(outcome: dict[str, Any], seen: list[str], milliseconds: float) -> None:
    print(f" the real one ({milliseconds:.0f} ms); the vault was asked for {seen or 'nothing'}")
    for step in outcome["steps"]:
        failed = step.get("exception", {})
        words = f" {failed['class']}: {failed['message'].splitlines()[0]}" if failed else ""
        print(f"   {step['backend']} ({step['where']}) {step['asked'] or ''}: {step['result']}{words}")
    result = outcome.get("exception") or outcome.get("value") or outcome.get("connection")
    print(f"   {outcome['outcome']}: {result}")
    for log in outcome["logs"]:
        if not log["message"].startswith(NOT_OURS):
            print(f"   log: {log['level'].upper()} {log['message']}")


if __name__ == "__main__":
    main()
