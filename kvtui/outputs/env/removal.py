"""Removes kvtui's lines from a `.env`: both variables, or only the client secret."""

from __future__ import annotations

import shlex
from pathlib import Path

from kvtui.airflow.kwargs import KWARGS_VARIABLE
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.outputs.env.escape import kwargs_json
from kvtui.outputs.env.file import UNKNOWN_SECRET, managed_entries, other_backend, read_env, repeated
from kvtui.outputs.env.lines import Entry, entries
from kvtui.outputs.env.parsers.go_lines import trimmed
from kvtui.outputs.git import tracked_notice
from kvtui.outputs.model import FileKind, Plan, PlannedFile, Removal
from kvtui.outputs.validation import reject_other_kind
from kvtui.project.model import FileState, Project

SECRET_KWARG = "client_secret"  # noqa: S105 - the name of a kwarg


def removed(text: str, removal: Removal, path: Path = Path(".env")) -> str:
    """`text` without kvtui's lines; all other characters are unchanged.

    `ProblemError` (exit 7) for kwargs that cannot be parsed, so that only the whole line can be removed; it
    names the file by its `path`.
    """
    parts: list[str] = []
    position = 0
    for entry in managed_entries(text, path.name):
        parts.append(text[position : entry.start])
        position = entry.end
        if removal is Removal.SECRET:
            kept = text[entry.start : entry.end]
            if entry.key == KWARGS_VARIABLE:
                kept = _without_secret(text, entry, path)
            parts.append(kept)
    return "".join(parts) + text[position:]


def _without_secret(text: str, entry: Entry, path: Path) -> str:
    """The assignment without the client secret, `export` and quotes as before; nothing if it held no more."""
    line, raw = text[entry.start : entry.end], entry.raw(text)
    if UNKNOWN_SECRET.fullmatch(trimmed(raw)):
        return line
    kwargs = read_env(line).kwargs
    if kwargs is None:
        raise ProblemError(
            Problem(
                f"Line {entry.line} of {path.name}: {KWARGS_VARIABLE} is not a JSON object, so the "
                "client secret in it cannot be separated from the rest.",
                Remedy(Do.REMOVE_LINES, f"Remove all lines managed by kvtui: {HOW}", shlex.quote(str(path))),
                ProblemKind.NOT_WRITTEN,
            )
        )
    if SECRET_KWARG not in kwargs:
        return line
    rest = {key: value for key, value in kwargs.items() if key != SECRET_KWARG}
    if not rest:  # an empty object would still override an earlier line where the last one applies
        return ""
    quote = "'" if raw[:1] == "'" else ""
    return f"{text[entry.start : entry.value]}{quote}{kwargs_json(rest)}{quote}{entry.ending(text)}"


def has_secret(text: str | None) -> bool:
    """Whether the kwargs in the text of a `.env` have a client secret."""
    return SECRET_KWARG in (read_env(text or "").kwargs or {})


def plan_removal(project: Project, removal: Removal, output: Path | None = None) -> Plan:
    """What removing kvtui's lines from `output`, or the project's `.env`, would write.

    Needs no complete settings.

    `project` is `project_for` that output.
    """
    state = project.env
    path = state.path
    reject_other_kind(path, "env")
    if state.text is None:
        return Plan((), (f"There is no {path.name}.",))
    git = tracked_notice(project, path)
    theirs = other_backend(state.text)
    after = state.text if theirs else removed(state.text, removal, path if output is None else output)
    planned = PlannedFile(state, after, FileKind.ENV)
    if theirs:
        words = (
            f"{path.name} names another secrets backend, {theirs}: kvtui does not manage its lines "
            "and keeps them."
        )
        return Plan((planned,), (*git, words))
    return Plan((planned,), (*git, *_notices(state, after, removal)))


def _notices(state: FileState, after: str, removal: Removal) -> list[str]:
    found: list[str] = []
    if after == state.text:
        what = "no client secret" if removal is Removal.SECRET else "no lines managed by kvtui"
        return [f"{state.path.name} contains {what}."]
    if removal is Removal.SECRET:
        found.append(
            "`astro dev` on this machine then cannot read the vault until kvtui writes the client secret "
            "again: Airflow silently tries other credentials, and its containers have none."
        )
        found += repeated(after, state.path.name)
    else:
        found.append(
            "`astro dev` on this machine no longer asks the vault; Astro Deployments are not changed."
        )
    for entry in entries(after):
        line = after[entry.start : entry.end]
        if not entry.key and KWARGS_VARIABLE in line and SECRET_KWARG in line:
            found.append(f"Line {entry.line} is a comment that may contain a client secret: it is kept.")
    return found
