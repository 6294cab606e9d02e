"""Every option of the command line: those of the settings, from the catalogue, and the others."""

from __future__ import annotations

from kvtui.settings.catalogue import (
    CATALOGUE,
    IDENTITY,
    LOOKUP,
    NAMES,
    OUTPUT,
    SIGN_IN,
    TARGET,
    Option,
)

COMMANDS = ("list", "apps", "simulate", "audit", "compare", "expiring", "import", "export", "check")
"""The options that print a result in place of opening the console. One of them at a time."""
COMMAND = "Commands"
CONSOLE = "Console and demo"
SOURCES = "Project and profiles"
HELP = "Help"
AUDIT = "Audit"
IMPORT = "Import"
TOPICS = {
    "commands": COMMAND,
    "console": CONSOLE,
    "identity": IDENTITY,
    "sign-in": SIGN_IN,
    "target": TARGET,
    "names": NAMES,
    "lookups": LOOKUP,
    "audit": AUDIT,
    "import": IMPORT,
    "output": OUTPUT,
    "project": SOURCES,
    "help": HELP,
}
"""The groups of the help by the word that `--help` takes, in the order of the work."""
_OTHERS = (
    Option(
        "list",
        "list the secret names in the vault, or only those that begin with PREFIX; exit 0 also if none does",
        "PREFIX",
        COMMAND,
        takes="maybe",
    ),
    Option(
        "apps",
        "find Entra apps and managed identities by name or ID; exit 5 if none matches",
        "TEXT",
        COMMAND,
    ),
    Option(
        "simulate",
        "show what Airflow gets for each KEY, step by step; exit 5 if a KEY has no value",
        "KEY",
        COMMAND,
        takes="many",
    ),
    Option(
        "audit",
        "check every variable and connection that the DAGs in PATH use; exit 5 if a DAG would fail",
        "PATH",
        COMMAND,
        takes="many",
        completes="files",
    ),
    Option(
        "import",
        "copy variables and connections into the vault; FILE is a file or the URL of another vault",
        "FILE",
        COMMAND,
        completes="files",
    ),
    Option(
        "compare",
        "compare the vault by key with another vault, the names in a file, or the DAGs in a directory",
        "VAULT|PATH",
        COMMAND,
        completes="files",
    ),
    Option(
        "expiring",
        "list what expires within DAYS: the deployment identity's credentials, the vault's secrets",
        "DAYS",
        COMMAND,
    ),
    Option(
        "export",
        "print the lines that configure the secrets backend, with the client secret in clear text; with -o, "
        "merge the lines into files",
        "WHAT",
        COMMAND,
        choices=("env", "helm", "all"),
    ),
    Option("check", "run the checklist, from the vault to the written files", group=COMMAND),
    Option(
        "demo",
        "use an Azure that runs inside kvtui; you need no account, and nothing real is changed",
        group=CONSOLE,
    ),
    Option("demo-secrets", "number of secrets in the demo's vault", "N", CONSOLE, needs=("demo",)),
    Option(
        "allow-changes", "let the console change Azure; the console asks before each change", group=CONSOLE
    ),
    Option(
        "theme",
        "theme of the console: kvtui-dark, kvtui-light, high-contrast, ansi",
        "NAME",
        CONSOLE,
        variable=True,
        completes="themes",
    ),
    Option(
        "ascii",
        "draw borders and marks in ASCII",
        "WHEN",
        CONSOLE,
        takes="maybe",
        choices=("always", "auto", "never"),
        default="auto: only where the locale, tmux or the terminal cannot show line-drawing characters",
        variable=True,
    ),
    Option("no-mouse", "disable mouse support", group=CONSOLE, variable=True),
    Option("no-memory", "do not remember the last vault and target", group=CONSOLE, variable=True),
    Option(
        "kind",
        "what KEY is; for a config option, give the value of AIRFLOW__SECTION__OPTION_SECRET as KEY",
        "KIND",
        LOOKUP,
        choices=("variable", "connection", "config"),
        default="variable",
        needs=("simulate",),
    ),
    Option("default", "look up as Variable.get(…, default=TEXT)", "TEXT", LOOKUP, needs=("simulate",)),
    Option(
        "deserialize-json",
        "look up as Variable.get(…, deserialize_json=True)",
        group=LOOKUP,
        needs=("simulate",),
    ),
    Option("show-value", "also print the value", group=LOOKUP, needs=("simulate",)),
    Option(
        "from",
        "configuration to test: the settings that you give to kvtui, or the files on disk",
        "SOURCE",
        LOOKUP,
        choices=("settings", "files"),
        default="settings",
        variable=True,
        needs=("simulate", "check", "audit"),
    ),
    Option(
        "as",
        "identity that reads the vault: the signed-in user, or the deployment identity",
        "WHO",
        LOOKUP,
        choices=("sign-in", "deployment"),
        default="deployment if kvtui has the client secret of that identity",
        needs=("simulate", "list", "audit", "compare", "expiring", "import"),
    ),
    Option(
        "values",
        "with --compare or --import, also compare the values; each is read once, none is shown or kept",
        group=LOOKUP,
        needs=("compare", "import"),
    ),
    Option(
        "names",
        "read the secret names from FILE, not from the vault; FILE has the output of --list --json, or one "
        "name on each line; - is stdin",
        "FILE",
        AUDIT,
        completes="files",
        needs=("audit",),
    ),
    Option(
        "offline",
        "only list what the DAGs use, without a vault and without a sign-in",
        group=AUDIT,
        needs=("audit",),
    ),
    Option(
        "format",
        "form of the output",
        "FORMAT",
        AUDIT,
        choices=("text", "json", "sarif", "github", "junit"),
        default="text",
        needs=("audit",),
    ),
    Option(
        "missing",
        "print only the missing secrets: a list of names, or a script that asks for each value and stores it",
        "AS",
        AUDIT,
        choices=("list", "script"),
        needs=("audit",),
    ),
    Option(
        "files",
        "report only what these files use; kvtui still reads the whole project",
        "FILE",
        AUDIT,
        takes="many",
        completes="files",
        needs=("audit",),
    ),
    Option(
        "changed-since",
        "report only files that changed since the git commit or branch REF",
        "REF",
        AUDIT,
        needs=("audit",),
    ),
    Option(
        "baseline",
        "file of known failures; only new failures give exit code 5",
        "FILE",
        AUDIT,
        completes="files",
        needs=("audit",),
    ),
    Option("write-baseline", "write the failures to the baseline", group=AUDIT, needs=("baseline",)),
    Option(
        "yes",
        "store the secrets in the vault: --import needs it or --dry-run",
        group=IMPORT,
        needs=("import",),
    ),
    Option(
        "overwrite",
        "also replace the values that differ; the older one stays as a version",
        group=IMPORT,
        needs=("import",),
    ),
    Option(
        "rename",
        "where Key Vault does not allow a secret name, use the key that the preview suggests",
        group=IMPORT,
        needs=("import",),
    ),
    Option("only", "import only these keys", "KEY", IMPORT, takes="many", needs=("import",)),
    Option(
        "import-format",
        "what FILE is, where kvtui cannot recognise it",
        "FORMAT",
        IMPORT,
        choices=("airflow-settings", "variables", "connections", "env", "astro-variables", "vault"),
        needs=("import",),
    ),
    Option(
        "output",
        "file to merge the lines into; with --export all, a directory",
        "PATH",
        OUTPUT,
        short="-o",
        completes="files",
        needs=("export",),
    ),
    Option(
        "dry-run",
        "print what would change, and write nothing",
        group=OUTPUT,
        needs=("export", "import"),
    ),
    Option(
        "remove",
        "with --export env -o .env, remove kvtui's lines from that file, or only the client secret",
        "WHAT",
        OUTPUT,
        takes="maybe",
        choices=("all", "secret"),
        default="all",
        needs=("export",),
    ),
    Option("json", "print one JSON document to stdout", group=OUTPUT, needs=COMMANDS),
    Option(
        "project",
        "Astro project",
        "DIR",
        SOURCES,
        default="the current directory, or the project of --audit PATH",
        variable=True,
        completes="directories",
    ),
    Option("profile", "use the settings saved as NAME", "NAME", SOURCES, variable=True, completes="profiles"),
    Option(
        "save-profile",
        "save the settings as NAME, without the client secret",
        "NAME",
        SOURCES,
        completes="profiles",
    ),
    Option("help", "print this help, or one topic", "TOPIC", HELP, takes="maybe", choices=TOPICS, short="-h"),
    Option("version", "print the version", group=HELP),
    Option(
        "verbose",
        "with --audit, print every place of every key; with --version, also Python, packages, bundle",
        group=OUTPUT,
        needs=("audit", "version"),
    ),
    Option("completion", "print a completion script", "SHELL", HELP, choices=("bash", "zsh", "fish")),
)
_ALL = [*_OTHERS, *(option for each in CATALOGUE for option in (each.option, each.off))]

GROUPS = tuple(
    (title, tuple(option for option in _ALL if option and option.group == title)) for title in TOPICS.values()
)
"""The headings of the help, each with its options."""
OPTIONS = tuple(option for _, options in GROUPS for option in options)


def option(name: str) -> Option:
    """The option called `name` (without hyphens before it)."""
    return next(each for each in OPTIONS if each.name == name)
