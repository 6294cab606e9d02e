"""Fills the tables of `docs/reference` from the code and from what the commands print.

`python -m tests.docs_reference` writes them; `tests/test_docs.py` compares. A table is in its page between
`<!-- begin: NAME -->` and `<!-- end: NAME -->`; everything around it is written by hand.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kvtui.app.checks.facts import shown
from kvtui.app.checks.results import CHECKS
from kvtui.app.exits import Exit
from kvtui.app.files import plan_files
from kvtui.cli.options import GROUPS
from kvtui.console.actions import key_table
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.emulator.sample_project import create_sample_project
from kvtui.outputs.env.parsers.table import PARSERS, USED
from kvtui.project.files import read_project
from kvtui.settings.catalogue import Option
from kvtui.settings.model import AuthMode, Settings, Target, VaultAddress

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CLEAN = {name: text for name, text in os.environ.items() if not name.startswith(("AZURE_", "KVTUI_"))}

EXITS = {
    Exit.OK: "Everything worked; every key resolves, every check passed or is a warning.",
    Exit.DEFECT: "A defect in kvtui itself. stderr has an id and a class, and nothing secret.",
    Exit.USAGE: "Wrong usage, or settings that cannot be exported.",
    Exit.SIGN_IN: "The sign-in failed: kvtui could not get a token.",
    Exit.DENIED: "Signed in, but access is denied.",
    Exit.UNRESOLVED: "A key does not resolve, no app is found, a check failed, or a file reads back changed.",
    Exit.UNREACHABLE: "A service cannot be reached, keeps failing, or the answer stays open.",
    Exit.NOT_WRITTEN: "A file was not written: a conflict, no permission, or content would be lost.",
}

CHECK_MEANS = {
    "vault found": "A vault is chosen and answers. Warning: the target is Astro, and the vault is "
    "closed to the public network.",
    "proxy": "The proxy in the environment can be used, and requests get through it; or none is set. "
    "Warning: none is set, and Azure cannot be reached.",
    "private endpoint": "The vault's name resolves to a private address, or to a public one that this host "
    "may use. Warning: the vault's firewall blocks it, or the name cannot be resolved.",
    "signed in": "kvtui has a token for you.",
    "can list": "You may list the names of secrets.",
    "can read": "You may read a value. One value is read and not kept.",
    "identity chosen": "Auth mode, tenant, client ID and client secret are complete and fit together. "
    "Warning: a client secret expires within 30 days. Fails: all have expired, the ID is an object ID, or "
    "the identity is of another kind than the auth mode.",
    "identity can read": "The deployment identity itself can read a value. Warning: it cannot be tried on "
    "this host.",
    "names resolve": "The vault has names under the prefixes, and a key reaches each of them. After an "
    "audit: every key of the DAGs has a value or a default.",
    "nothing expires soon": "No credential of the deployment identity and no secret under the prefixes "
    "expires within 30 days or has expired; after an audit, no secret that the DAGs use. Warning: "
    "something does.",
    "backend configured": "Airflow loads the Key Vault backend from the settings and the project's files.",
    "provider pinned": "The requirements file installs the Azure provider in a version that fits the auth "
    "mode and the image's Airflow.",
    "kept out of git": "git does not track `.env` or the Secret's manifest, and `.gitignore` covers them.",
    "files written": "The files on disk are what the settings give.",
    "files read back the same": "The programs that the target uses get the two variables from `.env` as "
    "written.",
}

CONFIGURATION = {
    "configuration": "What the answer is about",
    "configuration.from": "`settings` or `files`",
    "configuration.files[]": "Names of the files that set something",
    "configuration.signs_in_as": "The identity in words",
    "configuration.broken[]": "Why no lookup reaches the vault; empty: lookups reach it",
    "configuration.warnings[]": "Other things that go wrong with this configuration",
    "configuration.differs[]": "How the files differ from the settings; empty: they do not",
    "configuration.notes[]": "What else is worth knowing",
}
EXPORT = {
    "files[].path": "The file, from the project's directory",
    "files[].secret": "Whether it holds a secret",
    "files[].content": "Printed only: the content. Of `.env`, with the client secret in clear",
    "files[].changed": "With `-o` or `--dry-run`: whether anything changes",
    "files[].diff[]": "With `-o` or `--dry-run`: the diff, line by line, secrets masked",
    "notices[]": "What to know before writing, a sentence each",
    "next_steps[].title": "What the step does",
    "next_steps[].command": "The command; empty where nothing is to be run",
    "next_steps[].note": "What to know about it",
    "next_steps[].instead": "The form for what is there already (`update` for `create`); empty: none",
    "next_steps[].missing[]": "What is still to be filled in, such as `deployment-id`",
    "directory": "Where the commands are run",
    "readers[].reader": "A program that reads `.env`",
    "readers[].how": "The command by which it does",
    "readers[].key": "The variable",
    "readers[].result": "`same`, `different`, `fails` or `unknown` (a line runs a command)",
    "readers[].reason": "Why it is not `same`",
    "written[]": "With `-o`: the files that were written",
}
SECRETS = {
    "vault": "The vault's URL",
    "count": "How many names",
    "secrets[].name": "The secret's name",
    "secrets[].kind": "`variable`, `connection`, `config` or `other`, by its prefix",
    "secrets[].key": "The key that reaches it",
    "secrets[].enabled": "Whether it is enabled",
    "secrets[].expires": "When it expires, UTC",
    "secrets[].not_before": "From when it is valid, UTC",
    "secrets[].updated": "When it was last changed, UTC",
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "simulate": {
        "[].key": "The key that was asked for",
        "[].kind": "`variable`, `connection` or `config`",
        "[].context": "`task`, `server` or `triggerer`",
        "[].airflow_version": "The Airflow that was simulated",
        "[].provider_version": "The Azure provider that was simulated",
        "[].runs_as.kind": "`sign-in` or `deployment`: who asked the vault",
        "[].runs_as.name": "Its name; empty when the vault was not asked",
        "[].secret_name": "The name that the backend builds of the key",
        "[].steps[]": "Each backend that Airflow asks, in order",
        "[].steps[].backend": "The backend",
        "[].steps[].asked": "The name that it is asked for",
        "[].steps[].outcome": "`found`, `absent`, `refused`, `error` or `not asked`",
        "[].steps[].detail": "More about it, such as the HTTP status",
        "[].steps[].logged": "What Airflow logs of it at WARNING or above",
        "[].result.outcome": "`value`, `default` or `raises`",
        "[].result.answered_by": "The backend that answered",
        "[].result.length": "The length of the value in characters",
        "[].result.value": "The value; only with `--show-value`",
        "[].result.exception": "What is raised",
        "[].result.exception.type": "Its class",
        "[].result.exception.message": "Its text",
        "[].headlines[]": "What to know about the result",
        "[].logs[].level": "Level of a line in the log",
        "[].logs[].logger": "The logger that writes it",
        "[].logs[].text": "The line",
        "[].logs[].where": "The process that writes it",
        "[].near[].name": "A secret that was perhaps meant",
        "[].near[].why": "How it differs",
        "[].near[].fix": "What to do",
        **{f"[].{name}": means for name, means in CONFIGURATION.items()},
    },
    "list": SECRETS,
    "apps": {
        "apps[].kind": "`application`, `service-principal` or `managed-identity`",
        "apps[].display_name": "The name in Entra",
        "apps[].client_id": "The client ID; empty: none",
        "apps[].object_id": "The object id",
        "apps[].credentials[].kind": "`secret` or `certificate`",
        "apps[].credentials[].hint": "The first characters of a secret, as Entra shows them",
        "apps[].credentials[].expires": "When it expires, UTC",
    },
    "check": {
        "ok": "Whether no check failed",
        "checks[].name": "The name of the check",
        "checks[].verdict": "`ok`, `warn`, `fail` or `skipped`",
        "checks[].detail": "What was found",
        "checks[].remedy": "What to do; empty: nothing",
        **CONFIGURATION,
    },
    "expiring": {
        "days": "The number of `--expiring`",
        "until": "Their end, UTC",
        "app": "The deployment identity; empty: not looked at",
        "vault": "The vault; empty: not looked at",
        "asked_as[]": "Who asked",
        "expiring[].what": "`client-secret`, `certificate` or `vault-secret`",
        "expiring[].name": "Its name",
        "expiring[].of": "The app or vault that has it",
        "expiring[].kind": "Of a vault secret: `variable`, `connection`, `config` or `other`",
        "expiring[].key": "The key that reaches it",
        "expiring[].expires": "When it expires, UTC",
        "expiring[].days_left": "Whole days until it expires; of what expired days ago: negative",
        "expiring[].expired": "Whether it has expired",
        "expiring[].used_by_dags": "Whether the project's DAGs use it; null: there are no DAGs",
    },
    "compare": {
        "here.from": "`vault`",
        "here.label": "How it is called in the text",
        "here.vault": "The vault's URL",
        "here.identity": "Who listed its names",
        "here.names": "How many names it has",
        "there.from": "`vault`, `names` (a file) or `dags`",
        "there.label": "How it is called in the text",
        "there.vault": "The vault's URL; empty: not known",
        "there.identity": "Who listed its names; empty: no one had to",
        "there.names": "How many names it has",
        "differs": "Whether a key is on one side only or differs (exit 5)",
        "values_compared": "Whether `--values` was given",
        "summary.only-here": "Keys that only the vault of the settings has",
        "summary.only-there": "Keys that only the other side has",
        "summary.differs": "Keys that differ",
        "summary.same": "Keys that are the same",
        "not_compared": "Secrets without a matching prefix",
        "keys[].kind": "`variable`, `connection` or `config`",
        "keys[].key": "The key",
        "keys[].status": "`only-here`, `only-there`, `differs` or `same`",
        "keys[].differences[]": "`disabled-here`, `expired-here`, `not-yet-valid-here`, the same with "
        "`-there`, and `value`",
        "keys[].value": "`not-compared`, `same`, `differs` or `unreadable`",
        "keys[].here": "The secret here; null: there is none",
        "keys[].here.name": "The secret's name",
        "keys[].here.enabled": "Whether it is enabled",
        "keys[].here.expires": "When it expires, UTC",
        "keys[].there": "The secret there; null: there is none",
        "keys[].there.name": "The secret's name",
        "keys[].there.enabled": "Whether it is enabled",
        "keys[].there.expires": "When it expires, UTC",
    },
    "audit": {
        "path": "The path that was audited",
        "files": "How many files were read",
        "seconds": "How long that took",
        "vault": "The vault's URL",
        "asked_as": "Who listed the names",
        "uses[].kind": "`variable` or `connection`",
        "uses[].key": "The key",
        "uses[].verdict": "`missing`, `unreachable`, `resolves`, `elsewhere`, or `found` (`--offline`)",
        "uses[].secret_name": "The name that the backend builds of the key",
        "uses[].detail": "Why",
        "uses[].fix": "What to do",
        "uses[].default_given": "Every use has a default",
        "uses[].places[].file": "Where the key is used",
        "uses[].places[].line": "Its line",
        "uses[].places[].how": "The call, the argument or the template",
        "uses[].places[].default_given": "This place gives a default",
        "uses[].places[].through": "File and line of the lookup, if a call at this place hands it the key",
        "uses[].places[].aside": "Why this place does not fail: `test`, `main` (under `__main__`), `ignored` "
        "or `known` (the baseline has the key); empty: it counts",
        "uses[].places[].reason": "Why it is ignored",
        "uses[].places[].parse_time": "It looks up whenever the scheduler reads the file",
        "uses[].fails": "Some place gets neither a value nor a default",
        "uses[].set_at[]": "Where the code stores the variable itself",
        "undecidable[].kind": "`variable` or `connection`",
        "undecidable[].expression": "The expression that the key is computed by",
        "undecidable[].file": "Where it is",
        "undecidable[].line": "Its line",
        "undecidable[].why": "Why the key is not known",
        "undecidable[].ignored": "Why it is ignored; empty: it is not",
        "unreadable[].file": "A Python file that does not parse",
        "unreadable[].line": "The line of the error",
        "unreadable[].why": "The error",
        "unreadable[].known": "The baseline lists it",
        "by_looks[].file": "A template that Jinja cannot parse",
        "by_looks[].line": "The line of the error",
        "by_looks[].why": "The error",
        "by_looks[].known": "False",
        "collisions[].kind": "The kind of keys that share a secret",
        "collisions[].secret_name": "The secret that they share",
        "collisions[].keys[]": "The keys",
        "summary.missing": "Keys with this result",
        "summary.unreachable": "Keys with this result",
        "summary.resolves": "Keys with this result",
        "summary.elsewhere": "Keys with this result",
        "summary.undecidable": "Places whose key is computed",
        "summary.found": "Keys that were compared with nothing (`--offline`)",
        "summary.ignored": "Places that are ignored",
        "failing.keys": "Keys without a value or a default",
        "failing.files": "Python files that cannot be read",
        "undecidable_groups[].kind": "`variable` or `connection`",
        "undecidable_groups[].expression": "The expression that keys are computed by",
        "undecidable_groups[].why": "Why they are not known",
        "undecidable_groups[].places[]": "Every file and line with that expression",
        "advice[].kind": "`backend`, `set` or `deferrable`",
        "advice[].what": "What the code does",
        "advice[].fix": "What to do",
        "advice[].places[]": "Where",
        "parse_time": "Lookups whenever the scheduler reads the files; null: none",
        "parse_time.places[]": "Where they are",
        "parse_time.requests_per_hour": "Requests to the vault, estimated",
        "parse_time.interval": "Seconds between two readings of a file",
        "parse_time.lookups": "Lookups: of each key at each of its places",
        "parse_time.cached": "Airflow's `use_cache` is set",
        "unused[]": "Secrets under the prefixes that no key in the code maps to",
        "unread[]": "Python files that import Airflow and were not read",
        "notes[]": "What was passed over",
        "names_from": "The file of `--names`; empty: the vault was asked",
        "baseline": "The comparison with `--baseline`; null: there is none",
        "baseline.file": "The file",
        "baseline.known": "Failures that it lists",
        "baseline.gone[]": "Its entries that do not fail any more",
        **CONFIGURATION,
    },
    "export": EXPORT,
    "import": {
        "source.name": "The file, `stdin` or the other vault",
        "source.format": "What it is: a word of `--import-format`",
        "source.notes[]": "What was left out and why",
        "vault": "The URL of the vault that is written",
        "dry_run": "Whether it is a preview",
        "summary.new": "Preview: items whose name the vault does not have",
        "summary.exists": "Preview: items whose name it has; their values were not compared",
        "summary.same": "Items whose value it has already",
        "summary.differs": "Preview: items for which it has another value, or one that is disabled",
        "summary.shadowed": "Preview: items that Airflow would not get from the vault",
        "summary.impossible": "Preview: items without a possible name or a value that Airflow can read",
        "summary.written": "Items that were stored",
        "summary.kept": "Items that differ and were not replaced",
        "summary.failed": "Items that could not be stored",
        "summary.not-tried": "Items after an early end",
        "summary.left-out": "Items that cannot be stored",
        "summary.proved": "Keys for which a lookup gives the source's value",
        "items[].kind": "`variable`, `connection` or `config`",
        "items[].key": "The key in the source",
        "items[].stored_as": "The key under which it is stored; another one with `--rename`",
        "items[].secret_name": "The secret's name; null: there is none",
        "items[].status": "`new`, `exists`, `same`, `differs`, `shadowed` or `impossible`",
        "items[].disabled": "Whether the vault's secret is disabled: its value cannot be compared",
        "items[].why": "Why it is shadowed or impossible, or what else to know",
        "items[].rename": "A key that has a name; empty: none is needed, or there is none",
        "items[].where": "Its place in the source",
        "items[].outcome": "`written`, `same`, `kept`, `failed`, `not-tried` or `left-out`",
        "items[].proof": "The lookup after the import; null: there was none",
        "items[].proof.proved": "Whether Airflow gets the source's value from the vault",
        "items[].proof.lookup": "What the lookup gives, without the value",
        "items[].problem": "Why it failed, with the fields of a problem (below); null: it did not",
    },
    "problem": {
        "problem.what": "What happened",
        "problem.identity": "The identity that was used; empty: none",
        "problem.remedy": "What to do; empty: nothing is known",
        "problem.exit": "The exit code",
        "problem.code": "The service's code, such as `Forbidden`; empty: none",
    },
}
"""What each field of the JSON means. A field that is printed and not here ends the generator."""

TENANT = ("--vault-url", company.VAULT_RBAC, "--tenant-id", company.TENANT_ID)
APP = ("--client-id", company.ASTRO_PROD, "--client-secret-file", "demo-secrets/astro-prod")
RUNS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "simulate": (("--simulate", "api_base_url", "api_base_ur", "--show-value"),),
    "list": (("--list",),),
    "apps": (("--apps", "astro"),),
    "check": (("--check",),),
    "expiring": (("--expiring", "200", "--client-id", company.ASTRO_PROD),),
    "compare": (("--compare", company.VAULT_STAGING, "--values"),),
    "audit": (("--audit", "."), ("--audit", ".", "--baseline", "known.json", "--write-baseline")),
    "export": (("--export", "all", *TENANT, *APP), ("--export", "all", "-o", ".", *TENANT, *APP)),
    "import": (
        ("--import", "import.json", "--dry-run"),
        ("--import", "import.json", "--yes"),
        ("--import", "import.json", "--yes", "--vault-url", company.VAULT_POLICIES),
    ),
    "problem": (("--list", "--vault-url", company.VAULT_FOREIGN),),
}


def keys() -> str:
    """Every key of the console."""
    return key_table()


def option_row(option: Option) -> str:
    """The line of one option."""
    name = f"`{option.short}`, `{option.flag}`" if option.short else f"`{option.flag}`"
    shape = {"many": " {}…", "maybe": " [{}]"}.get(option.takes, " {}") if option.metavar else ""
    variable = f"`{option.variable}`" if option.variable else ""
    return f"| {name}{shape.format(option.metavar)} | {option.text} | {variable} |"


def options() -> str:
    """Every option, under the headings of `--help`."""
    return "\n\n".join(
        f"### {title}\n\n" + _table(("option", "meaning", "variable"), map(option_row, each))
        for title, each in GROUPS
    )


def exits() -> str:
    """Every exit code."""
    return _table(("exit", "meaning"), (f"| {code.value} | {EXITS[code]} |" for code in Exit))


def checks() -> str:
    """Every check, in order."""
    rows = (f"| {shown(name)} | `{name}` | {CHECK_MEANS[name]} |" for name, _ in CHECKS)
    return _table(("check", "in JSON", "passes when"), rows)


def files() -> str:
    """What `--export all -o DIR` writes, by target and auth mode."""
    rows = []
    with TemporaryDirectory() as empty:
        project = read_project(Path(empty))
        for target in Target:
            for mode in AuthMode:
                plan = plan_files(_settings(target, mode), project)
                names = (f"`{file.path.name}`{' (0600)' if file.secret else ''}" for file in plan.files)
                rows.append(f"| `{target}` | `{mode}` | {', '.join(names)} |")
    return _table(("target", "auth mode", "files"), rows)


def programs() -> str:
    """Every program that reads `.env`, by whose rules, and the targets that use it."""
    rows = []
    for parser, (rules, _) in PARSERS.items():
        used = ", ".join(f"`{target}`" for target, each in USED.items() if parser in each)
        rows.append(f"| {parser} | {rules} | {used} |")
    return _table(("program", "whose rules", "used by target"), rows)


def _settings(target: Target, mode: AuthMode) -> Settings:
    secret = company.CLIENT_SECRETS[company.ASTRO_PROD] if mode is AuthMode.CLIENT_SECRET else ""
    return Settings(
        vault=VaultAddress(company.VAULT_RBAC),
        tenant_id=company.TENANT_ID,
        client_id=company.ASTRO_PROD,
        client_secret=SecretText(secret) if secret else None,
        auth_mode=mode,
        target=target,
    )


def fields(command: str) -> Callable[[], str]:
    """The table of a command's JSON: the fields that it printed, each with its meaning."""

    def table() -> str:
        found: dict[str, set[str]] = {}
        for run in RUNS[command]:
            _walk(printed(run), "", found)
        means = FIELDS[command]
        found = {
            path: kinds
            for path, kinds in found.items()
            if path in means or not _is_container(kinds, path, found)
        }
        if command == "problem":
            found = {path: kinds for path, kinds in found.items() if path.startswith("problem.")}
        else:
            found = {path: kinds for path, kinds in found.items() if "problem." not in path}
        return _table(
            ("field", "type", "meaning"),
            (
                f"| `{path}` | {' or '.join(sorted(kinds)) or 'text'} | {means[path]} |"
                for path, kinds in found.items()
            ),
        )

    return table


