"""Every option of the command line: those of the settings, from the catalogue, and the others."""

from __future__ import annotations

from kvtui.settings.catalogue import AIRFLOW, CATALOGUE, IDENTITY, OUTPUT, SIGNING_IN, SIMULATION

COMMANDS = ("export", "simulate", "list", "apps", "check", "audit")
"""The options that do something without the console. One of them at a time."""


class Option:
    """One option of the command line."""

    def __init__(
        self,
        name: str,
        help: str,
        *,
        takes: str = "value",
        metavar: str = "",
        choices: tuple[str, ...] = (),
        short: str = "",
        variable: bool = False,
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
        self.dest = name.replace("-", "_")
        """`vault_url`, its name in the parsed arguments."""
        self.variable = f"KVTUI_{self.dest.upper()}" if variable else ""
        """`KVTUI_VAULT_URL`, its name in the environment; empty: it is an option only."""
        self.needs = needs
        """It means something only beside one of these options."""

    @property
    def flag(self) -> str:
        """`--vault-url`"""
        return f"--{self.name}"


_TABLE: tuple[tuple[str, tuple[Option, ...]], ...] = (
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
    (IDENTITY, ()),
    (AIRFLOW, ()),
    (
        SIMULATION,
        (
            Option(
                "kind",
                "what KEY is; default: variable",
                metavar="KIND",
                choices=("variable", "connection", "config"),
                needs=("simulate",),
            ),
            Option(
                "from",
                "what is answered for: the settings, or the files on disk as they are; default: settings",
                metavar="SOURCE",
                choices=("settings", "files"),
                variable=True,
                needs=("simulate", "check", "audit"),
            ),
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
    (SIGNING_IN, ()),
    (
        "Where settings come from: options, KVTUI_* and AZURE_* variables, the project's .env, a profile",
        (
            Option(
                "project",
                "the Astro project; default: here, or the audited one",
                metavar="DIR",
                variable=True,
            ),
            Option("profile", "settings saved under NAME", metavar="NAME", variable=True),
            Option("save-profile", "saves the settings under NAME, never a secret", metavar="NAME"),
            Option(
                "no-memory",
                "the console neither reads nor keeps the last vault and target",
                takes="flag",
                variable=True,
            ),
        ),
    ),
    (
        OUTPUT,
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
            Option("theme", "the console's colours", metavar="NAME", variable=True),
            Option("no-mouse", "leaves the mouse to the terminal", takes="flag", variable=True),
            Option("version", "prints the version", takes="flag"),
            Option("help", "prints this", takes="flag", short="-h"),
        ),
    ),
)


def _of_settings(title: str) -> list[Option]:
    """The options of the settings that the help shows below `title`, then the flags that turn one off."""
    settings = [setting for setting in CATALOGUE if setting.group == title]
    return [
        *(
            Option(
                each.option,
                each.help,
                takes="flag" if each.flag else "value",
                metavar=each.metavar,
                choices=tuple(choice.value for choice in each.choices),
                variable=True,
            )
            for each in settings
        ),
        *(Option(each.off, each.off_help, takes="flag", variable=True) for each in settings if each.off),
    ]


GROUPS = tuple((title, (*others, *_of_settings(title))) for title, others in _TABLE)
OPTIONS: tuple[Option, ...] = tuple(option for _, group in GROUPS for option in group)


def option(name: str) -> Option:
    """The option called `name` (without hyphens before it)."""
    return next(each for each in OPTIONS if each.name == name)
