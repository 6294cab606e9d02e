"""What the project's files use, against the names that the vault lists. No value is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kvtui.airflow import rules
from kvtui.airflow.backend import Backend, StartError, build_backend, looks_up_as_task
from kvtui.app.audit.advice import advice, parse_time, unused
from kvtui.app.audit.judging import Audit, ResolvedKey, resolve_keys
from kvtui.app.configuration import Configuration, deployed_environment
from kvtui.azure.model import SecretName
from kvtui.dags.scanning import Scanned
from kvtui.project.model import Project
from kvtui.project.versions import VersionsInUse
from kvtui.settings.model import Settings

_SYNTAX = "AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX"


def ignores_by_glob(settings: Settings, project: Project, versions: VersionsInUse) -> bool:
    """Whether `.airflowignore` holds globs, as in Airflow 3, or regular expressions, as in 2."""
    chosen = deployed_environment(settings, project).get(_SYNTAX, "")
    return chosen == "glob" if chosen else rules.TASK_SDK.holds(versions.airflow)


def audited(
    scanned: Scanned, names: Iterable[SecretName], chosen: Configuration, versions: VersionsInUse
) -> Audit:
    """The outcome of every key, as configured. Raises `ProblemError` (usage) for an invalid version."""
    listed = {secret.name: secret.enabled for secret in names}
    stored: dict[str, list[str]] = {}
    for hint in scanned.hints:
        if hint.kind == "set":
            stored.setdefault(hint.key, []).append(f"{hint.file}:{hint.line}")
    judged, collisions = resolve_keys(
        scanned.keys,
        environment=chosen.environment,
        names=listed,
        airflow_version=versions.airflow,
        provider_version=versions.provider,
        context=chosen.settings.context,
        platform=chosen.platform,
        set_at={key: tuple(places) for key, places in stored.items()},
    )
    backend = _backend(chosen, versions)
    return Audit(
        judged,
        scanned.undecided,
        scanned.unreadable,
        collisions,
        advice(scanned.hints, judged, versions.airflow),
        parse_time(judged, scanned.undecided, chosen.environment, versions.airflow, backend),
        unused(judged, listed, backend),
        scanned.unread,
    )


def found_only(scanned: Scanned, chosen: Configuration, versions: VersionsInUse) -> Audit:
    """Every key with its secret's name, compared with nothing. Raises `ProblemError` (usage) likewise."""
    report = audited(scanned, (), chosen, versions)
    found = (ResolvedKey(each.asked, "found", each.secret_name, "") for each in report.judged)
    return replace(report, judged=tuple(sorted(found, key=lambda each: (each.asked.kind, each.asked.key))))


def _backend(chosen: Configuration, versions: VersionsInUse) -> Backend | None:
    worker = looks_up_as_task(chosen.settings.context, versions.airflow)
    try:
        return build_backend(chosen.environment, versions.airflow, versions.provider, worker=worker)
    except StartError:
        return None
