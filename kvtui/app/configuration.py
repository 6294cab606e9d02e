"""The configuration that Airflow is simulated with: what the settings write, or the files as they are.

Lookups, the audit and the checklist use the same environment: the image's `ENV`, overridden by what the
target reads (`.env` on Astro, as `astro dev` does; the Helm values for agents), overridden by the two
variables that the settings write, unless the files themselves are diagnosed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kvtui.airflow.diagnosis import Diagnosis, diagnose
from kvtui.airflow.kwargs import (
    BACKEND_CLASS,
    BACKEND_VARIABLE,
    CLIENT_SECRET_TRIO,
    DEFAULTS,
    KWARGS_VARIABLE,
    backend_kwargs,
    parse_backend_kwargs,
    settings_from_kwargs,
)
from kvtui.airflow.platforms import platform_of
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.secret_text import SecretText
from kvtui.outputs.env.file import MANAGED_KEYS, managed_values
from kvtui.outputs.env.parsers import compose
from kvtui.outputs.env.parsers.go_lines import astro_load, docker
from kvtui.outputs.env.parsers.python_dotenv import unexpanded
from kvtui.outputs.helm.content import USE_LABEL
from kvtui.outputs.helm.environment import values_environment
from kvtui.outputs.helm.tree import at, load
from kvtui.project.dockerfile import dockerfile_warnings, environment_of
from kvtui.project.model import MANIFEST_NAME
from kvtui.project.versions import image_file
from kvtui.settings.model import AuthMode, From, Settings, Target

if TYPE_CHECKING:
    from kvtui.project.model import Project
    from kvtui.project.versions import VersionsInUse

TOKEN_VARIABLE, TOKEN_FILE = (
    "AZURE_FEDERATED_TOKEN_FILE",
    "/var/run/secrets/azure/tokens/azure-identity-token",
)
"""Where the webhook of workload identity puts a pod's token, and the variable that says so."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """The environment that the project's files give the processes that run tasks."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """May hold secrets: not shown."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Each variable's file, by name."""
    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    """Why a file that sets something could not be read."""
    unseen: str = ""
    """The Kubernetes Secret that holds the kwargs, where it cannot be read; else empty."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is simulated, and the identity that asks the vault for it."""

    source: From
    environment: Mapping[str, str] = field(repr=False)
    settings: Settings
    """The settings; with `files`, the vault, the identity and the prefixes that the files name."""
    platform: str
    diagnosis: Diagnosis
    files: tuple[str, ...] = ()
    """The names of the files that set something."""
    differs: tuple[str, ...] = ()
    """How the files on disk differ from the settings, one sentence; empty where they do not."""
    notes: tuple[str, ...] = ()
    """What to know about the files; empty for the settings."""
    warnings: tuple[str, ...] = ()
    """What the Dockerfile should not set."""

    @property
    def uncertain(self) -> str:
        """Why Airflow may get another answer than the signed-in user; empty if it gets the same."""
        half = self.diagnosis.half if self.source is From.FILES and not self.diagnosis.broken else ""
        if not half:
            return ""
        is_missing = "are missing" if " and " in half else "is missing"
        return f"{half} {is_missing} in the files: the deployment identity depends on where Airflow runs."


def configuration(
    source: From, settings: Settings, project: Project | None, versions: VersionsInUse
) -> Configuration:
    """The configuration of `source`. Raises `ProblemError` (usage) for files that cannot be read."""
    disk = on_disk(settings, project)
    files = tuple(dict.fromkeys(disk.origins.values()))
    differs, warnings = differences(settings, disk), image_warnings(settings, project)
    platform, context = platform_of(settings), settings.context
    if source is From.FILES and disk.problem is not None:
        raise ProblemError(disk.problem)
    environment = (
        dict(disk.environment) if source is From.FILES else {**disk.environment, **managed_values(settings)}
    )
    environment = {**_of_webhook(source, settings, project), **environment}
    notes = disk.notes if source is From.FILES else ()
    if source is From.FILES and disk.unseen:
        environment[KWARGS_VARIABLE] = managed_values(settings)[KWARGS_VARIABLE]
        notes += (
            f"{KWARGS_VARIABLE} is in the Kubernetes Secret {disk.unseen}, which kvtui cannot read: "
            "the kwargs of the settings are used instead.",
        )
    diagnosis = diagnose(environment, versions.airflow, versions.provider, context)
    named = settings if source is From.SETTINGS else _named(settings, diagnosis, environment)
    return Configuration(source, environment, named, platform, diagnosis, files, differs, notes, warnings)


