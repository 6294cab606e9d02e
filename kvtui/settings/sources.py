"""The settings from their sources, in order: options, environment, the project's `.env`, a profile, the demo.

Each source gives texts by option name. The first source that speaks of an option decides; what
nobody speaks of has the default of `Settings`. Where every value came from is kept for display.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kvtui.core.problems import Problem, ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Chart, Context, Settings, SignInKind, Target
from kvtui.settings.values import (
    parse_airflow_version,
    parse_choice,
    parse_client_id,
    parse_client_secret,
    parse_deployment_id,
    parse_flag,
    parse_namespace,
    parse_prefix,
    parse_provider_version,
    parse_release,
    parse_sep,
    parse_tenant,
)
from kvtui.settings.vault_address import parse_vault_address

DEFAULT = "default"
"""The origin of a value that nobody gave."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one source says of one option."""

    value: str | SecretText | None
    """The text as typed. None: never look that kind up (`--no-variables`)."""
    label: str
    """Where it stands, as the user knows it: `--vault-url`, `KVTUI_VAULT_URL`, `.env vault_url`."""
    implied: bool = False
    """It follows from something else in the source, and yields to a vault that a higher source gives."""
    belongs_to: str = ""
    """Of a client secret: the client id that stands beside it; empty if none does."""


@dataclass(frozen=True, slots=True)
class Source:
    """One place that settings come from."""

    given: Mapping[str, Given]
    lenient: bool = False
    """A value that cannot be taken becomes a notice: a broken `.env` must not keep kvtui from mending it."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The settings, where each came from, and what the user should know about it."""

    settings: Settings
    origins: Mapping[str, str] = field(default_factory=dict)
    """Every field of `Settings` to its origin: a label, or `default`."""
    notices: tuple[str, ...] = ()


def _cloud(text: str, _: CloudName) -> CloudName:
    return parse_choice(CloudName, text)


_FIELDS: tuple[tuple[str, str, Callable[[str, CloudName], object]], ...] = (
    ("cloud", "cloud_name", _cloud),
    ("vault-url", "vault", parse_vault_address),
    ("tenant-id", "tenant_id", lambda text, _: parse_tenant(text)),
    ("client-id", "client_id", lambda text, _: parse_client_id(text)),
    ("client-secret", "client_secret", lambda text, _: parse_client_secret(text)),
    ("auth-mode", "auth_mode", lambda text, _: parse_choice(AuthMode, text)),
    ("target", "target", lambda text, _: parse_choice(Target, text)),
    ("chart", "chart", lambda text, _: parse_choice(Chart, text)),
    ("variables-prefix", "variables_prefix", lambda text, _: parse_prefix(text)),
    ("connections-prefix", "connections_prefix", lambda text, _: parse_prefix(text)),
    ("config-prefix", "config_prefix", lambda text, _: parse_prefix(text)),
    ("sep", "sep", lambda text, _: parse_sep(text)),
    ("sign-in", "sign_in", lambda text, _: parse_choice(SignInKind, text)),
    ("airflow-version", "airflow_version", lambda text, _: parse_airflow_version(text)),
    ("provider-version", "provider_version", lambda text, _: parse_provider_version(text)),
    ("context", "context", lambda text, _: parse_choice(Context, text)),
    ("shell-sourceable", "shell_sourceable", lambda text, _: parse_flag(text)),
    ("deployment-id", "deployment_id", lambda text, _: parse_deployment_id(text)),
    ("namespace", "namespace", lambda text, _: parse_namespace(text)),
    ("release", "release", lambda text, _: parse_release(text)),
)
"""Option name, field of `Settings`, how its text is read. The cloud first: the vault depends on it."""

SETTINGS_OPTIONS = tuple(name for name, _, _ in _FIELDS)
"""The names that a source may give. `client-secret` is no option, but a source may hold one."""


def resolve(sources: Sequence[Source]) -> Resolved:
    """The settings that `sources`, the most important first, give together.

    Raises `ProblemError` (usage), whose text names the place, for a value that cannot be taken, unless
    its source is lenient.
    """
    values: dict[str, object] = {}
    origins: dict[str, str] = dict.fromkeys((name for _, name, _ in _FIELDS), DEFAULT)
    notices: list[str] = []
    cloud = CloudName.PUBLIC
    vault_at = next((n for n, source in enumerate(sources) if "vault-url" in source.given), len(sources))
    for option, name, read in _FIELDS:
        for place, source in enumerate(sources):
            given = source.given.get(option)
            if given is None or (given.implied and vault_at < place):
                continue
            not_ours = _of_another_app(given, values.get("client_id"))
            if not_ours:
                notices.append(not_ours)
                continue
            try:
                values[name] = _value(given, read, cloud)
            except ProblemError as error:
                where = _named(error.problem, given.label)
                if not source.lenient:
                    raise ProblemError(where) from None
                notices.append(f"{where.what} It was left out.")
                continue
            origins[name] = given.label
            if isinstance(chosen := values[name], CloudName):
                cloud = chosen
            break
    return Resolved(Settings(**values), origins, tuple(notices))  # type: ignore[arg-type]


def _value(given: Given, read: Callable[[str, CloudName], object], cloud: CloudName) -> object:
    if given.value is None:
        return None
    return read(given.value.reveal() if isinstance(given.value, SecretText) else given.value, cloud)


def _of_another_app(given: Given, client_id: object) -> str:
    """A client secret belongs to the client id beside it: for another app it could only fail."""
    if not given.belongs_to or not client_id or given.belongs_to.strip().lower() == client_id:
        return ""
    return f"{given.label} was not used: it belongs to another client id than the one that is chosen."


def _named(problem: Problem, label: str) -> Problem:
    return Problem(
        what=f"{label}: {problem.what}", remedy=problem.remedy, exit=problem.exit, code=problem.code
    )
