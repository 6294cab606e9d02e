"""The text of a file, whatever it is, as items."""

from __future__ import annotations

import re

from kvtui.migration import env_names
from kvtui.migration.exports import load_json, read_export, read_export_lines
from kvtui.migration.items import Source, SourceFormat
from kvtui.migration.raw_lines import raw_lines
from kvtui.migration.settings_file import read_settings
from kvtui.migration.yaml_text import load_yaml, rejected

_ASSIGNMENT = re.compile(r"(?:export\s+)?[^\s=:#'\"{}\[\]]+[ \t]*=")
"""How a line of `KEY=value` begins; in YAML a colon comes first."""
_SETTINGS = re.compile(r"^airflow[ \t]*:[ \t]*(?:#.*)?$", re.MULTILINE)
"""The one key at the top of an `airflow_settings.yaml`."""


def read_source(text: str, where: str, chosen: SourceFormat | None = None) -> Source:
    """The items of a file called `where`; `chosen` decides where the text does not.

    Raises `ProblemError` (usage) for a text that cannot be read or recognised; it quotes nothing of it.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise rejected(f"{where} is empty")
    source = _read(text, where, chosen)
    if not source.items:
        why = " ".join(source.notes)
        raise rejected(f"{where} defines no variable and no connection", why or "Name another file.")
    return source


def _read(text: str, where: str, chosen: SourceFormat | None) -> Source:
    exported = chosen in (None, SourceFormat.VARIABLES, SourceFormat.CONNECTIONS)
    if exported and text.lstrip()[:1] in ("{", "["):
        return read_export(load_json(text, where), where, chosen)
    if chosen in (None, SourceFormat.ASTRO) and env_names.is_table(text):
        return env_names.read_table(text)
    if chosen is SourceFormat.ASTRO:
        return env_names.read_saved(text)
    if chosen is SourceFormat.ENV:
        return env_names.read_env(text, where)
    if chosen is not SourceFormat.SETTINGS and _is_lines(text):
        return _read_lines(text, where, chosen)
    if chosen is SourceFormat.SETTINGS or (chosen is None and _SETTINGS.search(text)):
        return read_settings(text, where)
    return read_export(load_yaml(text, where), where, chosen)


def _is_lines(text: str) -> bool:
    lines = (line.lstrip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return _ASSIGNMENT.match(first) is not None


def _read_lines(text: str, where: str, chosen: SourceFormat | None) -> Source:
    lines = raw_lines(text)
    names = [line.key.removeprefix("export ").strip() for line in lines]
    if chosen is None and env_names.has_airflow_names(names):
        return env_names.read_saved(text) if env_names.is_saved(text) else env_names.read_env(text, where)
    return read_export_lines(lines, where, chosen)
