"""The secrets backend that an environment configures: which class, with which kwargs, or why none starts.

Mirrors `_get_custom_secret_backend` (Airflow) and `AzureKeyVaultBackend.__init__` and `.client`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kvtui.airflow import rules
from kvtui.airflow.credentials import CredentialChoice, credential, unknown_kwargs
from kvtui.airflow.kwargs import (
    BACKEND_CLASS,
    CLIENT_SECRET_TRIO,
    DEFAULTS,
    IDENTITY_PAIR,
    parse_backend_kwargs,
)
from kvtui.airflow.model import ExceptionInfo
from kvtui.airflow.naming import Naming, strip_prefix
from kvtui.airflow.option import EndlessExpansionError, Option, per_key_kwargs, read_option
from kvtui.settings.clouds import all_clouds
from kvtui.settings.model import Context

CONTRIB_CLASS = "airflow.contrib.secrets.azure_key_vault.AzureKeyVaultBackend"
_ENVIRONMENT_CLASS = "airflow.secrets.environment_variables.EnvironmentVariablesBackend"
_METASTORE_CLASS = "airflow.secrets.metastore.MetastoreBackend"
_OTHER_BACKENDS = (
    "airflow.secrets.local_filesystem.LocalFilesystemBackend",
    "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend",
    "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend",
    "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend",
    "airflow.providers.hashicorp.secrets.vault.VaultBackend",
    "airflow.providers.yandex.secrets.lockbox.LockboxSecretBackend",
)
NO_VAULT_URL = "vault_url must be the URL of an Azure Key Vault"
NOT_TLS = "Bearer token authentication is not permitted for non-TLS protected (non-https) URLs."


_DECIDE = ("vault_url", *CLIENT_SECRET_TRIO, *IDENTITY_PAIR)


class StartError(Exception):
    """What Airflow raises while it builds its backends, instead of a backend."""

    def __init__(self, type_name: str, message: str, warning: str = "", headline: str = "") -> None:
        super().__init__(message)
        self.info = ExceptionInfo(type_name, message)
        self.warning = warning
        self.headline = headline


@dataclass(frozen=True, slots=True)
class Backend:
    """One custom secrets backend of a process."""

    name: str
    """The class's name: `AzureKeyVaultBackend`, or another one that kvtui does not simulate."""
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    """The kwargs, the backend's defaults filled in."""
    naming: Naming = field(default_factory=Naming)
    """How it makes names of keys."""
    given: Mapping[str, object] = field(default_factory=dict, repr=False)
    warnings: tuple[str, ...] = ()
    """What Airflow logs at WARNING while it builds the backend."""
    choice: CredentialChoice | None = None
    client_fault: ExceptionInfo | None = None
    """What every lookup raises because the client cannot be built."""
    request_fault: ExceptionInfo | None = None
    """What the client raises instead of asking the vault for any name."""
    unasked: str = ""
    """Why kvtui cannot say what this backend answers; empty if it can."""
    kwargs_source: Option = field(default_factory=lambda: Option(None), repr=False)

    @property
    def is_vault(self) -> bool:
        """Whether this is the backend that kvtui simulates."""
        return self.name == "AzureKeyVaultBackend"

    @property
    def retries(self) -> bool:
        """Whether azure-core tries again."""
        return self.values.get("retry_total") != 0

    def identity(self) -> tuple[str, ...]:
        """Which vault it asks with which identity: two backends that agree get the same answers."""
        return tuple(repr(self.values.get(name)) for name in _DECIDE)


def looks_up_as_task(context: Context, airflow_version: str) -> bool:
    """Whether a process in `context` looks up as a task of Airflow 3 does: a task, or a trigger."""
    return context is not Context.SERVER and rules.TASK_SDK.holds(airflow_version)


def build_backend(
    environment: Mapping[str, str], airflow_version: str, provider_version: str, *, worker: bool = False
) -> Backend | None:
    """The custom backend of a process; None if none is configured.

    `worker`: see `looks_up_as_task`; there `[workers] secrets_backend` comes first. Raises `StartError`
    with what Airflow raises instead.
    """
    try:
        if worker and rules.WORKERS_SECTION.holds(airflow_version):
            backend = _from_section(
                environment, "workers", "secrets_backend", airflow_version, provider_version
            )
            if backend is not None:
                return backend
        return _from_section(environment, "secrets", "backend", airflow_version, provider_version)
    except EndlessExpansionError:
        raise StartError(
            "RecursionError",
            "the option's $NAMEs reference themselves",
            headline="Airflow does not start: a $NAME in the backend's options references itself.",
        ) from None
    except RecursionError as error:
        headline = "The kwargs are nested too deeply to be read."
        raise StartError("RecursionError", str(error), headline=headline) from None


