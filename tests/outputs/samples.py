"""The settings of the documented examples, and a project to plan for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kvtui.core.secret_text import SecretText
from kvtui.outputs.model import FileKind, Plan, PlannedFile, Removal, What
from kvtui.outputs.plan import plan as plan_there
from kvtui.outputs.readback import read_back as read_back_text
from kvtui.project.files import project_for, read_file
from kvtui.project.model import MANIFEST_NAME, FileState, GitFacts, Project
from kvtui.settings.model import AuthMode, Settings, Target, VaultAddress

TENANT = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
CLIENT = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
HOSTILE = "pa$$w#rd'1"
BACKEND = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend"

NO_GIT = GitFacts()

CLIENT_SECRET = Settings(
    vault=VaultAddress("kv-demo"), tenant_id=TENANT, client_id=CLIENT, client_secret=SecretText(HOSTILE)
)
MANAGED = replace(CLIENT_SECRET, client_secret=None, auth_mode=AuthMode.MANAGED_IDENTITY)
WORKLOAD = replace(MANAGED, auth_mode=AuthMode.WORKLOAD_IDENTITY)
MODES = (CLIENT_SECRET, MANAGED, WORKLOAD)
AGENTS = replace(CLIENT_SECRET, target=Target.REMOTE_EXECUTION)

KWARGS_SECRET = (
    '{"connections_prefix": "airflow-connections", "variables_prefix": "airflow-variables", '
    '"vault_url": "https://kv-demo.vault.azure.net/", "tenant_id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", '
    '"client_id": "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb", '
    r'"client_secret": "pa\u0024\u0024w\u0023rd\u00271"}'
)
KWARGS_IDENTITY = (
    '{"connections_prefix": "airflow-connections", "variables_prefix": "airflow-variables", '
    '"vault_url": "https://kv-demo.vault.azure.net/", '
    '"managed_identity_client_id": "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb", '
    '"workload_identity_tenant_id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"}'
)


def with_secret(plain: str) -> Settings:
    """The client-secret example with another secret."""
    return replace(CLIENT_SECRET, client_secret=SecretText(plain))


def project(directory: Path = Path("/project"), git: GitFacts = NO_GIT, /, **texts: str) -> Project:
    """A project in memory; each keyword is a file of it."""
    names = {
        "env": ".env",
        "dockerfile": "Dockerfile",
        "dockerfile_client": "Dockerfile.client",
        "requirements": "requirements.txt",
        "requirements_client": "requirements-client.txt",
        "values": "values.yaml",
        "manifest": MANIFEST_NAME,
        "gitignore": ".gitignore",
    }
    states = {field: FileState(directory / name, texts.get(field)) for field, name in names.items()}
    return Project(directory=directory, git=git, **states)


def nothing_there(path: Path) -> FileState:
    """A reader of files outside the project that finds none."""
    return FileState(path)


def plan(
    settings: Settings,
    project: Project,
    what: What,
    output: Path | None = None,
    read: Callable[[Path], FileState] = nothing_there,
) -> Plan:
    """The plan, with what `read` finds where the files are not the project's own."""
    return plan_there(settings, project_for(project, what, output, read), what, output)


def planned_for(path: Path, after: str, kind: FileKind = FileKind.ENV) -> PlannedFile:
    """A plan to give the file at `path`, as it is on disk now, the text `after`."""
    return PlannedFile(read_file(path), after, kind)


def in_memory(before: str | None, after: str, kind: FileKind) -> PlannedFile:
    """The same without a disk."""
    return PlannedFile(FileState(Path("file"), before), after, kind)


def read_back(chosen: Settings, planned: PlannedFile, removal: Removal | None = None) -> tuple[str, ...]:
    """How the file on disk differs from what was planned."""
    return read_back_text(chosen, planned, read_file(planned.path).text, removal)
