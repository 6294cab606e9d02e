"""`requirements.txt`, with the provider named in it."""

from __future__ import annotations

from kvtui.airflow.requirements import read_requirements
from kvtui.outputs.env.lines import line_ending


def names_provider(text: str) -> bool:
    """Whether a line of `text` installs the provider: by its name, a wheel of it, or Airflow's extra."""
    return bool(read_requirements(text).provider)


def takes_a_line(text: str) -> bool:
    """Whether a line without a hash can be added: pip refuses it where any other line has one."""
    return not read_requirements(text).hashed


def merge_requirements(text: str | None, line: str) -> str:
    """`text` with `line` at its end if no line installs the provider; the same text otherwise."""
    text = text or ""
    if names_provider(text):
        return text
    newline = line_ending(text)
    separator = newline if text.removeprefix("\ufeff") and not text.endswith("\n") else ""
    return f"{text}{separator}{line}{newline}"