def _is_container(kinds: set[str], path: str, found: Mapping[str, set[str]]) -> bool:
    """An object or a list whose parts have rows of their own."""
    return bool(kinds & {"object", "list"}) or f"{path}[]" in found


def _walk(value: object, path: str, found: dict[str, set[str]]) -> None:
    """Adds each field below `value` with its type."""
    if isinstance(value, dict):
        found.setdefault(path, set()).add("object")
        for name, part in value.items():
            _walk(part, f"{path}.{name}" if path else name, found)
    elif isinstance(value, list):
        found.setdefault(path, set()).add("list")
        if not value and f"{path}[]" not in found:
            found.setdefault(f"{path}[]", set())
        for part in value:
            _walk(part, f"{path}[]", found)
    else:
        names = {str: "text", bool: "true or false", int: "number", float: "number", type(None): "null"}
        found.setdefault(path, set()).add(names[type(value)])


def trace() -> str:
    """What a lookup of a misspelt key prints in the demo."""
    return f"```\n$ kvtui --demo --simulate api_base_ur\n{_run(('--simulate', 'api_base_ur'))}```"


WORTH_CHANGING = """
from airflow.sdk import DAG, Variable
from airflow.providers.microsoft.azure.secrets.key_vault import AzureKeyVaultBackend

AzureKeyVaultBackend()
Variable.set("cursor", Variable.get("cursor"))
"""


