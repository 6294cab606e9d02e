"""What the project's files use, against the names that the vault lists. No value is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from kvtui.airflow import rules
from kvtui.app.configuration import Configuration, deployed_environment
from kvtui.azure.model import SecretName
from kvtui.dags.resolving import Audit, resolve_keys
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
    judged, collisions = resolve_keys(
        scanned.keys,
        environment=chosen.environment,
        names={secret.name: secret.enabled for secret in names},
        airflow_version=versions.airflow,
        provider_version=versions.provider,
        context=chosen.settings.context,
        platform=chosen.platform,
    )
    return Audit(judged, scanned.undecided, scanned.unreadable, collisions)
