"""Every option, once: the parser, the help, the environment's names and the profiles come from here.

Imports nothing, so that `kvtui --help` costs no more than argparse itself.
"""

from __future__ import annotations

COMMANDS = ("export", "simulate", "list", "apps", "check", "audit")
"""The options that do something without the console. One of them at a time."""


class Option:
    """One option of the command line."""

    __slots__ = ("choices", "group", "help", "metavar", "name", "needs", "setting", "short", "takes")

    def __init__(
        self,
        name: str,
        help: str,
        *,
        takes: str = "value",
        metavar: str = "",
        choices: tuple[str, ...] = (),
        short: str = "",
        setting: bool = False,
        needs: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        """Without the two hyphens: `vault-url`."""
        self.help = help
        self.takes = takes
        """`value`, `flag`, `many` (one or more) or `maybe` (none or one)."""
        self.metavar = metavar
        self.choices = choices
        self.short = short
        self.setting = setting
        """It may also come from `KVTUI_…` and from a profile."""
        self.needs = needs
        """It means something only beside one of these options."""

    @property
    def flag(self) -> str:
        """`--vault-url`"""
        return f"--{self.name}"

    @property
    def dest(self) -> str:
        """`vault_url`, its name in the parsed arguments."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """`KVTUI_VAULT_URL`, its name in the environment."""
        return f"KVTUI_{self.dest.upper()}"


def _setting(name: str, help: str, **more: object) -> Option:
    return Option(name, help, setting=True, **more)  # type: ignore[arg-type]


GROUPS: tuple[tuple[str, tuple[Option, ...]], ...] = (
    (
        "Without the console, one of",
        (
            Option(
                "export",
                "print the configuration, the client secret in clear; with -o, merge it into the files",
                metavar="WHAT",
                choices=("env", "helm", "all"),
            ),
            Option(
                "simulate",
                "what Airflow's lookup of each KEY gives, with its trace",
                takes="many",
                metavar="KEY",
            ),
            Option(
                "list", "the vault's secret names that begin with PREFIX", takes="maybe", metavar="PREFIX"
            ),
            Option("apps", "Entra apps and managed identities by name or id", metavar="TEXT"),
            Option("check", "the checklist, from the vault to the written files", takes="flag"),
            Option("audit", "what the DAGs in PATH use, and whether each key would resolve", metavar="PATH"),
        ),
    ),
    (
        "The vault and whom Airflow will be",
        (
            _setting("vault-url", "https://NAME.vault.azure.net/ or just NAME", metavar="URL"),
            _setting("tenant-id", "tenant of the deployment identity, GUID or domain", metavar="ID"),
            _setting("client-id", "client id of the app or managed identity", metavar="ID"),
            _setting(
                "auth-mode",
                "what is written for Airflow to sign in with",
                metavar="MODE",
                choices=("client-secret", "managed-identity", "workload-identity"),
            ),
            _setting(
                "client-secret-file",
                "reads the client secret from PATH (- is stdin); or set AZURE_CLIENT_SECRET",
                metavar="PATH",
            ),
            _setting(
                "cloud",
                "whose addresses are used; default: public",
                metavar="NAME",
                choices=("public", "usgov", "china"),
            ),
        ),
    ),
    (
        "Where Airflow runs, and the secrets' names",
        (
            _setting("target", "default: astro", metavar="WHERE", choices=("astro", "remote-execution")),
            _setting(
                "chart",
                "whose Helm values are written; default: agent",
                metavar="NAME",
                choices=("agent", "airflow"),
            ),
            _setting("deployment-id", "the Astro Deployment that the next steps are for", metavar="ID"),
            _setting("namespace", "of the agents; default: the one that the values name", metavar="NAME"),
            _setting("release", "the Helm release; default: astro-agent or airflow", metavar="NAME"),
            _setting("variables-prefix", 'default: airflow-variables; "" for none', metavar="TEXT"),
            _setting("connections-prefix", "default: airflow-connections", metavar="TEXT"),
            _setting("config-prefix", "default: airflow-config", metavar="TEXT"),
            _setting("sep", "joins prefix and key, and replaces every _; default: -", metavar="TEXT"),
            _setting("no-variables", "Airflow never asks the vault for variables", takes="flag"),
            _setting("no-connections", "never for connections", takes="flag"),
            _setting("no-config", "never for configuration options", takes="flag"),
        ),
    ),
    (
        "What is simulated",
        (
            Option(
                "kind",
                "what KEY is; default: variable",
                metavar="KIND",
                choices=("variable", "connection", "config"),
                needs=("simulate",),
            ),
            _setting(
                "context",
                "where it is looked up; default: task",
                metavar="WHERE",
                choices=("task", "server", "triggerer"),
            ),
            _setting(
                "from",
                "what is answered for: the settings, or the files on disk as they are; default: settings",
                metavar="SOURCE",
                choices=("settings", "files"),
                needs=("simulate", "check", "audit"),
            ),
            _setting("airflow-version", "default: the project's, else the newest known", metavar="X.Y.Z"),
            _setting("provider-version", "of the Azure provider; default likewise", metavar="X.Y.Z"),
            Option(
                "deserialize-json",
                "as Variable.get(…, deserialize_json=True)",
                takes="flag",
                needs=("simulate",),
            ),
            Option("default", "as Variable.get(…, default=TEXT)", metavar="TEXT", needs=("simulate",)),
            Option(
                "as",
                "who asks the vault; default: deployment if its secret is known",
                metavar="WHO",
                choices=("sign-in", "deployment"),
                needs=("simulate", "list", "audit"),
            ),
            Option("show-value", "prints the value, too", takes="flag", needs=("simulate",)),
        ),
    ),
    (
        "Signing in",
        (
            _setting(
                "sign-in",
                "how kvtui itself signs in; default: auto",
                metavar="HOW",
                choices=(
                    "auto",
                    "azure-cli",
                    "azd",
                    "environment",
                    "client-secret",
                    "managed-identity",
                    "workload-identity",
                    "device-code",
                    "browser",
                ),
            ),
        ),
    ),
    (
        "Where settings come from: options, KVTUI_* and AZURE_* variables, the project's .env, a profile",
        (
            _setting("project", "the Astro project; default: here, or the audited one", metavar="DIR"),
            _setting("profile", "settings saved under NAME", metavar="NAME"),
            Option("save-profile", "saves the settings under NAME, never a secret", metavar="NAME"),
            _setting(
                "no-memory", "the console neither reads nor keeps the last vault and target", takes="flag"
            ),
        ),
    ),
    (
        "What is printed and written",
        (
            Option(
                "output",
                "the file to merge into; a directory for all",
                metavar="PATH",
                short="-o",
                needs=("export",),
            ),
            Option(
                "remove",
                "with --export env: takes our lines, or the secret alone, out of .env; default: all",
                takes="maybe",
                metavar="WHAT",
                choices=("all", "secret"),
                needs=("export",),
            ),
            Option("dry-run", "prints the diff and writes nothing", takes="flag", needs=("export",)),
            _setting(
                "shell-sourceable",
                "single quotes in .env, for shells; docker would keep them",
                takes="flag",
            ),
            Option("json", "one JSON document on stdout", takes="flag", needs=COMMANDS),
        ),
    ),
    (
        "The console and the demo",
        (
            Option(
                "allow-changes",
                "lets the console change things in Azure, each after a dialog",
                takes="flag",
            ),
            Option("demo", "everything against an Azure inside kvtui; needs no account", takes="flag"),
            Option("demo-secrets", "fills the demo's vault with N secrets", metavar="N", needs=("demo",)),
            _setting("theme", "the console's colours", metavar="NAME"),
            _setting("no-mouse", "leaves the mouse to the terminal", takes="flag"),
            Option("version", "prints the version", takes="flag"),
            Option("help", "prints this", takes="flag", short="-h"),
        ),
    ),
)

OPTIONS: tuple[Option, ...] = tuple(option for _, group in GROUPS for option in group)


def option(name: str) -> Option:
    """The option called `name` (without hyphens before it)."""
    return next(each for each in OPTIONS if each.name == name)