def _from_section(
    environment: Mapping[str, str], section: str, key: str, airflow_version: str, provider_version: str
) -> Backend | None:
    path = read_option(environment, section, key, sensitive=False).text
    if not path:
        return None
    name, unasked = _class_of(path, section, key, airflow_version)
    kwargs_key = f"{key}_kwargs"
    option = read_option(environment, section, kwargs_key, sensitive=True)
    text, warnings = _kwargs_text(option, section, kwargs_key, airflow_version)
    parsed = parse_backend_kwargs(text, section=section, option=kwargs_key)
    given = dict(parsed.values)
    given.update(per_key_kwargs(environment, section, kwargs_key, airflow_version))
    if name != "AzureKeyVaultBackend":
        return Backend(name, warnings=warnings + parsed.warnings, unasked=unasked)
    values = _constructed(given, provider_version)
    choice = credential(values, provider_version, environment)
    if option.unknown and "vault_url" not in given:
        unasked = f"its kwargs come from the command in {option.source}, which kvtui does not run"
    return Backend(
        name,
        values,
        Naming(
            values["variables_prefix"],
            values["connections_prefix"],
            values["config_prefix"],
            values["sep"],
            provider_version,
        ),
        given,
        warnings + parsed.warnings,
        choice,
        _client_fault(values, choice),
        _request_fault(values),
        unasked,
        option,
    )


def _class_of(path: str, section: str, key: str, airflow_version: str) -> tuple[str, str]:
    """The class behind a dotted path, and why kvtui cannot simulate it. Raises `StartError`."""
    if path == BACKEND_CLASS or (path == CONTRIB_CLASS and rules.CONTRIB_PATH.holds(airflow_version)):
        return "AzureKeyVaultBackend", ""
    if path in (_ENVIRONMENT_CLASS, _METASTORE_CLASS):
        return path.rpartition(".")[2], ""
    if path in _OTHER_BACKENDS:
        return path.rpartition(".")[2], "kvtui only simulates the Azure Key Vault backend"
    module, _, attribute = path.rpartition(".")
    if not module:
        warning = f"{path} doesn't look like a module path"
    elif f"{BACKEND_CLASS.rpartition('.')[0]}.".startswith(f"{module}."):
        warning = f'Module "{module}" does not define a "{attribute}" attribute/class'
    else:
        warning = f"No module named {_first_missing(module)!r}"
    raise StartError(
        "AirflowConfigException",
        f'The object could not be loaded. Please check "{key}" key in "{section}" section. '
        f'Current value: "{path}".',
        warning,
        f"[{section}] {key} names a class that cannot be loaded: write {BACKEND_CLASS}.",
    )


def _first_missing(module: str) -> str:
    """The first missing package of a dotted path, as Python names it."""
    there = BACKEND_CLASS.split(".")[:-1]
    parts = module.split(".")
    known = 0
    while known < min(len(parts), len(there)) and parts[known] == there[known]:
        known += 1
    return ".".join(parts[: known + 1])


def _kwargs_text(
    option: Option, section: str, kwargs_key: str, airflow_version: str
) -> tuple[str | None, tuple[str, ...]]:
    bad_json = (f"Failed to parse [{section}] {kwargs_key} as JSON, defaulting to no kwargs.",)
    if option.failed:
        return None, bad_json
    if option.raises:
        no_object = f"Failed to parse [{section}] {kwargs_key} into a dict, defaulting to no kwargs."
        raise StartError(
            *option.raises,
            no_object if option.raises[0] == "ValueError" else "",
            f"The command in {option.source} cannot be run: {option.raises[1]}.",
        )
    if option.how == "secret":
        if section == "secrets" and rules.RECURSIVE_KWARGS_STOP.holds(airflow_version):
            raise StartError(
                "RecursionError",
                "maximum recursion depth exceeded",
                headline=f"{option.source} asks the backend for the kwargs that the backend needs "
                "first: Airflow does not start.",
            )
        if section == "workers" and rules.WORKERS_KWARGS_ARE_ASKED_FOR.holds(airflow_version):
            return None, ()
        return None, bad_json
    return option.text, ()


