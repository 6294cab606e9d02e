"""The environment that a project's Dockerfile sets. Pure."""

from __future__ import annotations

import re
import shlex

_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_ENV = re.compile(r"\s*ENV\s+(.*)", re.IGNORECASE)
_OLD_FORM = re.compile(r"([A-Za-z_]\w*)\s+([^=].*)")


def environment_of(text: str) -> dict[str, str]:
    """The variables of the `ENV` lines, the last one of a name. A `$NAME` in them stays as it is."""
    found: dict[str, str] = {}
    for line in _CONTINUED.sub(" ", text).splitlines():
        match = _ENV.fullmatch(line)
        if not match:
            continue
        old = _OLD_FORM.fullmatch(match[1].strip())
        if old and "=" not in old[1]:
            found[old[1]] = old[2].strip().strip("\"'")
            continue
        try:
            words = shlex.split(match[1])
        except ValueError:
            continue
        found.update(word.split("=", 1) for word in words if "=" in word)  # type: ignore[misc]
    return found
