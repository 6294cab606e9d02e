"""Every setting, once: its entry here, its field in `Settings`, and the code that uses it.

The options and their help, the environment's names, the profiles, the console's list and editor and the
table in the README come from here. Imports nothing that `--help` would wait for.
"""

from __future__ import annotations

from kvtui.settings import values
from kvtui.settings.enums import AuthMode, Chart, CloudName, Context, SignInKind, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

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


class Setting:
    """One setting: how it is given, checked, explained and kept."""

    def __init__(
        self,
        field: str,
        name: str = "",
        parse: Callable[[str], object] | None = None,
        *,
        choices: type[StrEnum] | None = None,
        words: Mapping[StrEnum, str] | None = None,
        secret: bool = False,
        empty: bool = False,
        off: str = "",
        off_help: str = "",
        azure_variable: str = "",
        group: str = "",
        metavar: str = "",
        help: str = "",
        label: str = "",
        hint: str = "",
        asked_for: bool = False,
        applies: Callable[[Settings], bool] = lambda _: True,
    ) -> None:
        self.field = field
        """Its field of `Settings`."""
        self.name = name
        """Its name in profiles and as an option, `vault-url`; empty: it is set in the console only."""
        self.choices = tuple(choices or ())
        self.words = words or {}
        """The choices as the console shows them, beside each other."""
        self.parse = (lambda text: values.parse_choice(choices, text)) if choices else parse
        self.secret = secret
        """It is masked, in no profile, and no argument: its option names a file that holds it."""
        self.empty = empty
        """An empty text is a value; elsewhere it means that nothing is chosen."""
        self.off = off
        """The flag that makes it None: Airflow then never asks the vault for that kind."""
        self.off_help = off_help
        self.azure_variable = azure_variable
        """The variable of the Azure SDKs that is read beside `KVTUI_…`."""
        self.group = group
        """The heading of its option in the help."""
        self.metavar = metavar
        self.help = help
        self.label = label
        """Its name in the console; empty: the console has no editor for it."""
        self.hint = hint
        self.listed = bool(label) and not asked_for
        """It is in the console's list; what is `asked_for` is typed beside the commands that need it."""
        self.applies = applies
        """Whether it means anything with the other settings."""

    @property
    def option(self) -> str:
        """Its option, without the hyphens before it."""
        return f"{self.name}-file" if self.secret else self.name

    @property
    def flag(self) -> bool:
        """It is on or off: its option takes no value."""
        return self.parse is values.parse_flag

    def read(self, text: str, cloud: CloudName) -> object:
        """The value that `text` is in that cloud. Raises `ProblemError` (usage)."""
        if self.parse is not None:
            return self.parse(text)
        from kvtui.settings.vault_address import parse_vault_address

        return parse_vault_address(text, cloud)


