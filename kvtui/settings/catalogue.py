"""Every setting, once: its entry here, its field in `Settings`, and the code that uses it.

The options and their help, the environment's names, the profiles, the console's list and editor and the
table in the README come from here. Imports nothing that `--help` would wait for.
"""

from __future__ import annotations

from kvtui.settings import values
from kvtui.settings.enums import AuthMode, Chart, CloudName, Context, SignInKind, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from enum import StrEnum
    from typing import Any

    from kvtui.settings.model import Settings

IDENTITY = "The vault and whom Airflow will be"
AIRFLOW = "Where Airflow runs, and the secrets' names"
SIMULATION = "What is simulated"
SIGNING_IN = "Signing in"
OUTPUT = "What is printed and written"
NULL = "null"
"""What is typed for a prefix that turns a kind off."""
FROM_FILE = "@"
"""Begins the name of a file that holds the client secret, typed in place of it."""


class Option:
    """One option of the command line."""

    def __init__(
        self,
        name: str,
        help: str,
        metavar: str = "",
        group: str = "",
        *,
        takes: str = "",
        choices: Iterable[str] = (),
        short: str = "",
        variable: bool = False,
        needs: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        """Without the two hyphens: `vault-url`."""
        self.flag = f"--{name}"
        self.dest = name.replace("-", "_")
        """`vault_url`, its name in the parsed arguments."""
        self.variable = f"KVTUI_{self.dest.upper()}" if variable else ""
        """`KVTUI_VAULT_URL`, its name in the environment; empty: it is an option only."""
        self.help = help
        self.metavar = metavar
        self.group = group
        """The heading in the help."""
        self.takes = takes or ("value" if metavar else "flag")
        """`value`, `flag`, `many` (one or more) or `maybe` (none or one)."""
        self.choices = tuple(choices)
        self.short = short
        self.needs = needs
        """It means something only beside one of these options."""


class Setting:
    """One setting: how it is given, checked, explained and kept."""

    def __init__(
        self,
        field: str,
        option: Option | None,
        parse: Callable[[str], object] | None,
        label: str = "",
        hint: str = "",
        *,
        words: Mapping[StrEnum, str] | None = None,
        secret: bool = False,
        empty: bool = False,
        off: Option | None = None,
        azure_variable: str = "",
        applies: Callable[[Settings], bool] = lambda _: True,
        asked_for: bool = False,
    ) -> None:
        self.field = field
        """Its field of `Settings`."""
        self.option = option
        """None: it is set in the console only. The option of a secret names a file that holds it."""
        self.name = option.name.removesuffix("-file") if option else ""
        """Its name in a source of settings, and in a profile."""
        self.choices = option.choices if option else ()
        self.words = words or {}
        """The choices as the console shows them, beside each other."""
        self.parse = parse
        """None: the vault's address, which depends on the cloud."""
        self.secret = secret
        """It is masked, and in no profile."""
        self.empty = empty
        """An empty text is a value; elsewhere it means that nothing is chosen."""
        self.off = off
        """The flag that makes it None: Airflow then never asks the vault for that kind."""
        self.azure_variable = azure_variable
        """The variable of the Azure SDKs that is read beside `KVTUI_…`."""
        self.label = label
        """Its name in the console; empty: the console has no editor for it."""
        self.hint = hint
        self.listed = bool(label) and not asked_for
        """It is in the console's list; what is `asked_for` is typed beside the commands that need it."""
        self.applies = applies
        """Whether it means anything with the other settings."""

    def read(self, text: str, cloud: CloudName) -> object:
        """The value that `text` is in that cloud. Raises `ProblemError` (usage)."""
        if self.parse is not None:
            return self.parse(text)
        from kvtui.settings.vault_address import parse_vault_address

        return parse_vault_address(text, cloud)


def _given(name: str, help: str, metavar: str = "", group: str = AIRFLOW, **more: Any) -> Option:
    """The option of a setting: it has a variable, too."""
    return Option(name, help, metavar, group, variable=True, **more)


def _one_of(kind: type[StrEnum]) -> Callable[[str], object]:
    return lambda text: values.parse_choice(kind, text)


CATALOGUE: tuple[Setting, ...] = (
    Setting(
        "vault",
        _given("vault-url", "https://NAME.vault.azure.net/ or just NAME", "URL", IDENTITY),
        None,
        "Vault",
        "The vault's name or address. It is on the vault's overview page as Vault URI.",
    ),
    Setting(
        "cloud_name",
        _given("cloud", "whose addresses are used; default: public", "NAME", IDENTITY, choices=CloudName),
        _one_of(CloudName),
        "Cloud",
    ),
    Setting(
        "sign_in",
        _given("sign-in", "how kvtui itself signs in; default: auto", "HOW", SIGNING_IN, choices=SignInKind),
        _one_of(SignInKind),
        "You are",
        "How you sign in, to look things up.",
    ),
    Setting(
        "tenant_id",
        _given("tenant-id", "tenant of the deployment identity, GUID or domain", "ID", IDENTITY),
        values.parse_tenant,
        "Tenant",
        "The tenant's id or domain. Entra ID > Overview > Tenant ID.",
        azure_variable="AZURE_TENANT_ID",
    ),
    Setting(
        "target",
        _given("target", "default: astro", "WHERE", choices=Target),
        _one_of(Target),
        "Target",
        words={Target.ASTRO: "Astro", Target.REMOTE_EXECUTION: "Remote agents"},
    ),
    Setting(
        "chart",
        _given("chart", "whose Helm values are written; default: agent", "NAME", choices=Chart),
        _one_of(Chart),
        "Chart",
        words={Chart.AGENT: "agent chart", Chart.AIRFLOW: "Airflow chart"},
        applies=lambda settings: settings.target is Target.REMOTE_EXECUTION,
    ),
    Setting(
        "auth_mode",
        _given(
            "auth-mode", "what is written for Airflow to sign in with", "MODE", IDENTITY, choices=AuthMode
        ),
        _one_of(AuthMode),
        "Airflow is",
        words={
            AuthMode.CLIENT_SECRET: "Client secret",
            AuthMode.MANAGED_IDENTITY: "Managed identity",
            AuthMode.WORKLOAD_IDENTITY: "Workload identity",
        },
    ),
    Setting(
        "client_id",
        _given("client-id", "client id of the app or managed identity", "ID", IDENTITY),
        values.parse_client_id,
        "Client id",
        "Of the app or identity that Airflow will be.",
        azure_variable="AZURE_CLIENT_ID",
    ),
    Setting(
        "client_secret",
        _given(
            "client-secret-file",
            "reads the client secret from PATH (- is stdin); or set AZURE_CLIENT_SECRET",
            "PATH",
            IDENTITY,
        ),
        values.parse_client_secret,
        "Client secret",
        "Paste the secret's Value (not its Secret ID), or type @FILE to read it from a file. "
        "It stays masked, and goes to .env alone.",
        secret=True,
        azure_variable="AZURE_CLIENT_SECRET",
        applies=lambda settings: settings.auth_mode is AuthMode.CLIENT_SECRET,
    ),
    Setting(
        "variables_prefix",
        _given("variables-prefix", 'default: airflow-variables; "" for none', "TEXT"),
        values.parse_prefix,
        "Variables",
        "Prefix of variables. Empty: none. null: never ask the vault.",
        empty=True,
        off=_given("no-variables", "Airflow never asks the vault for variables"),
    ),
    Setting(
        "connections_prefix",
        _given("connections-prefix", "default: airflow-connections", "TEXT"),
        values.parse_prefix,
        "Connections",
        "Prefix of connections. Empty: none. null: never ask the vault.",
        empty=True,
        off=_given("no-connections", "never for connections"),
    ),
    Setting(
        "config_prefix",
        _given("config-prefix", "default: airflow-config", "TEXT"),
        values.parse_prefix,
        "Config",
        "Prefix of config options. Empty: none. null: never ask the vault.",
        empty=True,
        off=_given("no-config", "never for configuration options"),
    ),
    Setting(
        "sep",
        _given("sep", "joins prefix and key, and replaces every _; default: -", "TEXT"),
        values.parse_sep,
        "Separator",
        "Joins prefix and key, and replaces every _ of the name. Almost always -.",
        empty=True,
    ),
    Setting(
        "context",
        _given("context", "where it is looked up; default: task", "WHERE", SIMULATION, choices=Context),
        _one_of(Context),
    ),
    Setting(
        "airflow_version",
        _given("airflow-version", "default: the project's, else the newest known", "X.Y.Z", SIMULATION),
        values.parse_airflow_version,
        "Airflow",
        "The version to simulate, such as 3.1.8. Empty: as detected.",
    ),
    Setting(
        "provider_version",
        _given("provider-version", "of the Azure provider; default likewise", "X.Y.Z", SIMULATION),
        values.parse_provider_version,
        "Provider",
        "apache-airflow-providers-microsoft-azure. Empty: as detected.",
    ),
    Setting(
        "shell_sourceable",
        _given("shell-sourceable", "single quotes in .env, for shells; docker would keep them", group=OUTPUT),
        values.parse_flag,
    ),
    Setting(
        "deployment_id",
        _given("deployment-id", "the Astro Deployment that the next steps are for", "ID"),
        values.parse_deployment_id,
        "Deployment",
        "The Deployment's ID. It is on its page in Astro, and astro deployment list shows it.",
        asked_for=True,
    ),
    Setting(
        "namespace",
        _given("namespace", "of the agents; default: the one that the values name", "NAME"),
        values.parse_namespace,
        "Namespace",
        "The agents' namespace. Empty: the one that the values name.",
        asked_for=True,
    ),
    Setting(
        "release",
        _given("release", "the Helm release; default: astro-agent or airflow", "NAME"),
        values.parse_release,
        "Release",
        "The Helm release. Empty: the chart's usual one.",
        asked_for=True,
    ),
    Setting(
        "identity_name",
        None,
        lambda text: values.parse_matching(
            text,
            r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}",
            "letters, digits, hyphens and underscores, 3 to 128 of them",
        ),
        "Identity",
        "The managed identity's name.",
        asked_for=True,
    ),
    Setting(
        "resource_group",
        None,
        lambda text: values.parse_matching(
            text,
            r"[\w.()-]{0,89}[\w()-]",
            "letters, digits, dots, hyphens, underscores and brackets, at most 90",
        ),
        "Resource group",
        "The managed identity's resource group.",
        asked_for=True,
    ),
    Setting(
        "issuer",
        None,
        lambda text: values.parse_matching(text, r"https://[!-~]{3,580}", "an https address without spaces"),
        "OIDC issuer",
        "az aks show --query oidcIssuerProfile.issuerUrl prints it.",
        asked_for=True,
    ),
    Setting(
        "service_account",
        None,
        values.parse_service_accounts,
        "Accounts",
        "The agents' service accounts, with commas between them.",
        asked_for=True,
    ),
)

BY_FIELD = {setting.field: setting for setting in CATALOGUE}
