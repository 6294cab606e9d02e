"""Every chart, mode and way, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvtui.settings.model import Chart, Settings
from tests.conformance.helm.rendering import Rendered, helm, values_of, with_chart
from tests.outputs.samples import MODES


@pytest.fixture(params=list(Chart), ids=str)
def chart(request: pytest.FixtureRequest) -> Chart:
    """The agent chart, then the official one."""
    return Chart(request.param)


@pytest.fixture(params=MODES, ids=lambda mode: mode.auth_mode.value)
def settings(request: pytest.FixtureRequest, chart: Chart) -> Settings:
    """Each auth mode."""
    mode: Settings = request.param
    return with_chart(mode, chart)


@pytest.fixture(params=["fresh", "merged"])
def way(request: pytest.FixtureRequest) -> str:
    """Without a values file, and with one of 300 lines."""
    return str(request.param)


@pytest.fixture
def values(settings: Settings, way: str, tmp_path: Path) -> Path:
    """The values file that kvtui gives."""
    path = tmp_path / "values.yaml"
    path.write_text(values_of(settings, way), "utf-8")
    return path


@pytest.fixture
def rendered(settings: Settings, values: Path) -> Rendered:
    """What helm makes of it."""
    return helm(settings.chart, values)
