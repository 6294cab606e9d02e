"""Pane 1: the settings, a row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kvtui.airflow.naming import secret_name
from kvtui.console.phase import Phase
from kvtui.console.state import State
from kvtui.console.text import Part, Row, RowKey, fit, row, wrapped
from kvtui.console.words import minutes_left, now
from kvtui.core.secret_text import MASK
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Chart, Settings, SignInKind, Target

FROM_FILE = "@"
"""Begins the name of a file that holds the client secret, typed in place of it."""
LABEL = 15
LEAST_NOTE = 8
"""Cells that are worth a part of the note on where a value came from."""
MODES = {
    AuthMode.CLIENT_SECRET: "Client secret",
    AuthMode.MANAGED_IDENTITY: "Managed identity",
    AuthMode.WORKLOAD_IDENTITY: "Workload identity",
}
TARGETS = {Target.ASTRO: "Astro", Target.REMOTE_EXECUTION: "Remote agents"}
CHARTS = {Chart.AGENT: "agent chart", Chart.AIRFLOW: "Airflow chart"}


@dataclass(frozen=True, slots=True)
class SettingRow:
    """The row of a setting, by its field of `Settings`."""

    field: str


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """The row of one choice of a setting."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """One setting that can be changed in pane 1."""

    id: str
    label: str
    how: Literal["text", "secret", "choice"]
    hint: str = ""
    choices: tuple[str, ...] = ()


FIELDS: dict[str, Field] = {
    field.id: field
    for field in (
        Field(
            "vault",
            "Vault",
            "text",
            "The vault's name or address. It is on the vault's overview page as Vault URI.",
        ),
        Field("cloud_name", "Cloud", "choice", choices=tuple(CloudName)),
        Field("sign_in", "Sign-in", "choice", "How you sign in, to look things up.", tuple(SignInKind)),
        Field("tenant_id", "Tenant", "text", "The tenant's id or domain. Entra ID > Overview > Tenant ID."),
        Field("target", "Target", "choice", choices=tuple(Target)),
        Field("chart", "Chart", "choice", choices=tuple(Chart)),
        Field("auth_mode", "Airflow is", "choice", choices=tuple(AuthMode)),
        Field(
            "client_id",
            "Client id",
            "text",
            "Of the app or identity that Airflow will be. Pane 2 finds it by name.",
        ),
        Field(
            "client_secret",
            "Client secret",
            "secret",
            "Paste the secret's Value (not its Secret ID), or type @FILE to read it from a file. "
            "It stays masked, and goes to .env alone.",
        ),
        Field(
            "variables_prefix",
            "Variables",
            "text",
            "Prefix of variables. Empty: none. null: never ask the vault.",
        ),
        Field(
            "connections_prefix",
            "Connections",
            "text",
            "Prefix of connections. Empty: none. null: never ask the vault.",
        ),
        Field(
            "config_prefix",
            "Config",
            "text",
            "Prefix of config options. Empty: none. null: never ask the vault.",
        ),
        Field(
            "sep",
            "Separator",
            "text",
            "Joins prefix and key, and replaces every _ of the name. Almost always -.",
        ),
        Field(
            "airflow_version",
            "Airflow",
            "text",
            "The version to simulate, such as 3.1.8. Empty: as detected.",
        ),
        Field(
            "provider_version",
            "Provider",
            "text",
            "apache-airflow-providers-microsoft-azure. Empty: as detected.",
        ),
        Field(
            "deployment_id",
            "Deployment",
            "text",
            "The Deployment's ID. It is on its page in Astro, and astro deployment list shows it.",
        ),
        Field(
            "namespace", "Namespace", "text", "The agents' namespace. Empty: the one that the values name."
        ),
        Field("release", "Release", "text", "The Helm release. Empty: the chart's usual one."),
        Field("identity_name", "Identity", "text", "The managed identity's name."),
        Field("resource_group", "Resource group", "text", "The managed identity's resource group."),
        Field("issuer", "OIDC issuer", "text", "az aks show --query oidcIssuerProfile.issuerUrl prints it."),
        Field(
            "service_account", "Accounts", "text", "The agents' service accounts, with commas between them."
        ),
    )
}


def rows(state: State, width: int) -> list[Row]:
    """The settings as rows; a choice's alternatives are rows of their own where there are three."""
    settings = state.settings
    out = [
        _vault(state, width),
        _text(state, "cloud_name", settings.cloud_name.value, width, ""),
        _sign_in(state, width),
        _text(state, "tenant_id", settings.tenant_id, width, "not known yet"),
        _either("target", "Target", [TARGETS[t] for t in TARGETS], list(TARGETS).index(settings.target)),
    ]
    if settings.target is Target.REMOTE_EXECUTION:
        out.append(_either("chart", "Chart", [CHARTS[c] for c in CHARTS], list(CHARTS).index(settings.chart)))
    for n, (mode, words) in enumerate(MODES.items()):
        on = settings.auth_mode is mode
        out.append(
            row(
                (fit(FIELDS["auth_mode"].label if n == 0 else "", LABEL), "dim"),
                (f"{'●' if on else '○'} {words}", "strong" if on else "plain"),
                key=ChoiceRow("auth_mode", mode.value),
            )
        )
    who = settings.client_id
    if settings.identity_name and who:
        who = f"{settings.identity_name}  {who}"
    out.append(_text(state, "client_id", who, width, "choose one in pane 2"))
    if settings.auth_mode is AuthMode.CLIENT_SECRET:
        held = settings.client_secret is not None and bool(settings.client_secret)
        out.append(
            _text(state, "client_secret", MASK if held else "", width, "not given: paste it, or @FILE")
        )
    for field, prefix in (
        ("variables_prefix", settings.variables_prefix),
        ("connections_prefix", settings.connections_prefix),
        ("config_prefix", settings.config_prefix),
    ):
        shown = "null: never asks the vault" if prefix is None else prefix or '"" (no prefix)'
        out.append(_text(state, field, shown, width, ""))
    out.append(_text(state, "sep", settings.sep or '"" (underscores are deleted)', width, ""))
    out.append(_name_row(settings, state.versions.provider, width))
    found = state.versions
    for field, version, source in (
        ("airflow_version", found.airflow, found.airflow_source),
        ("provider_version", found.provider, found.provider_source),
    ):
        out.append(
            row(
                (fit(FIELDS[field].label, LABEL), "dim"),
                (version, "plain"),
                (fit(f"  {source}", max(3, width - LABEL - len(version))).rstrip(), "dim"),
                key=SettingRow(field),
            )
        )
    for notice in state.notices:
        out += wrapped(notice, width, "warn", indent=2, first="!")
    return out


