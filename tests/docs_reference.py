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
from tests.docs_meanings import CHECK_MEANS, EXITS, FIELDS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CLEAN = {name: text for name, text in os.environ.items() if not name.startswith(("AZURE_", "KVTUI_"))}

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
