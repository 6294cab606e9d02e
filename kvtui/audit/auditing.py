"""What the project's files use, against the names that the vault lists. No value is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from kvtui.airflow import rules
from kvtui.airflow.audit import Audit, judge
from kvtui.audit.dockerfile import environment_of
from kvtui.audit.scanning import Scanned
from kvtui.azure.model import SecretName
from kvtui.lookups import deployed_environment
from kvtui.project import Project
from kvtui.settings.model import Settings
from kvtui.versions_in_use import VersionsInUse, image_file

_SYNTAX = "AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX"


def environment(settings: Settings, project: Project) -> dict[str, str]:
    """What Airflow's processes will have: the Dockerfile's `ENV`, the `.env`, and what the settings write."""
    image = environment_of(image_file(settings, project).text or "")
    return {**image, **deployed_environment(settings, project)}


def ignores_by_glob(settings: Settings, project: Project, versions: VersionsInUse) -> bool:
    """Whether `.airflowignore` holds globs, as in Airflow 3, or regular expressions, as in 2."""
    chosen = environment(settings, project).get(_SYNTAX, "")
    return chosen == "glob" if chosen else rules.TASK_SDK.holds(versions.airflow)


def audited(
    scanned: Scanned,
    names: Iterable[SecretName],
    *,
    settings: Settings,
    project: Project,
    versions: VersionsInUse,
) -> Audit:
    """Every key of the project judged. Raises `ProblemError` (usage) for a version that is none."""
    judged, collisions = judge(
        scanned.keys,
        environment=environment(settings, project),
        names={secret.name: secret.enabled for secret in names},
        airflow_version=versions.airflow,
        provider_version=versions.provider,
        context=settings.context.value,
    )
    return Audit(judged, scanned.undecided, scanned.unreadable, collisions)
