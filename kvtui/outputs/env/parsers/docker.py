"""`docker run --env-file` and podman's, behind `astro dev parse|pytest` and `astro deploy --pytest`.

Keys and values are taken as they stand, quotes and all. Mirrors `pkg/kvfile` of docker/cli 28.5.
"""

from __future__ import annotations

from kvtui.outputs.env.parsers.reading import SPACE, Reading, too_long


def read(text: str) -> Reading:
    """The container's variables; one bad line and there is no container."""
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