def _constructed(given: Mapping[str, object], provider_version: str) -> dict[str, object]:
    """The kwargs with their defaults, as the constructor accepts them. Raises `StartError`."""
    if "self" in given:
        raise StartError(
            "TypeError",
            "AzureKeyVaultBackend.__init__() got multiple values for argument 'self'",
            headline="The kwargs contain a key called self: Airflow does not start.",
        )
    values = {**DEFAULTS, **given}
    for name in ("connections_prefix", "variables_prefix", "config_prefix"):
        try:
            strip_prefix(values[name], values["sep"], provider_version)
        except (TypeError, AttributeError) as error:
            raise StartError(
                type(error).__name__,
                str(error),
                headline=f"{name} and sep must be text: Airflow does not start.",
            ) from None
    return values


def _client_fault(values: Mapping[str, object], choice: CredentialChoice) -> ExceptionInfo | None:
    """What building the client raises."""
    if choice.fault:
        return ExceptionInfo(choice.fault_type, choice.fault)
    if "credential" in values:
        client = "azure.keyvault.secrets._client.SecretClient()"
        return ExceptionInfo("TypeError", f"{client} got multiple values for keyword argument 'credential'")
    url = values["vault_url"]
    if not url:
        return ExceptionInfo("ValueError", NO_VAULT_URL)
    if not isinstance(url, str):
        return ExceptionInfo("AttributeError", f"{type(url).__name__!r} object has no attribute 'strip'")
    return None


def _request_fault(values: Mapping[str, object]) -> ExceptionInfo | None:
    """What the vault's address makes every request raise."""
    address, verify = values["vault_url"], values.get("verify_challenge_resource", True)
    if not isinstance(address, str):
        return None
    url = address.strip(" /")
    if not url.lower().startswith("https"):
        return ExceptionInfo("ServiceRequestError", NOT_TLS)
    try:
        netloc = urlsplit(url).netloc.lower().removesuffix(":443")
    except ValueError as error:
        return ExceptionInfo("ValueError", str(error))
    suffixes = [cloud.vault_suffix for cloud in all_clouds()]
    if not verify or any(netloc.endswith(f".{suffix}") for suffix in suffixes):
        return None
    return ExceptionInfo(
        "ValueError",
        f"The challenge resource '{suffixes[0]}' does not match the requested domain. Pass "
        "`verify_challenge_resource=False` to your client's constructor to disable this verification. "
        "See https://aka.ms/azsdk/blog/vault-uri for more information.",
    )


def has_path(backend: Backend) -> bool:
    """Whether `vault_url` has a path after the host: the service then answers 400."""
    url = backend.values.get("vault_url")
    return isinstance(url, str) and bool(urlsplit(url.strip(" /")).path.strip("/"))


def kwargs_warnings(backend: Backend) -> tuple[str, ...]:
    """What in the kwargs has no effect, one sentence each."""
    found = list(backend.choice.warnings) if backend.choice else []
    if str(backend.values.get("vault_url") or "").strip(" /").endswith(":443"):
        found.append(
            "vault_url names the port 443: azure-keyvault-secrets before 4.12 rejects that "
            "(ValueError: The challenge resource … does not match the requested domain). Leave the "
            "port out."
        )
    names = [name for name in unknown_kwargs(backend.given) if name not in _TAKEN_BY_CLIENT]
    found += [f"The kwarg {name!r} is unknown to the backend{_meant(name)}." for name in names]
    return tuple(found)


_TAKEN_BY_CLIENT = ("retry_total", "api_version", "verify_challenge_resource", "credential")


def _meant(name: str) -> str:
    plain = name.lower().replace("-", "_")
    for known in DEFAULTS:
        if plain in (known, known.replace("s_prefix", "_prefix"), known.replace("_", "")):
            return f"; write {known}"
    return "; write vault_url" if plain in ("key_vault_name", "key_vault_url", "vault_name") else ""
