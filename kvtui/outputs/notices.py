"""Notices about a plan before it is written. None of them stops the export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kvtui.airflow.kwargs import KWARGS_VARIABLE
from kvtui.core.ids import is_guid
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.outputs.env.file import other_backend
from kvtui.outputs.env.line_warnings import line_warnings
from kvtui.outputs.env.lines import line_ending
from kvtui.outputs.git import git_notices
from kvtui.outputs.helm.content import (
    CLIENT_ID_ANNOTATION,
    USE_LABEL,
    Item,
    content,
    needs_kubernetes_secret,
)
from kvtui.outputs.helm.tree import at, load, mappings
from kvtui.outputs.helm.values import is_blank, is_fragment
from kvtui.outputs.model import FileKind, PlannedFile, What
from kvtui.outputs.next_steps import NAMESPACE, namespace_of
from kvtui.outputs.requirements import requirements_notices
from kvtui.project.dockerfile import dockerfile_warnings
from kvtui.project.model import Project
from kvtui.project.versions import image_file
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Chart, Settings, Target

_COMPONENT_ENTRY = re.compile(r"AIRFLOW__WORKERS__SECRETS_BACKEND\w*")
_SHELL_FORM = re.compile(rf"^(?:export )?{KWARGS_VARIABLE}='\{{", re.MULTILINE)


def notices(
    settings: Settings, project: Project, what: What, files: Sequence[PlannedFile]
) -> tuple[str, ...]:
    """One sentence each, the most serious first: about the settings, then about each file."""
    found = list(_settings_notices(settings, what))
    image = image_file(settings, project)
    found += dockerfile_warnings(image.text or "", image.path.name)
    for planned in files:
        if planned.kind is FileKind.ENV:
            found += _env_notices(settings, planned)
        elif planned.kind is FileKind.VALUES:
            found += _values_notices(settings, planned)
    if what == "all":
        found += requirements_notices(settings, project, files)
    return tuple(dict.fromkeys([*git_notices(project, files), *found]))


def _settings_notices(settings: Settings, what: What) -> Iterator[str]:
    if what == "helm" and settings.target is Target.ASTRO:
        yield "Astro does not use Helm values: they are for agents in Kubernetes."
    if what == "env" and settings.target is Target.REMOTE_EXECUTION:
        yield "The agents do not read .env: it serves `astro dev` only. Export helm for the agents."
    if settings.cloud_name is not CloudName.PUBLIC:
        yield (
            f"Set AZURE_AUTHORITY_HOST=https://{settings.cloud.authority} for Airflow as well: the backend "
            "asks the public cloud for tokens otherwise."
        )
    if settings.auth_mode is AuthMode.CLIENT_SECRET and not is_guid(settings.tenant_id):
        yield (
            f"Airflow's Azure client compares tenants by id: with {settings.tenant_id} every lookup "
            "fails. Set the tenant's GUID."
        )
    if settings.sep == "":
        yield "With an empty separator every underscore is dropped: `my_key` is looked up as `mykey`."


def _env_notices(settings: Settings, planned: PlannedFile) -> Iterator[str]:
    if theirs := other_backend(planned.state.text or ""):
        yield f"{planned.path.name} names another secrets backend, {theirs}: it is replaced."
    if settings.shell_sourceable:
        yield (
            "The kwargs are in single quotes: `astro dev pytest`, `astro dev parse` and `astro "
            "deploy --pytest` keep the quotes, and Airflow then ignores the kwargs."
        )
        if line_ending(planned.after) == "\r\n":
            yield (
                f"The lines of {planned.path.name} end with CRLF: a shell that reads it "
                "adds the CR to each value."
            )
    elif _SHELL_FORM.search(planned.state.text or ""):
        yield Remedy(
            Do.KEEP_QUOTES,
            f"The kwargs in {planned.path.name} are in single quotes now, for shells. Without the "
            f"quotes, a shell cannot read the file. {HOW}",
        )
    if planned.state.mode is not None and planned.state.mode & 0o077:
        yield (
            f"{planned.path.name} is readable by other users (mode {planned.state.mode:o}). Writing "
            "it sets mode 600."
        )
    yield from [each.sentence(planned.path.name) for each in line_warnings(planned.after)]


def _values_notices(settings: Settings, planned: PlannedFile) -> Iterator[str]:
    before = planned.state.text
    if before is None or is_blank(before):
        nothing = (
            f"There is no {planned.path.name} yet" if before is None else f"{planned.path.name} is empty"
        )
        yield (
            f"{nothing}. The one that kvtui makes is only a fragment: copy its entries into your downloaded "
            "values. Do not add the fragment as a second -f, because lists do not merge in Helm."
        )
        return
    yield from [
        f"{planned.path.name} has {item.name} {count} times in {item.list_key}: only the first is kept."
        for item, count in _repeated(settings, before)
    ]
    if is_fragment(before):
        yield (
            f"{planned.path.name} is a fragment, not a chart's whole values: copy its entries into your "
            "downloaded values. Lists do not merge in Helm."
        )
    theirs = namespace_of(replace(settings, namespace=""), planned.after)
    if settings.namespace and theirs not in (NAMESPACE, settings.namespace):
        yield (
            f"{planned.path.name} names the namespace {theirs}, the commands are for {settings.namespace}."
        )
    if settings.auth_mode is not AuthMode.WORKLOAD_IDENTITY and USE_LABEL in before:
        yield (
            f"{planned.path.name} still has the label {USE_LABEL}: remove it unless something else needs it."
        )
    if settings.chart is Chart.AIRFLOW and settings.auth_mode is AuthMode.WORKLOAD_IDENTITY:
        yield from _own_accounts(planned)
    override = _COMPONENT_ENTRY.search(before)
    if override:
        yield f"{planned.path.name} sets {override[0]}, which overrides kvtui's setting on workers."
    if planned.after.count(KWARGS_VARIABLE) > 1:
        yield (
            f"{planned.path.name} names {KWARGS_VARIABLE} in more than one place: a component's own env "
            "overrides the common one."
        )
    if needs_kubernetes_secret(settings) and '"client_secret"' in planned.after:
        yield f"{planned.path.name} still contains a client_secret in clear text: remove it."


def _repeated(settings: Settings, before: str) -> list[tuple[Item, int]]:
    """kvtui's entries that are in their list more than once."""
    values, wanted = load(before), content(settings)
    found: list[tuple[Item, int]] = []
    for item in (*wanted.items, *wanted.only_if_there):
        names = [entry.get(item.id_key) for entry in mappings(at(values, item.list_key))]
        if names.count(item.name) > 1:
            found.append((item, names.count(item.name)))
    return found


def _own_accounts(planned: PlannedFile) -> list[str]:
    """From chart 1.21 on workers may have their own accounts, whose annotations override the common ones."""
    return [
        f"{planned.path.name} sets annotations under workers.{kind}.serviceAccount: add "
        f"{CLIENT_ID_ANNOTATION} there as well. They override those of workers.serviceAccount."
        for kind in ("celery", "kubernetes")
        if _lacks_client_id(at(load(planned.after), "workers", kind, "serviceAccount", "annotations"))
    ]


def _lacks_client_id(annotations: object) -> bool:
    return isinstance(annotations, dict) and bool(annotations) and CLIENT_ID_ANNOTATION not in annotations