def _of_webhook(source: From, settings: Settings, project: Project | None) -> dict[str, str]:
    """What the webhook of Microsoft Entra Workload ID sets in the agents' pods where nothing else sets it."""
    if settings.target is not Target.REMOTE_EXECUTION:
        return {}
    if source is From.FILES:
        text = project.values.text if project is not None else None
        return {TOKEN_VARIABLE: TOKEN_FILE} if USE_LABEL in (text or "") else {}
    if settings.auth_mode is not AuthMode.WORKLOAD_IDENTITY:
        return {}
    return {
        "AZURE_CLIENT_ID": settings.client_id,
        "AZURE_TENANT_ID": settings.tenant_id,
        TOKEN_VARIABLE: TOKEN_FILE,
    }


def deployed_environment(settings: Settings, project: Project | None) -> dict[str, str]:
    """The environment that Airflow will have: what the files set, overridden by what the settings write.

    The kwargs are escaped as they are written, so that nothing in a secret is read as a `$NAME`.
    """
    return {**on_disk(settings, project).environment, **managed_values(settings)}


def image_warnings(settings: Settings, project: Project | None) -> tuple[str, ...]:
    """What the target's Dockerfile should not set, one sentence each."""
    if project is None:
        return ()
    image = image_file(settings, project)
    return dockerfile_warnings(image.text or "", image.path.name)


def on_disk(settings: Settings, project: Project | None) -> OnDisk:
    """What the image sets, overridden by the `.env` (target Astro) or the Helm values (Remote Execution)."""
    if project is None:
        return OnDisk()
    image = image_file(settings, project)
    found = environment_of(image.text or "")
    origins = dict.fromkeys(found, image.path.name)
    above = _dotenv(project) if settings.target is Target.ASTRO else _values(settings, project)
    return replace(
        above,
        environment={**found, **above.environment},
        origins={**origins, **above.origins},
    )


def _dotenv(project: Project) -> OnDisk:
    """`.env` as `astro dev start` reads it; where that reads nothing, as python-dotenv does."""
    text, name = project.env.text, project.env.path.name
    if not text:
        return OnDisk()
    read = compose.read(text)
    values, notes = dict(read.values), []
    if read.stopped:
        values = {key: value for key, value in unexpanded(text).items() if value is not None}
        notes.append(f"astro dev start cannot read {name}: {read.stopped}. The other lines are used here.")
    for who, theirs in (
        ("astro deployment variable --load", astro_load(text).values),
        ("astro dev parse, astro dev pytest", docker(text).values),
    ):
        other = [key for key in MANAGED_KEYS if key in values and theirs.get(key) != values[key]]
        if other:
            notes.append(
                f"{name} is read as astro dev start reads it; {who} would get a different "
                f"{' and '.join(other)} from it."
            )
    return OnDisk(values, dict.fromkeys(values, name), tuple(notes))


def _values(settings: Settings, project: Project) -> OnDisk:
    """The Helm values, with the kwargs of the Secret's manifest if that still exists."""
    text, name = project.values.text, project.values.path.name
    if text is None:
        return OnDisk(notes=(f"There is no {name}: the agents' environment is not known.",))
    try:
        read = values_environment(text, settings.chart)
    except ProblemError as error:
        what = error.problem.what.replace("values.yaml", name)
        problem = replace(error.problem, what=what, kind=ProblemKind.USAGE)
        return OnDisk(notes=(problem.what,), problem=problem)
    values, origins = dict(read.environment), dict.fromkeys(read.environment, name)
    unseen = ""
    if KWARGS_VARIABLE in read.hidden:
        secret, key = read.hidden[KWARGS_VARIABLE]
        kwargs = _in_manifest(project, secret, key)
        if kwargs is None:
            unseen = secret
        else:
            values[KWARGS_VARIABLE], origins[KWARGS_VARIABLE] = kwargs, MANIFEST_NAME
    return OnDisk(values, origins, unseen=unseen)


