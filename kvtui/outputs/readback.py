"""The text of a file that was written, read by parsers that did not write it, and compared with the settings.

python-dotenv reads `.env`, and so do the models of the programs that the target uses; ruamel.yaml reads YAML;
`json.loads` reads the kwargs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from kvtui.airflow.kwargs import BACKEND_CLASS, BACKEND_VARIABLE, KWARGS_VARIABLE, backend_kwargs
from kvtui.core.problems import ProblemError
from kvtui.outputs.env.file import MANAGED_KEYS
from kvtui.outputs.env.line_warnings import LOAD
from kvtui.outputs.env.parsers.go_lines import astro_load
from kvtui.outputs.env.parsers.python_dotenv import unexpanded
from kvtui.outputs.env.parsers.table import parser_issues
from kvtui.outputs.env.removal import SECRET_KWARG
from kvtui.outputs.helm.content import SECRET_KEY, SECRET_NAME, content
from kvtui.outputs.helm.tree import at, load, mappings
from kvtui.outputs.model import FileKind, PlannedFile, Removal
from kvtui.outputs.requirements import names_provider
from kvtui.project.model import MANIFEST_NAME
from kvtui.settings.model import Settings


def read_back(
    settings: Settings, planned: PlannedFile, text: str | None, removal: Removal | None = None
) -> tuple[str, ...]:
    """How `text`, which is on disk now, differs from what was planned, a sentence each; empty: it does not.

    Without a `removal` it must contain what `settings` give; with one it must not contain what was removed.
    """
    if removal is Removal.UNDO:
        same = text == (None if planned.deletes else planned.after)
        return () if same else (f"{planned.path.name}: it differs from what was planned.",)
    if text is None:
        return (f"{planned.path} does not exist.",)
    if removal is None:
        chosen = replace(settings, airflow_version=planned.airflow_version)
        found = list(_differences(chosen, planned.kind, text))
    else:
        found = list(_still_there(text, removal))
    if not found and text != planned.after:
        found.append("Lines not managed by kvtui differ from what was written.")
    return tuple(f"{planned.path.name}: {words}" for words in found)


def _still_there(text: str, removal: Removal) -> Iterator[str]:
    for parser, values in _read_env(text).items():
        if removal is Removal.ALL:
            yield from (f"{parser} still reads {key}." for key in MANAGED_KEYS if key in values)
        elif SECRET_KWARG in (values.get(KWARGS_VARIABLE) or ""):
            yield f"{parser} still reads the client secret."


def _differences(settings: Settings, kind: FileKind, text: str) -> Iterator[str]:
    if kind is FileKind.ENV:
        yield from _env(settings, text)
    elif kind is FileKind.VALUES:
        yield from _values(settings, text)
    elif kind is FileKind.KUBERNETES_SECRET:
        yield from _manifest(settings, text)
    elif kind is FileKind.REQUIREMENTS and not names_provider(text):
        yield "the provider is not named in it."


def _read_env(text: str) -> dict[str, Mapping[str, str | None]]:
    return {
        "python-dotenv": unexpanded(text),
        LOAD: astro_load(text).values,
    }


def parser_warnings(settings: Settings, planned: PlannedFile) -> tuple[str, ...]:
    """The parsers of the `.env` on disk, not used by the target, that fail because of other lines."""
    text = planned.state.text if planned.kind is FileKind.ENV else None
    return parser_issues(text, settings).others if text is not None else ()


def _env(settings: Settings, text: str) -> Iterator[str]:
    """The written lines, read by a parser that did not write them; then what the target's programs get."""
    values = unexpanded(text)
    backend = values.get(BACKEND_VARIABLE)
    if backend != BACKEND_CLASS:
        yield f"python-dotenv reads {'no' if backend is None else 'a different'} {BACKEND_VARIABLE}."
    yield from _kwargs(settings, values.get(KWARGS_VARIABLE), "python-dotenv reads")
    yield from parser_issues(text, settings).used


def _kwargs(settings: Settings, text: object, who: str) -> Iterator[str]:
    """Names of keys, never values."""
    try:
        read = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        yield f"{who} no kwargs."
        return
    wanted = backend_kwargs(settings)
    keys = [key for key in {**wanted, **read} if wanted.get(key, ...) != read.get(key, ...)]
    if keys:
        yield f"{who} other kwargs: {', '.join(keys)}."


def _loaded(text: str) -> Any:
    with suppress(ProblemError):
        return load(text)
    return None


def _values(settings: Settings, text: str) -> Iterator[str]:
    values = _loaded(text)
    if not isinstance(values, dict):
        yield "it is not a YAML mapping."
        return
    wanted = content(settings)
    for scalar in wanted.scalars:
        if at(values, *scalar.path) != scalar.value:
            yield f"{'.'.join(scalar.path)} differs."
    for item in wanted.items:
        named = [each for each in mappings(values.get(item.list_key)) if each.get(item.id_key) == item.name]
        if named != [item.fields]:
            yield f"the entry {item.name} of {item.list_key} differs."
        elif "value" in item.fields and item.name == KWARGS_VARIABLE:
            yield from _kwargs(settings, named[0]["value"], "the values have")


def _manifest(settings: Settings, text: str) -> Iterator[str]:
    manifest = _loaded(text)
    try:
        name, kwargs = manifest["metadata"]["name"], manifest["stringData"][SECRET_KEY]
    except (KeyError, TypeError):
        yield f"it is not the manifest of a Secret, {MANIFEST_NAME}."
        return
    if name != SECRET_NAME:
        yield "the Secret has another name."
    yield from _kwargs(settings, kwargs, "the Secret has")
