"""`astro deployment variable create|update --load`: nothing is decoded, the first of two equal keys counts.

Mirrors `cloud/deployment/deployment_variable.go` of the Astro CLI 1.45.
"""

from __future__ import annotations

from kvtui.outputs.env.parsers.reading import SPACE, Reading, too_long


def read(text: str) -> Reading:
    """What that command would send. A line that is too long ends the file without an error."""
    values: dict[str, str] = {}
    lost: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if too_long(line):
            return Reading(values, f"line {number} is 64 KiB or longer", lost)
        line = line.removesuffix("\r")
        if not line or line.startswith("#"):
            continue
        key, equals, raw = line.partition("=")
        if not equals or not key or not raw or key in values:
            if equals and not raw:
                lost[key] = "a variable without a value is not created"
            continue
        values[key] = trimmed(raw)
    return Reading(values, lost=lost)


def trimmed(raw: str) -> str:
    """A value as that command cleans it: double quotes at the ends go, then single ones, then white space."""
    return raw.strip('"').strip("'").strip(SPACE)
