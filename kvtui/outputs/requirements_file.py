"""`requirements.txt`, with the provider named in it."""

from __future__ import annotations

import re

from kvtui.airflow.versions import PROVIDER_PACKAGE
from kvtui.outputs.env_lines import line_ending

_PROVIDER = re.compile(
    r"^\s*(?:-e\s+)?(?:[^\s#]\S*[/\\])?apache[-_.]+airflow[-_.]+providers[-_.]+microsoft[-_.]+azure(?![0-9])(?![-_.]?[A-Za-z])",
    re.IGNORECASE | re.MULTILINE,
)
_EXTRA = re.compile(
    r"^\s*apache[-_.]+airflow\s*\[[^\]\n]*\bmicrosoft[-_.]+azure\b[^\]\n]*\]", re.IGNORECASE | re.MULTILINE
)
_INCLUDES = re.compile(r"^\s*(?:-r|--requirement)[\s=]*(\S+)", re.MULTILINE)


def names_provider(text: str) -> bool:
    """Whether a line of `text` installs the provider: by its name, a wheel of it, or Airflow's extra."""
    return bool(_PROVIDER.search(text) or _EXTRA.search(text))


def included_files(text: str) -> tuple[str, ...]:
    """The other requirements files that `text` includes; they are not read."""
    return tuple(_INCLUDES.findall(text))


def merge_requirements(text: str | None) -> str:
    """`text` with a line for the provider if none names it; the same text otherwise."""
    text = text or ""
    if names_provider(text):
        return text
    newline = line_ending(text)
    separator = newline if text.removeprefix("\ufeff") and not text.endswith("\n") else ""
    return f"{text}{separator}{PROVIDER_PACKAGE}{newline}"