@cache
def printed(options: tuple[str, ...]) -> object:
    """The JSON document that kvtui prints in the demo with these options."""
    return json.loads(_run((*options, "--json")))


@cache
def _run(options: tuple[str, ...]) -> str:
    """The stdout of kvtui in the demo, in a sample project of its own."""
    with TemporaryDirectory() as parent:
        project = create_sample_project(Path(parent))
        if "--audit" in options:  # what cannot be read has fields of its own
            (project / "dags" / "broken.py").write_text("def", "utf-8")
            (project / "include" / "broken.sql").write_text("{{ var.value.a ", "utf-8")
            (project / "jobs.py").write_text("from airflow.sdk import Variable", "utf-8")
            (project / "dags" / "worth.py").write_text(WORTH_CHANGING, "utf-8")
        if "--import" in options:
            content = {"new_one": "x", "api_base_url": "y", "my.key": "z"}
            (project / "import.json").write_text(json.dumps(content), "utf-8")
        command = [sys.executable, "-m", "kvtui", "--demo", "--project", ".", *options]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, env=CLEAN, timeout=120)
        return done.stdout


def _table(heads: tuple[str, ...], rows: Iterable[str]) -> str:
    return "\n".join((f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *rows))


TABLES: Mapping[str, tuple[str, Callable[[], str]]] = {
    "keys": ("reference/keys.md", keys),
    "options": ("reference/options.md", options),
    "exit codes": ("reference/exit-codes.md", exits),
    "checks": ("reference/checks.md", checks),
    "files": ("reference/files.md", files),
    "programs": ("explanation/env.md", programs),
    "trace": ("explanation/airflow.md", trace),
    **{f"json {command}": ("reference/json.md", fields(command)) for command in FIELDS},
}
"""By name: the page, and what makes the table."""


def block(name: str) -> str:
    """The table as in its page, with its marks."""
    return f"<!-- begin: {name} -->\n{TABLES[name][1]()}\n<!-- end: {name} -->"


def main() -> None:
    """Writes every table into its page."""
    for name, (page, _) in TABLES.items():
        path = DOCS / page
        text = path.read_text("utf-8")
        parts = re.split(rf"<!-- begin: {name} -->\n.*?<!-- end: {name} -->", text, flags=re.DOTALL)
        if len(parts) != 2:
            sys.exit(f"{page} has {len(parts) - 1} places for the table '{name}'.")
        path.write_text(block(name).join(parts), "utf-8")


if __name__ == "__main__":
    main()