def _text(state: State, field: str, value: str, width: int, empty: str) -> Row:
    origin = state.origins.get(field, "")
    parts: list[Part] = [(fit(FIELDS[field].label, LABEL), "dim")]
    tail = f"  {origin}" if origin and origin not in ("default", "you") else ""
    room = max(8, width - LABEL)
    if value:
        shown = value if len(value) <= room else fit(value, room).rstrip()
        left = room - len(shown)
        tail = tail if len(tail) <= left else fit(tail, left).rstrip() if left >= LEAST_NOTE else ""
        parts += [(shown, "plain"), (tail, "dim")]
    else:
        parts.append((empty[: width - LABEL], "todo"))
    return row(*parts, key=SettingRow(field))


def _vault(state: State, width: int) -> Row:
    vault = state.settings.vault
    if vault is None:
        return _text(state, "vault", "", width, "type your vault's name or address")
    suffix = fit(vault.host.removeprefix(vault.name), max(4, width - LABEL - len(vault.name))).rstrip()
    return row((fit("Vault", LABEL), "dim"), (vault.name, "strong"), (suffix, "dim"), key=SettingRow("vault"))


def _sign_in(state: State, width: int) -> Row:
    sign_in = state.sign_in
    parts: list[Part] = [(fit("You are", LABEL), "dim")]
    if sign_in.phase is Phase.DONE and sign_in.identity:
        left = minutes_left(sign_in.identity.expires, now())
        about = f"  {sign_in.identity.kind}"
        fits = LABEL + len(sign_in.identity.name) + len(about) + len(left) + 2 <= width
        parts += [(sign_in.identity.name, "plain"), (f"{about}  {left}" if fits else about, "dim")]
    elif sign_in.phase is Phase.BUSY:
        parts.append((f"signing in ({state.settings.sign_in.value})…", "dim"))
    elif sign_in.phase is Phase.STOPPED:
        parts.append((f"stopped ({state.settings.sign_in.value}); s signs in", "warn"))
    elif sign_in.phase is Phase.FAILED:
        parts.append((f"not signed in ({state.settings.sign_in.value}); s tells why", "bad"))
    else:
        parts.append((f"{state.settings.sign_in.value}, not tried yet", "dim"))
    return row(*parts, key=SettingRow("sign_in"))


def _either(field: str, label: str, words: list[str], chosen: int) -> Row:
    parts: list[Part] = [(fit(label, LABEL), "dim")]
    for n, word in enumerate(words):
        on = n == chosen
        parts.append((f"{'●' if on else '○'} {word}  ", "strong" if on else "plain"))
    return row(*parts, key=SettingRow(field))


def option_at(key: RowKey, part: int) -> ChoiceRow | None:
    """The option in that part of a row, if there is one."""
    if isinstance(key, ChoiceRow):
        return key if part == 1 else None
    if not isinstance(key, SettingRow) or key.field not in ("target", "chart"):
        return None
    options = FIELDS[key.field].choices
    return ChoiceRow(key.field, options[part - 1]) if 0 < part <= len(options) else None


def _name_row(settings: Settings, provider: str, width: int) -> Row:
    asked = secret_name(settings.variables_prefix, "my_key", settings.sep, provider)
    lead = fit("my_key", LABEL)
    if asked.name is None:
        return row((lead, "dim"), (f"→ {asked.why_not}"[: width - LABEL], "warn"))
    return row((lead, "dim"), ("→ ", "dim"), (fit(asked.name, max(8, width - LABEL - 2)).rstrip(), "name"))
