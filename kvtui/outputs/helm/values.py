"""The Helm values: a fresh fragment, or a downloaded file with kvtui's lines set in it."""

from __future__ import annotations

from dataclasses import replace

from kvtui.core.problems import ProblemError
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.outputs.helm import tree
from kvtui.outputs.helm.content import content, needs_kubernetes_secret
from kvtui.outputs.helm.render import body
from kvtui.outputs.helm.splice import merged
from kvtui.settings.model import Chart, Settings

_HEADER = {
    Chart.AGENT: """\
# Azure Key Vault as the secrets backend of the Astro Remote Execution agents.
# Do not pass this file as a second `-f`. Lists do not merge in Helm: its commonEnv would replace all of
# yours, with the ASTRO_* entries. Copy the entries into your downloaded values.yaml instead.
# Check the result with `helm template` before you install it.
""",
    Chart.AIRFLOW: """\
# Azure Key Vault as the secrets backend of the official Airflow chart.
# Lists do not merge in Helm: if you pass this file as a second `-f`, its lists env and secret replace yours.
# Check the result with `helm template` before you install it.
""",
}


def render_values(settings: Settings) -> str:
    """A fresh fragment for the chosen chart, with a header that says how to use it. Holds no secret."""
    text = _HEADER[settings.chart] + body(content(settings))
    _prove_secret_free("", text, settings)
    return text


def merge_values(text: str, settings: Settings, name: str = "values.yaml") -> str:
    """`text`, a chart's values file, with kvtui's keys and entries set; all other characters are unchanged.

    `ProblemError` (exit 7) if it is not one YAML mapping, has duplicate keys, is another chart's, or is built
    so that kvtui's lines cannot be set without changing others (aliases, tags). It calls the file `name`.
    """
    if is_blank(text):
        return render_values(settings)
    try:
        root, values = tree.parsed(text)
        _reject_the_other_charts(values, settings.chart)
        after = merged(text, content(settings), root, values)
    except ProblemError as error:
        what = error.problem.what.replace("values.yaml", name)
        raise ProblemError(replace(error.problem, what=what)) from None
    _prove_secret_free(text, after, settings)
    return after


def is_blank(text: str) -> bool:
    """Whether `text` is empty, without even a comment."""
    return not text.strip("\ufeff \t\r\n")


def is_fragment(text: str) -> bool:
    """Whether `text` is only kvtui's fragment, without the rest of a chart's values."""
    return text.startswith(tuple(_HEADER.values()))


def _reject_the_other_charts(values: object, chart: Chart) -> None:
    """The agents' workers are a list, the Airflow chart's a mapping: that shows which chart a file is for."""
    if not isinstance(values, dict):
        return
    workers = values.get("workers")
    keys = [key for key in ("commonEnv", "secretBackend") if key in values]
    if chart is Chart.AIRFLOW and (keys or isinstance(workers, list)):
        by = f"it has {' and '.join(keys)}" if keys else "its workers are a list"
        tree.reject(
            f"values.yaml belongs to the Remote Execution agents' chart: {by}.",
            Remedy(
                Do.CHOOSE_CHART,
                f"Choose the agent chart {HOW}, or name the Airflow chart's file.",
                Chart.AGENT,
            ),
        )
    if chart is Chart.AGENT and isinstance(workers, dict):
        tree.reject(
            "values.yaml belongs to the official Airflow chart: its workers are one mapping.",
            Remedy(
                Do.CHOOSE_CHART,
                f"Choose the Airflow chart {HOW}, or name the agents' file.",
                Chart.AIRFLOW,
            ),
        )


def _prove_secret_free(before: str, after: str, settings: Settings) -> None:
    """A secret in the values that kvtui put there is a defect, not a user's mistake."""
    if not needs_kubernetes_secret(settings) or not settings.client_secret:
        return
    plain = settings.client_secret.reveal()
    if len(plain) >= 8 and after.count(plain) > before.count(plain):
        raise RuntimeError("the client secret would have been written into the Helm values")
