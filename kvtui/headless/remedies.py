"""What to do next, with the command line's options."""

from __future__ import annotations

from dataclasses import replace

from kvtui.core.problems import Problem
from kvtui.core.remedies import Do, worded

WORDS = {
    Do.ALLOW_CHANGES: "kvtui --allow-changes",
    Do.CHOOSE_AUTH_MODE: "with --client-id, or another auth mode with --auth-mode",
    Do.CHOOSE_CHART: "with --chart {0}",
    Do.CHOOSE_CLOUD: "with --cloud {0}",
    Do.CHOOSE_FORMAT: "with --import-format variables or --import-format connections",
    Do.CHOOSE_IDENTITY: "with --client-id (kvtui --apps TEXT finds it)",
    Do.CHOOSE_VAULT: "with --vault-url",
    Do.COPY_COMMAND: "copy the command and run it elsewhere",
    Do.FIND_APP: "with kvtui --apps TEXT",
    Do.GIVE_CLIENT_ID: "with --client-id",
    Do.GIVE_CLIENT_SECRET: "with AZURE_CLIENT_SECRET or --client-secret-file",
    Do.GIVE_CONTENT_TYPE: "with az keyvault secret set --content-type",
    Do.GIVE_EXPIRY: "with az keyvault secret set --expires",
    Do.GIVE_NOT_BEFORE: "with az keyvault secret set --not-before",
    Do.GIVE_PROJECT: "with --project DIR",
    Do.GIVE_TAGS: "with az keyvault secret set --tags",
    Do.GIVE_TENANT: "with --tenant-id",
    Do.KEEP_QUOTES: "--shell-sourceable keeps the quotes.",
    Do.LIST_EXPIRING: "(kvtui --expiring 30 lists it)",
    Do.LIST_NAMES: "with kvtui --list --json > FILE",
    Do.LOOK_UP: "with --simulate",
    Do.NAME_SOURCE: "the path of a file, - for stdin, or https://NAME.vault.azure.net/ for another vault",
    Do.NAME_VAULT: "with --vault-url https://NAME.vault.azure.net/ or just the name",
    Do.PRINT_VALUES: "`--export helm` without -o prints them",
    Do.REMOVE_LINES: "kvtui --export env --remove all -o {0}",
    Do.REVIEW_AUDIT: "with kvtui --audit PATH",
    Do.REVIEW_FILES: "with --dry-run and write it: kvtui --export all -o DIR",
    Do.REVIEW_PARSERS: "--export env shows the lines",
    Do.ROTATE_SECRET: "(x in pane 2 of the console)",
    Do.RUN_CHECKS: "with kvtui --check",
    Do.SAVE_PROFILE: "kvtui --save-profile NAME makes one",
    Do.SET_PREFIX: "with --variables-prefix",
    Do.SHOW_RIGHTS: "in pane 2 of the console",
    Do.SIGN_IN: "with --sign-in{0}",
    Do.SIMULATE_TASK: "with --context task",
    Do.WRITE_BASELINE: "with --write-baseline",
    Do.WRITE_DIFFERENCE: "(kvtui --export all -o DIR)",
    Do.WRITE_FILE: "kvtui --export all -o DIR writes it",
    Do.WRITE_FILES: "with kvtui --export all -o DIR",
}


_IN_THE_DEMO = WORDS | {Do.GIVE_CLIENT_SECRET: "with --client-secret-file demo-secrets/astro-prod"}


def words(remedy: str) -> str:
    """A remedy as the command line says it."""
    return worded(remedy, WORDS)


def worded_problem(problem: Problem, *, demo: bool = False) -> Problem:
    """The same problem in the command line's words; those for the `demo` name its own client secret."""
    table = _IN_THE_DEMO if demo else WORDS
    return replace(problem, what=worded(problem.what, table), remedy=worded(problem.remedy, table))
