"""A model of the reader behind `astro deployment variable create|update --load`.

Mirrors `cloud/deployment/deployment_variable.go` of the Astro CLI 1.45: lines as Go's `bufio.Scanner`
cuts them, the first `=` splits, nothing is decoded, the first of two equal keys counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kvtui.outputs.env_file import trimmed

LONGEST = 65_536
"""The scanner's buffer in bytes, the line feed included."""


@dataclass(frozen=True, slots=True)
class AstroLoad:
    """What that command would send."""

    values: dict[str, str] = field(repr=False)
    failures: tuple[int, ...] = ()
    """The numbers of lines that it complains about."""
    stopped: int = 0
    """The number of the line that was too long: it and all below are dropped. 0: none."""


def astro_load(text: str) -> AstroLoad:
    """What `--load` reads from the text of a file."""
    values: dict[str, str] = {}
    failures: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if len(line.encode("utf-8", "surrogatepass")) >= LONGEST:
            return AstroLoad(values, tuple(failures), number)
        line = line.removesuffix("\r")
        if not line or line.startswith("#"):
            continue
        key, equals, raw = line.partition("=")
        if not equals or not key or not raw or key in values:
            failures.append(number)
            continue
        values[key] = trimmed(raw)
    return AstroLoad(values, tuple(failures))