CATALOGUE: tuple[Setting, ...] = (
    Setting(
        "vault",
        "vault-url",
        group=IDENTITY,
        metavar="URL",
        help="https://NAME.vault.azure.net/ or just NAME",
        label="Vault",
        hint="The vault's name or address. It is on the vault's overview page as Vault URI.",
    ),
    Setting(
        "cloud_name",
        "cloud",
        choices=CloudName,
        group=IDENTITY,
        metavar="NAME",
        help="whose addresses are used; default: public",
        label="Cloud",
    ),
    Setting(
        "sign_in",
        "sign-in",
        choices=SignInKind,
        group=SIGNING_IN,
        metavar="HOW",
        help="how kvtui itself signs in; default: auto",
        label="You are",
        hint="How you sign in, to look things up.",
    ),
    Setting(
        "tenant_id",
        "tenant-id",
        values.parse_tenant,
        azure_variable="AZURE_TENANT_ID",
        group=IDENTITY,
        metavar="ID",
        help="tenant of the deployment identity, GUID or domain",
        label="Tenant",
        hint="The tenant's id or domain. Entra ID > Overview > Tenant ID.",
    ),
    Setting(
        "target",
        "target",
        choices=Target,
        words={Target.ASTRO: "Astro", Target.REMOTE_EXECUTION: "Remote agents"},
        group=AIRFLOW,
        metavar="WHERE",
        help="default: astro",
        label="Target",
    ),
    Setting(
        "chart",
        "chart",
        choices=Chart,
        words={Chart.AGENT: "agent chart", Chart.AIRFLOW: "Airflow chart"},
        group=AIRFLOW,
        metavar="NAME",
        help="whose Helm values are written; default: agent",
        label="Chart",
        applies=lambda settings: settings.target is Target.REMOTE_EXECUTION,
    ),
    Setting(
        "auth_mode",
        "auth-mode",
        choices=AuthMode,
        words={
            AuthMode.CLIENT_SECRET: "Client secret",
            AuthMode.MANAGED_IDENTITY: "Managed identity",
            AuthMode.WORKLOAD_IDENTITY: "Workload identity",
        },
        group=IDENTITY,
        metavar="MODE",
        help="what is written for Airflow to sign in with",
        label="Airflow is",
    ),
    Setting(
        "client_id",
        "client-id",
        values.parse_client_id,
        azure_variable="AZURE_CLIENT_ID",
        group=IDENTITY,
        metavar="ID",
        help="client id of the app or managed identity",
        label="Client id",
        hint="Of the app or identity that Airflow will be.",
    ),
    Setting(
        "client_secret",
        "client-secret",
        values.parse_client_secret,
        secret=True,
        azure_variable="AZURE_CLIENT_SECRET",
        group=IDENTITY,
        metavar="PATH",
        help="reads the client secret from PATH (- is stdin); or set AZURE_CLIENT_SECRET",
        label="Client secret",
        hint="Paste the secret's Value (not its Secret ID), or type @FILE to read it from a file. "
        "It stays masked, and goes to .env alone.",
        applies=lambda settings: settings.auth_mode is AuthMode.CLIENT_SECRET,
    ),
    Setting(
        "variables_prefix",
        "variables-prefix",
        values.parse_prefix,
        empty=True,
        off="no-variables",
        off_help="Airflow never asks the vault for variables",
        group=AIRFLOW,
        metavar="TEXT",
        help='default: airflow-variables; "" for none',
        label="Variables",
        hint="Prefix of variables. Empty: none. null: never ask the vault.",
    ),
    Setting(
        "connections_prefix",
        "connections-prefix",
        values.parse_prefix,
        empty=True,
        off="no-connections",
        off_help="never for connections",
        group=AIRFLOW,
        metavar="TEXT",
        help="default: airflow-connections",
        label="Connections",
        hint="Prefix of connections. Empty: none. null: never ask the vault.",
    ),
    Setting(
        "config_prefix",
        "config-prefix",
        values.parse_prefix,
        empty=True,
        off="no-config",
        off_help="never for configuration options",
        group=AIRFLOW,
        metavar="TEXT",
        help="default: airflow-config",
        label="Config",
        hint="Prefix of config options. Empty: none. null: never ask the vault.",
    ),
    Setting(
        "sep",
        "sep",
        values.parse_sep,
        empty=True,
        group=AIRFLOW,
        metavar="TEXT",
        help="joins prefix and key, and replaces every _; default: -",
        label="Separator",
        hint="Joins prefix and key, and replaces every _ of the name. Almost always -.",
    ),
    Setting(
        "context",
        "context",
        choices=Context,
        group=SIMULATION,
        metavar="WHERE",
        help="where it is looked up; default: task",
    ),
    Setting(
        "airflow_version",
        "airflow-version",
        values.parse_airflow_version,
        group=SIMULATION,
        metavar="X.Y.Z",
        help="default: the project's, else the newest known",
        label="Airflow",
        hint="The version to simulate, such as 3.1.8. Empty: as detected.",
    ),
    Setting(
        "provider_version",
        "provider-version",
        values.parse_provider_version,
        group=SIMULATION,
        metavar="X.Y.Z",
        help="of the Azure provider; default likewise",
        label="Provider",
        hint="apache-airflow-providers-microsoft-azure. Empty: as detected.",
    ),
    Setting(
        "shell_sourceable",
        "shell-sourceable",
        values.parse_flag,
        group=OUTPUT,
        help="single quotes in .env, for shells; docker would keep them",
    ),
    Setting(
        "deployment_id",
        "deployment-id",
        values.parse_deployment_id,
        group=AIRFLOW,
        metavar="ID",
        help="the Astro Deployment that the next steps are for",
        label="Deployment",
        hint="The Deployment's ID. It is on its page in Astro, and astro deployment list shows it.",
        asked_for=True,
    ),
    Setting(
        "namespace",
        "namespace",
        values.parse_namespace,
        group=AIRFLOW,
        metavar="NAME",
        help="of the agents; default: the one that the values name",
        label="Namespace",
        hint="The agents' namespace. Empty: the one that the values name.",
        asked_for=True,
    ),
    Setting(
        "release",
        "release",
        values.parse_release,
        group=AIRFLOW,
        metavar="NAME",
        help="the Helm release; default: astro-agent or airflow",
        label="Release",
        hint="The Helm release. Empty: the chart's usual one.",
        asked_for=True,
    ),
    Setting(
        "identity_name",
        parse=lambda text: values.parse_matching(
            text,
            r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}",
            "letters, digits, hyphens and underscores, 3 to 128 of them",
        ),
        label="Identity",
        hint="The managed identity's name.",
        asked_for=True,
    ),
    Setting(
        "resource_group",
        parse=lambda text: values.parse_matching(
            text,
            r"[\w.()-]{0,89}[\w()-]",
            "letters, digits, dots, hyphens, underscores and brackets, at most 90",
        ),
        label="Resource group",
        hint="The managed identity's resource group.",
        asked_for=True,
    ),
    Setting(
        "issuer",
        parse=lambda text: values.parse_matching(
            text, r"https://[!-~]{3,580}", "an https address without spaces"
        ),
        label="OIDC issuer",
        hint="az aks show --query oidcIssuerProfile.issuerUrl prints it.",
        asked_for=True,
    ),
    Setting(
        "service_account",
        parse=values.parse_service_accounts,
        label="Accounts",
        hint="The agents' service accounts, with commas between them.",
        asked_for=True,
    ),
)

BY_FIELD = {setting.field: setting for setting in CATALOGUE}
