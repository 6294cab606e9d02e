"""Three programs in Go that read a `.env` line by line and decode nothing.

Mirrors `cloud/deployment/deployment_variable.go` and `pkg/airflowrt/env.go` of the Astro CLI 1.45, and
`pkg/kvfile` of docker/cli 28.5, which podman has as well.
"""

from __future__ import annotations

from kvtui.outputs.env.parsers.reading import SPACE, Reading, too_long


def astro_load(text: str) -> Reading:
    """What `astro deployment variable create|update --load` sends: the first of two equal keys applies.

    A line that is too long ends the file without an error.
    """
    values: dict[str, str] = {}
    lost: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if too_long(line):
            return Reading(values, f"line {number} is 64 KiB or longer", lost)
        key, equals, raw = line.removesuffix("\r").partition("=")
        if not equals or key.startswith("#"):
            continue
        if not raw:
            lost[key] = "a variable without a value is not created"
        elif key:
            values.setdefault(key, trimmed(raw))
    return Reading(values, lost=lost)


def trimmed(raw: str) -> str:
    """A value as that command cleans it: strips double quotes, then single ones, then white space."""
    return raw.strip('"').strip("'").strip(SPACE)


def standalone(text: str) -> Reading:
    """What `astro dev start --standalone` starts Airflow with: trimmed lines, one pair of quotes removed."""
    values: dict[str, str] = {}
    for line in text.split("\n"):
        line = line.strip(SPACE)
        key, equals, value = line.partition("=")
        if not line.startswith("#") and equals:
            paired = len(value) >= 2 and value[0] == value[-1] and value[0] in "'\""
            values[key] = value[1:-1] if paired else value
    return Reading(values)


def docker(text: str) -> Reading:
    """What `docker run --env-file` sets, behind `astro dev parse|pytest` and `astro deploy --pytest`.

    Keys and values are kept unchanged, with quotes. With one bad line no container starts.
    """
    values: dict[str, str] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if too_long(line):
            return Reading(stopped=f"line {number} is 64 KiB or longer")
        line = line.removesuffix("\r").lstrip(SPACE)
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not key:
            return Reading(stopped=f"line {number} has no name before its `=`")
        if " " in key or "\t" in key:
            return Reading(stopped=f"line {number} has white space in its name")
        if equals:
            values[key] = value
    return Reading(values)
