"""Every option of the command line: those of the settings, from the catalogue, and the others."""

from __future__ import annotations

from kvtui.settings.catalogue import AIRFLOW, CATALOGUE, IDENTITY, OUTPUT, SIGNING_IN, SIMULATION, Option

COMMANDS = ("export", "simulate", "list", "apps", "check", "audit")
"""The options that do something without the console. One of them at a time."""
COMMAND = "Without the console, one of"
SOURCES = "Where settings come from: options, KVTUI_* and AZURE_* variables, the project's .env, a profile"
CONSOLE = "The console and the demo"
_OTHERS = (
    Option(
        "export",
        "print the configuration, the client secret in clear; with -o, merge it into the files",
        "WHAT",
        COMMAND,
        choices=("env", "helm", "all"),
    ),
    Option(
        "simulate", "what Airflow's lookup of each KEY gives, with its trace", "KEY", COMMAND, takes="many"
    ),
    Option("list", "the vault's secret names that begin with PREFIX", "PREFIX", COMMAND, takes="maybe"),
    Option("apps", "Entra apps and managed identities by name or id", "TEXT", COMMAND),
    Option("check", "the checklist, from the vault to the written files", group=COMMAND),
    Option("audit", "what the DAGs in PATH use, and whether each key would resolve", "PATH", COMMAND),
    Option(
        "kind",
        "what KEY is; default: variable",
        "KIND",
        SIMULATION,
        choices=("variable", "connection", "config"),
        needs=("simulate",),
    ),
    Option(
        "from",
        "what is answered for: the settings, or the files on disk as they are; default: settings",
        "SOURCE",
        SIMULATION,
        choices=("settings", "files"),
        variable=True,
        needs=("simulate", "check", "audit"),
    ),
    Option(
        "deserialize-json", "as Variable.get(…, deserialize_json=True)", group=SIMULATION, needs=("simulate",)
    ),
    Option("default", "as Variable.get(…, default=TEXT)", "TEXT", SIMULATION, needs=("simulate",)),
    Option(
        "as",
        "who asks the vault; default: deployment if its secret is known",
        "WHO",
        SIMULATION,
        choices=("sign-in", "deployment"),
        needs=("simulate", "list", "audit"),
    ),
    Option("show-value", "prints the value, too", group=SIMULATION, needs=("simulate",)),
    Option("project", "the Astro project; default: here, or the audited one", "DIR", SOURCES, variable=True),
    Option("profile", "settings saved under NAME", "NAME", SOURCES, variable=True),
    Option("save-profile", "saves the settings under NAME, never a secret", "NAME", SOURCES),
    Option(
        "no-memory",
        "the console neither reads nor keeps the last vault and target",
        group=SOURCES,
        variable=True,
    ),
    Option(
        "output", "the file to merge into; a directory for all", "PATH", OUTPUT, short="-o", needs=("export",)
    ),
    Option(
        "remove",
        "with --export env: takes our lines, or the secret alone, out of .env; default: all",
        "WHAT",
        OUTPUT,
        takes="maybe",
        choices=("all", "secret"),
        needs=("export",),
    ),
    Option("dry-run", "prints the diff and writes nothing", group=OUTPUT, needs=("export",)),
    Option("json", "one JSON document on stdout", group=OUTPUT, needs=COMMANDS),
    Option("allow-changes", "lets the console change things in Azure, each after a dialog", group=CONSOLE),
    Option("demo", "everything against an Azure inside kvtui; needs no account", group=CONSOLE),
    Option("demo-secrets", "fills the demo's vault with N secrets", "N", CONSOLE, needs=("demo",)),
    Option("theme", "the console's colours", "NAME", CONSOLE, variable=True),
    Option("no-mouse", "leaves the mouse to the terminal", group=CONSOLE, variable=True),
    Option("version", "prints the version", group=CONSOLE),
    Option("help", "prints this", group=CONSOLE, short="-h"),
)
_ALL = [*_OTHERS, *(each.option for each in CATALOGUE), *(each.off for each in CATALOGUE)]

GROUPS = tuple(
    (title, tuple(option for option in _ALL if option and option.group == title))
    for title in (COMMAND, IDENTITY, AIRFLOW, SIMULATION, SIGNING_IN, SOURCES, OUTPUT, CONSOLE)
)
"""The headings of the help, each with its options."""
OPTIONS = tuple(option for _, options in GROUPS for option in options)


def option(name: str) -> Option:
    """The option called `name` (without hyphens before it)."""
    return next(each for each in OPTIONS if each.name == name)
