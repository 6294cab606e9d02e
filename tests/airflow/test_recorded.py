"""The simulation against outcomes recorded from the real Airflow and the real provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kvtui.airflow import simulate
from kvtui.airflow.backend import StartError, build_backend
from kvtui.airflow.model import UNSET, Simulation
from kvtui.airflow.vault_errors import VaultError
from kvtui.settings.model import Context, Kind

_RECORDED = json.loads((Path(__file__).parent / "data" / "recorded_cases.json").read_text("utf-8"))
_RUNS = [
    pytest.param(case, name, id=f"{case['id']}-{name}")
    for case in _RECORDED["cases"]
    for name in case["outcomes"]
]
_RESULTS = {"found": "value", "absent": "none", "not asked": "none", "refused": "raised", "error": "raised"}


async def replay(case: dict[str, Any], name: str) -> tuple[Simulation, list[str]]:
    airflow_version, provider_version, context = _RECORDED["recorded_with"][name]
    names_read: list[str] = []
    vault = {secret.lower(): text for secret, text in case["vault"].items()}
    other = case.get("vault_other")

    async def read(secret: str) -> str | None:
        names_read.append(secret)
        if secret.lower() in vault:
            return str(vault[secret.lower()])
        if other:
            raise VaultError(other["status"], other.get("inner", other["code"]), other["message"])
        return None

    default = case.get("default", {})
    simulation = await simulate(
        case["env"],
        case["key"],
        kind=Kind(case["kind"]),
        airflow_version=airflow_version,
        provider_version=provider_version,
        context=Context(context),
        deserialize_json=case.get("deserialize_json", False),
        default=default["value"] if default.get("given") else UNSET,
        read=read,
        metastore=case.get("metastore", {}),
    )
    return simulation, names_read


@pytest.mark.parametrize(("case", "name"), _RUNS)
async def test_the_caller_gets_what_the_real_airflow_gave(case: dict[str, Any], name: str) -> None:
    real = case["outcomes"][name]
    simulation, _ = await replay(case, name)
    result = simulation.result
    assert result.answered_by == real["answered_by"]
    if real["outcome"] == "raised":
        assert result.outcome == "raises"
        assert result.exception is not None
        assert result.exception.type == real["exception"]["class"].rpartition(".")[2]
        assert result.exception.message == real["exception"]["message"]
    elif "connection" in real:
        assert (result.outcome, result.reveal()) == ("value", real["connection"])
    else:
        assert result.outcome == ("default" if real["answered_by"] == "default" else "value")
        value = result.reveal()
        assert (type(value).__name__, repr(value)) == (real["value"]["type"], real["value"]["repr"])


@pytest.mark.parametrize(("case", "name"), _RUNS)
async def test_the_backends_answer_in_the_recorded_order(case: dict[str, Any], name: str) -> None:
    simulation, _ = await replay(case, name)
    steps = [[step.backend, step.where, _RESULTS[step.outcome]] for step in simulation.steps]
    assert steps == case["outcomes"][name]["steps"]


@pytest.mark.parametrize(("case", "name"), _RUNS)
async def test_the_vault_is_asked_for_the_recorded_names(case: dict[str, Any], name: str) -> None:
    simulation, names_read = await replay(case, name)
    asked = [step.asked for step in simulation.steps if step.backend == "AzureKeyVaultBackend" and step.asked]
    assert asked == case["outcomes"][name]["requested"]
    assert len(names_read) == len(set(names_read)), "a name is read once"


@pytest.mark.parametrize(("case", "name"), _RUNS)
async def test_airflow_logs_the_recorded_lines(case: dict[str, Any], name: str) -> None:
    simulation, _ = await replay(case, name)
    logged = [
        [line.level, line.logger, line.text]
        for line in simulation.logs
        if line.level != "DEBUG" and not line.text.startswith("Secret name")
    ]
    recorded = [
        [level.upper(), logger.partition(" ")[0], text]
        for level, logger, text in case["outcomes"][name]["logs"]
    ]
    assert logged == recorded


@pytest.mark.parametrize(("case", "name"), _RUNS)
async def test_the_credential_is_of_the_recorded_class(case: dict[str, Any], name: str) -> None:
    airflow_version, provider_version, _ = _RECORDED["recorded_with"][name]
    classes = set(case["outcomes"][name]["credentials"])
    try:
        backend = build_backend(case["env"], airflow_version, provider_version)
    except StartError:
        assert classes == set()
        return
    assert backend is not None
    assert backend.choice is not None
    assert classes <= {backend.choice.kind}
