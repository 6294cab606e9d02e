"""Every setting, once: its entry here, its field in `Settings`, and the code that uses it.

The options and their help, the environment's names, the profiles, the console's list and editor and the
options page of the documentation come from here. Imports nothing slow, because `--help` loads it.
"""

from __future__ import annotations

from kvtui.core.words import listed
from kvtui.settings import values
from kvtui.settings.enums import AuthMode, Chart, CloudName, Context, SignInKind, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from enum import StrEnum
    from typing import Any

    from kvtui.settings.model import Settings

IDENTITY = "Vault and deployment identity (Airflow signs in as this)"
SIGN_IN = "Sign-in"
TARGET = "Where Airflow runs"
NAMES = "Secret names"
LOOKUP = "Lookups"
OUTPUT = "Output"
NULL = "null"
"""Typed for a prefix: this kind is not looked up in the vault."""
FROM_FILE = "@"
"""Typed before the name of a file that holds the client secret."""


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
        default: str = "",
        completes: str = "",
        short: str = "",
        variable: bool = False,
        needs: tuple[str, ...] = (),
        commands: tuple[str, ...] = (),
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
        self.default = default
        """The value if the option is not given, for the help."""
        self.group = group
        """The heading in the help."""
        self.takes = takes or ("value" if metavar else "flag")
        """`value`, `flag`, `many` (one or more) or `maybe` (none or one)."""
        self.choices = tuple(choices)
        self.completes = completes
        """What shell completion offers besides choices: `files`, `directories`, `profiles` or `themes`."""
        self.short = short
        self.needs = needs
        """It works only together with one of these options."""
        self.commands = commands
        """With a command, it works only with one of these options; the console accepts it as well."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its spellings: `-o` and `--output`."""
        return (self.short, self.flag) if self.short else (self.flag,)

    @property
    def text(self) -> str:
        """The help with the choices and the default."""
        choices = f"; {self.metavar} is {listed(self.choices, 'or')}" if self.choices else ""
        return f"{self.help}{choices}{f' (default: {self.default})' if self.default else ''}"


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
        """An empty text is a value. For other settings it means: not set."""
        self.off = off
        """The flag that makes it None: Airflow then never asks the vault for that kind."""
        self.azure_variable = azure_variable
        """The variable of the Azure SDKs that is read as well as `KVTUI_…`."""
        self.label = label
        """Its name in the console; empty: the console has no editor for it."""
        self.hint = hint
        self.listed = bool(label) and not asked_for
        """It is in the console's list. One that is `asked_for` is typed next to the commands that need it."""
        self.applies = applies
        """Whether it has an effect with the other settings."""

    def read(self, text: str, cloud: CloudName) -> object:
        """Parses `text`, for that cloud. Raises `ProblemError` (usage)."""
        if self.parse is not None:
            return self.parse(text)
        from kvtui.settings.vault_address import parse_vault_address

        return parse_vault_address(text, cloud)


def _given(name: str, help: str, metavar: str = "", group: str = "", **more: Any) -> Option:
    """The option of a setting, which also has a variable."""
    return Option(name, help, metavar, group, variable=True, **more)


def _one_of(kind: type[StrEnum]) -> Callable[[str], object]:
    return lambda text: values.parse_choice(kind, text)


