"""The real helm and the real schemas, run on a chart and its values."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kvtui.outputs.helm.values import merge_values, render_values
from kvtui.settings.model import Chart, Settings

ROOT = Path(__file__).parents[3]
PROGRAMS = ROOT / ".venv-helm" / "bin"
"""What `make conformance-helm` installs from requirements/helm.txt."""
CHARTS = ROOT / "tests" / "conformance" / "charts"
VALUES = ROOT / "tests" / "conformance" / "values"
KUBERNETES = ("1.30", "1.37")
"""The oldest and the newest Kubernetes whose schemas the rendered objects must keep."""
OURS = ("AIRFLOW__SECRETS__BACKEND", "AIRFLOW__SECRETS__BACKEND_KWARGS")

Thing = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """What `helm template` made of some values."""

    text: str

    @property
    def things(self) -> list[Thing]:
        """Every Kubernetes object."""
        return [thing for thing in YAML(typ="safe", pure=True).load_all(self.text) if thing]

    def of_kind(self, kind: str) -> list[Thing]:
        """The objects of one kind."""
        return [thing for thing in self.things if thing["kind"] == kind]

    def containers(self) -> Iterator[tuple[str, dict[str, Thing]]]:
        """Each container that runs Airflow: its name, and its environment by name."""
        for deployment in self.of_kind("Deployment"):
            container = deployment["spec"]["template"]["spec"]["containers"][0]
            if container["name"] != "sentinel":
                yield container["name"], {entry["name"]: entry for entry in container["env"] or []}


def helm(chart: Chart, *values: Path, release: str = "release") -> Rendered:
    """`helm template` of our chart with these values files, each over the one before."""
    options = [word for path in values for word in ("-f", str(path))]
    words = [str(PROGRAMS / "helm"), "template", release, str(CHARTS / chart.value), *options]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Rendered(done.stdout)


def objections(text: str, directory: Path, version: str) -> list[str]:
    """What kubernetes-validate has against the objects in `text`, by the schemas of that version."""
    path = directory / "objects.yaml"
    path.write_text(text, "utf-8")
    words = [str(PROGRAMS / "kubernetes-validate"), "--strict", "-k", version, str(path)]
    done = subprocess.run(words, capture_output=True, text=True)
    lines = (done.stdout + done.stderr).splitlines()
    found = [line for line in lines if not line.startswith("INFO")]
    assert found or (done.returncode == 0 and lines), "nothing was validated"
    return found


def downloaded(chart: Chart) -> str:
    """A company's values file of 300 lines."""
    return (VALUES / f"{chart.value}.yaml").read_text("utf-8")


def values_of(settings: Settings, way: str) -> str:
    """What kvtui gives: a fragment (`fresh`), or a company's file with our lines in it (`merged`)."""
    if way == "fresh":
        return render_values(settings)
    return merge_values(downloaded(settings.chart), settings)


def with_chart(settings: Settings, chart: Chart) -> Settings:
    """The same settings for that chart."""
    return replace(settings, chart=chart)
