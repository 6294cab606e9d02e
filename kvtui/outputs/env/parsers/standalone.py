"""`astro dev start --standalone`: trimmed lines, one matching pair of quotes removed, nothing decoded.

Mirrors `pkg/airflowrt/env.go` of the Astro CLI 1.45.
"""

from __future__ import annotations

from kvtui.outputs.env.parsers.reading import SPACE, Reading


def read(text: str) -> Reading:
    """The variables that Airflow is started with; of equal keys the last counts."""
    values: dict[str, str] = {}
    for line in text.split("\n"):
        line = line.strip(SPACE)
        key, equals, value = line.partition("=")
        if not line.startswith("#") and equals:
            values[key] = _unquoted(value)
    return Reading(values)


def _unquoted(value: str) -> str:
    paired = len(value) >= 2 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if paired else value
