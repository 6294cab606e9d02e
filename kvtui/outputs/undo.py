"""Undoes what kvtui wrote, in every file: restores the earlier text, or removes kvtui's lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kvtui.airflow.kwargs import BACKEND_CLASS, BACKEND_VARIABLE, KWARGS_VARIABLE
from kvtui.core.problems import ProblemError
from kvtui.outputs.env.removal import removed
from kvtui.outputs.git import tracked_notice
from kvtui.outputs.helm import tree
from kvtui.outputs.helm.content import SECRET_NAME, Content
from kvtui.outputs.helm.splice import merged
from kvtui.outputs.helm.values import is_fragment
from kvtui.outputs.model import FileKind, Plan, PlannedFile, Removal
from kvtui.project.model import FileState, Project

_BACKEND_LINE = re.compile(
    rf"^secretBackend:[ \t]*([\"']?){re.escape(BACKEND_CLASS)}\1[ \t]*\r?\n", re.MULTILINE
)
_NOTHING = re.compile(r"^(?:#.*|\w+:\s*\[\]|)(?:\r?\n|\Z)", re.MULTILINE)
"""A comment, a blank line or an empty list."""
_NOTHING_MANAGED = Content(
    (),
    (),
    unwanted=(
        ("commonEnv", "name", BACKEND_VARIABLE),
        ("commonEnv", "name", KWARGS_VARIABLE),
        ("env", "name", BACKEND_VARIABLE),
        ("env", "name", KWARGS_VARIABLE),
        ("secret", "envName", KWARGS_VARIABLE),
    ),
)


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written in this session."""

    before: str | None = field(repr=False)
    """Its text before the first write; None: it did not exist."""
    after: str = field(repr=False)
    """Its text after the last write."""


def plan_undo(project: Project, written: Mapping[Path, Written]) -> Plan:
    """The files as they would be without kvtui; files without lines of kvtui are left out.

    A file that is still as kvtui wrote it in this session becomes what it was before, byte for byte. From any
    other only lines that are certainly kvtui's are removed; the rest is named in a notice.
    """
    files: list[PlannedFile] = []
    notices: list[str] = list(tracked_notice(project, project.env.path))
    for state, kind in (
        (project.env, FileKind.ENV),
        (project.values, FileKind.VALUES),
        (project.manifest, FileKind.KUBERNETES_SECRET),
        (project.requirements, FileKind.REQUIREMENTS),
        (project.requirements_client, FileKind.REQUIREMENTS),
        (project.gitignore, FileKind.GITIGNORE),
    ):
        if state.text is None:
            continue
        held = written.get(state.path)
        try:
            after = held.before if held and held.after == state.text else _without_managed(state, kind)
        except ProblemError as error:
            notices.append(error.problem.sentence())
            continue
        if after != state.text:
            files.append(PlannedFile(state, after or "", kind, deletes=after is None))
        elif held and kind is not FileKind.GITIGNORE:
            notices.append(f"{state.path.name} was changed after kvtui wrote it and is left unchanged.")
    if any(file.kind is FileKind.VALUES and not file.deletes for file in files):
        notices.append("Labels and annotations in values.yaml are kept if kvtui may not have added them.")
    return Plan(
        tuple(files),
        tuple(notices)
        if files
        else ("Nothing to remove: the project's files have no lines managed by kvtui.",),
    )


def _without_managed(state: FileState, kind: FileKind) -> str | None:
    """The text without the lines that are certainly kvtui's; None: nothing else is in the file."""
    text = state.text or ""
    if kind is FileKind.ENV:
        return removed(text, Removal.ALL, state.path)
    if kind is FileKind.KUBERNETES_SECRET:
        return None if f"\n  name: {SECRET_NAME}\n" in text else text
    if kind is FileKind.VALUES and (BACKEND_CLASS in text or KWARGS_VARIABLE in text):
        after = _BACKEND_LINE.sub("", merged(text, _NOTHING_MANAGED, *tree.parsed(text)))
        return None if is_fragment(text) and not _NOTHING.sub("", after) else after
    return text
