"""From settings and a project to the files that would be written. Writes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kvtui.airflow.provider_line import no_provider, provider_line
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import Sentences
from kvtui.outputs.env.file import managed_values, merge_env
from kvtui.outputs.env.lines import appended
from kvtui.outputs.env.parsers.table import parser_views
from kvtui.outputs.git import is_ignored
from kvtui.outputs.helm.content import needs_kubernetes_secret
from kvtui.outputs.helm.render import render_kubernetes_secret
from kvtui.outputs.helm.values import merge_values, render_values
from kvtui.outputs.model import FileKind, Plan, PlannedFile, What
from kvtui.outputs.next_steps import next_steps
from kvtui.outputs.notices import notices
from kvtui.outputs.requirements import (
    accepts_line,
    image_lacks,
    local_lacks,
    merge_requirements,
    names_provider,
    pin_first,
)
from kvtui.outputs.validation import reject_other_kind, validation_errors
from kvtui.project.model import FileState, Project
from kvtui.project.versions import known_airflow
from kvtui.settings.model import Settings, Target


def plan(settings: Settings, project: Project, what: What, output: Path | None = None) -> Plan:
    """What exporting `settings` as `what` would write.

    - `env`: `.env`, or `output` instead. - `helm`: `values.yaml`, or `output`, whatever the target. In
    client-secret mode an `output` gets the Kubernetes Secret's manifest beside it; without one only the
    values are there, so that the printed text can go to a file and holds no secret. - `all`: what the target
    needs. Astro: `.env` and `requirements.txt`. Remote Execution: these are `.env` (for `astro dev`),
    `values.yaml` with the manifest, and `requirements-client.txt`. `output` is the directory that the files
    go to, the project's own if it is None. `.gitignore` is among them if git would add a file with a secret.
    Existing files are merged into. `ProblemError` (exit 2) names every error of the settings, or an `output`
    that is another kind of file by its name; exit 7 where a file cannot be changed without losing something.
    `project` is `project_for` that output.
    """
    found = validation_errors(settings, what)
    if found:
        raise ProblemError(Problem(Sentences(*found), "Then export again.", ProblemKind.USAGE))
    if output is not None and what != "all":
        reject_other_kind(output, what)
    airflow = known_airflow(settings, project)
    files: list[PlannedFile] = []
    if what in ("env", "all"):
        env = project.env
        files.append(PlannedFile(env, merge_env(env.text or "", settings, env.path.name), FileKind.ENV))
    if what == "helm" or (what == "all" and settings.target is Target.REMOTE_EXECUTION):
        files.append(_values(settings, airflow, project.values))
        if needs_kubernetes_secret(settings) and (what == "all" or output is not None):
            manifest = render_kubernetes_secret(settings)
            files.append(PlannedFile(project.manifest, manifest, FileKind.KUBERNETES_SECRET))
    if what == "all":
        own = project.requirements_client if settings.has_client_image else project.requirements
        files += _requirements(settings, airflow, own)
        files += _gitignore(project, files)
    directory = output.absolute() if output is not None and what == "all" else project.directory
    unlisted = image_lacks(settings, project, files)
    texts = [planned.after for planned in files if planned.kind is FileKind.ENV]
    return Plan(
        tuple(files),
        notices(settings, project, what, files),
        next_steps(
            settings,
            what,
            files,
            directory,
            first=pin_first(settings, airflow, files),
            local=local_lacks(settings, project) or unlisted,
            unlisted=unlisted,
        ),
        parser_views(texts[0], managed_values(settings)) if texts else (),
        directory,
    )


def _values(settings: Settings, airflow: str, state: FileState) -> PlannedFile:
    chosen = replace(settings, airflow_version=airflow)
    after = render_values(chosen) if state.text is None else merge_values(state.text, chosen, state.path.name)
    return PlannedFile(state, after, FileKind.VALUES, airflow_version=airflow)


def _requirements(settings: Settings, airflow: str, state: FileState) -> list[PlannedFile]:
    """The requirements, except a file to which no line can be added: a notice says why."""
    text = state.text or ""
    if not names_provider(text) and (not accepts_line(text) or no_provider(settings.auth_mode, airflow)):
        return []
    after = merge_requirements(text, provider_line(settings.auth_mode, airflow))
    return [PlannedFile(state, after, FileKind.REQUIREMENTS)]


def _gitignore(project: Project, files: list[PlannedFile]) -> list[PlannedFile]:
    """The .gitignore with a line for each of `files` that holds a secret and that git would add.

    None if there is nothing to add, no git, or a .gitignore that is a link.
    """
    state = project.gitignore
    names = [
        planned.path.name
        for planned in files
        if planned.secret
        and planned.path.parent == project.directory
        and not is_ignored(project.git, state.text, planned.path.name)
    ]
    if not names or state.linked or not (project.git.found or state.exists):
        return []
    return [PlannedFile(state, appended(state.text or "", names), FileKind.GITIGNORE)]