CATALOGUE: tuple[Setting, ...] = (
    Setting(
        "vault",
        _given("vault-url", "the vault: NAME or https://NAME.vault.azure.net/", "URL", IDENTITY),
        None,
        "Vault",
        "Name or address of the vault. In the portal: Overview > Vault URI.",
    ),
    Setting(
        "cloud_name",
        _given("cloud", "Azure cloud", "NAME", IDENTITY, choices=CloudName, default="public"),
        _one_of(CloudName),
        "Cloud",
    ),
    Setting(
        "sign_in",
        _given("sign-in", "how kvtui signs in to Azure", "HOW", SIGN_IN, choices=SignInKind, default="auto"),
        _one_of(SignInKind),
        "Signed-in user",
        "How kvtui signs in to Azure.",
    ),
    Setting(
        "tenant_id",
        _given("tenant-id", "tenant ID or domain: you and Airflow sign in to it", "ID", IDENTITY),
        values.parse_tenant,
        "Tenant",
        "Tenant ID or domain; you and Airflow sign in to it. In the portal: Entra ID > Overview > Tenant ID.",
        azure_variable="AZURE_TENANT_ID",
    ),
    Setting(
        "target",
        _given(
            "target",
            "where tasks run: on hosted Astro, or in Remote Execution agents",
            "WHERE",
            TARGET,
            choices=Target,
            default="astro",
        ),
        _one_of(Target),
        "Target",
        words={Target.ASTRO: "Astro", Target.REMOTE_EXECUTION: "Remote Execution"},
    ),
    Setting(
        "chart",
        _given("chart", "Helm chart to write values for", "NAME", TARGET, choices=Chart, default="agent"),
        _one_of(Chart),
        "Chart",
        words={Chart.AGENT: "agent chart", Chart.AIRFLOW: "Airflow chart"},
        applies=lambda settings: settings.target is Target.REMOTE_EXECUTION,
    ),
    Setting(
        "auth_mode",
        _given(
            "auth-mode",
            "how Airflow signs in to Azure",
            "MODE",
            IDENTITY,
            choices=AuthMode,
            default="client-secret",
        ),
        _one_of(AuthMode),
        "Auth mode",
        words={
            AuthMode.CLIENT_SECRET: "Client secret",
            AuthMode.MANAGED_IDENTITY: "Managed identity",
            AuthMode.WORKLOAD_IDENTITY: "Workload identity",
        },
    ),
    Setting(
        "client_id",
        _given(
            "client-id", "client ID of the app or managed identity that Airflow signs in as", "ID", IDENTITY
        ),
        values.parse_client_id,
        "Client ID",
        "Client ID of the app or managed identity that Airflow signs in as.",
        azure_variable="AZURE_CLIENT_ID",
    ),
    Setting(
        "client_secret",
        _given(
            "client-secret-file",
            "read the client secret from PATH (- for stdin), or set AZURE_CLIENT_SECRET",
            "PATH",
            IDENTITY,
            completes="files",
        ),
        values.parse_client_secret,
        "Client secret",
        "Paste the secret's Value (not its Secret ID), or type @FILE to read it from a file. "
        "It is never shown.",
        secret=True,
        azure_variable="AZURE_CLIENT_SECRET",
        applies=lambda settings: settings.auth_mode is AuthMode.CLIENT_SECRET,
    ),
    Setting(
        "variables_prefix",
        _given(
            "variables-prefix", 'prefix of variables; "" for none', "TEXT", NAMES, default="airflow-variables"
        ),
        values.parse_prefix,
        "Variables prefix",
        "Prefix of variables. Empty: no prefix. null: never look them up in the vault.",
        empty=True,
        off=_given("no-variables", "never look up variables in the vault", group=NAMES),
    ),
    Setting(
        "connections_prefix",
        _given("connections-prefix", "prefix of connections", "TEXT", NAMES, default="airflow-connections"),
        values.parse_prefix,
        "Connections prefix",
        "Prefix of connections. Empty: no prefix. null: never look them up in the vault.",
        empty=True,
        off=_given("no-connections", "never look up connections in the vault", group=NAMES),
    ),
    Setting(
        "config_prefix",
        _given("config-prefix", "prefix of config options", "TEXT", NAMES, default="airflow-config"),
        values.parse_prefix,
        "Config prefix",
        "Prefix of config options. Empty: no prefix. null: never look them up in the vault.",
        empty=True,
        off=_given("no-config", "never look up config options in the vault", group=NAMES),
    ),
    Setting(
        "sep",
        _given("sep", "separator between prefix and key; also replaces each _", "TEXT", NAMES, default="-"),
        values.parse_sep,
        "Separator",
        "Text between prefix and key; also replaces each _. Almost always -.",
        empty=True,
    ),
    Setting(
        "context",
        _given(
            "context",
            "part of Airflow that looks up KEY; server is the API server, the scheduler or the DAG processor",
            "WHERE",
            LOOKUP,
            choices=Context,
            default="task",
        ),
        _one_of(Context),
    ),
    Setting(
        "airflow_version",
        _given(
            "airflow-version",
            "Airflow version",
            "X.Y.Z",
            LOOKUP,
            default="the project's, else the newest known",
        ),
        values.parse_airflow_version,
        "Airflow",
        "Airflow version, such as 3.1.8. Empty: as detected.",
    ),
    Setting(
        "provider_version",
        _given(
            "provider-version",
            "Azure provider version",
            "X.Y.Z",
            LOOKUP,
            default="the project's, else the newest that fits Airflow",
        ),
        values.parse_provider_version,
        "Provider",
        "Version of apache-airflow-providers-microsoft-azure. Empty: as detected.",
    ),
    Setting(
        "shell_sourceable",
        _given(
            "shell-sourceable",
            "quote the kwargs in .env for shells; this breaks astro dev parse and pytest: "
            "for them the quotes are part of the value",
            group=OUTPUT,
            commands=("export", "check", "save_profile"),
        ),
        values.parse_flag,
    ),
    Setting(
        "deployment_id",
        _given("deployment-id", "ID of the Astro Deployment, for the printed commands", "ID", TARGET),
        values.parse_deployment_id,
        "Deployment",
        "Deployment ID. Shown on its page in Astro and by astro deployment list.",
        asked_for=True,
    ),
    Setting(
        "namespace",
        _given("namespace", "namespace of the agents", "NAME", TARGET, default="from the Helm values"),
        values.parse_namespace,
        "Namespace",
        "Namespace of the agents. Empty: from the Helm values.",
        asked_for=True,
    ),
    Setting(
        "release",
        _given("release", "name of the Helm release", "NAME", TARGET, default="astro-agent or airflow"),
        values.parse_release,
        "Release",
        "Name of the Helm release. Empty: astro-agent or airflow, by chart.",
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
        "Managed identity",
        "Name of the managed identity.",
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
        "Resource group of the managed identity.",
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
        "Service accounts of the agents, separated by commas.",
        asked_for=True,
    ),
)

BY_FIELD = {setting.field: setting for setting in CATALOGUE}