def _in_manifest(project: Project, secret: str, key: str) -> str | None:
    """The value of that Secret in the manifest that kvtui writes beside the values."""
    with suppress(ProblemError):
        manifest = load(project.manifest.text or "")
        held = at(manifest, "stringData", key)
        if at(manifest, "metadata", "name") == secret and isinstance(held, str):
            return held
    return None


def differences(settings: Settings, disk: OnDisk) -> tuple[str, ...]:
    """How the files' configuration differs from the settings': one sentence, or none.

    None also if the files configure no backend yet.
    """
    backend, text = disk.environment.get(BACKEND_VARIABLE), disk.environment.get(KWARGS_VARIABLE)
    others = [f"{KWARGS_VARIABLE}{end}" for end in ("_CMD", "_SECRET")]
    others = [name for name in others if name in disk.environment]
    if backend is None and text is None and not others:
        return ()
    where = disk.origins.get
    why: list[str] = []
    if backend not in (None, BACKEND_CLASS):
        misspelt = str(backend).endswith("AzureKeyVaultBackend")
        what = "names the backend by another path" if misspelt else "names another backend"
        right = f" (the path is {BACKEND_CLASS})" if misspelt else ""
        why.append(f"{where(BACKEND_VARIABLE)} {what}, {backend}{right}")
    if text is not None:
        differ = _kwargs_differ(text, settings)
        why += [f"{where(KWARGS_VARIABLE)} {differ}"] if differ else []
    elif others:
        names = " and ".join(others)
        why.append(f"{where(others[0])} has the kwargs in {names}, which the plain option overrides")
    elif not disk.unseen:
        why.append(f"{where(BACKEND_VARIABLE)} has no {KWARGS_VARIABLE}")
    return (f"The files on disk differ from these settings: {'; '.join(why)}.",) if why else ()


def _kwargs_differ(text: str, settings: Settings) -> str:
    try:
        parsed = parse_backend_kwargs(text)
    except RecursionError:
        return "has kwargs that are nested too deeply to be read"
    if parsed.warnings or not parsed.values:
        return "has kwargs that are not a JSON object, so Airflow would ignore them"
    wanted = backend_kwargs(settings)
    names = [
        name
        for name in dict.fromkeys((*wanted, *parsed.values))
        if parsed.values.get(name, DEFAULTS.get(name)) != wanted.get(name, DEFAULTS.get(name))
    ]
    return f"differs in {', '.join(names)}" if names else ""


def _named(settings: Settings, diagnosis: Diagnosis, environment: Mapping[str, str]) -> Settings:
    """The settings with the vault, the identity and the prefixes that the files name, and nothing else."""
    bare = replace(settings, vault=None, tenant_id="", client_id="", client_secret=None, identity_name="")
    backend = diagnosis.backend
    if backend is None:
        return bare
    fields = settings_from_kwargs(backend.values)
    if backend.choice is not None and backend.choice.kind != "ClientSecretCredential":
        fields.pop("client_secret", None)  # the backend does not use it
        fields |= _of_the_azure_variables(environment) if not any(map(backend.values.get, _IDENTITY)) else {}
    if fields.get("client_id") == settings.client_id:
        fields["identity_name"] = settings.identity_name
    return replace(bare, **fields)  # type: ignore[arg-type]


_IDENTITY = (*CLIENT_SECRET_TRIO, "managed_identity_client_id", "workload_identity_tenant_id")


def _of_the_azure_variables(environment: Mapping[str, str]) -> dict[str, object]:
    """The app, or the managed identity, of the variables that DefaultAzureCredential reads first."""
    tenant, client, secret = (environment.get(f"AZURE_{name.upper()}", "") for name in CLIENT_SECRET_TRIO)
    if not (tenant and client and secret):
        return {"client_id": client, "auth_mode": AuthMode.MANAGED_IDENTITY} if client else {}
    return {
        "tenant_id": tenant,
        "client_id": client,
        "client_secret": SecretText(secret),
        "auth_mode": AuthMode.CLIENT_SECRET,
    }
