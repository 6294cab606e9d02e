"""What to do next, with the keys of the console."""

from __future__ import annotations

from kvtui.core.remedies import Do, worded

WORDS = {
    Do.ALLOW_CHANGES: "kvtui --allow-changes",
    Do.CHOOSE_AUTH_MODE: "in pane 2, or another auth mode in pane 1",
    Do.CHOOSE_CHART: "in pane 1",
    Do.CHOOSE_CLOUD: "in pane 1",
    Do.CHOOSE_VAULT: "in pane 1, or with --vault-url",
    Do.COPY_COMMAND: "y copies the command to run it elsewhere",
    Do.FIND_APP: "in pane 2, or with kvtui --apps TEXT",
    Do.GIVE_CLIENT_ID: "pane 1, or --client-id",
    Do.GIVE_CLIENT_SECRET: "pane 1, AZURE_CLIENT_SECRET or --client-secret-file",
    Do.GIVE_PROJECT: "--project DIR",
    Do.GIVE_TENANT: "pane 1, or --tenant-id",
    Do.KEEP_QUOTES: "f in pane 5 keeps the quotes.",
    Do.LIST_NAMES: "with kvtui --list --json > FILE",
    Do.LOOK_UP: "in pane 4, or with --simulate",
    Do.NAME_VAULT: "--vault-url https://NAME.vault.azure.net/ or just the name",
    Do.PRINT_VALUES: "kvtui --export helm prints them",
    Do.REMOVE_LINES: "kvtui --export env --remove all -o {0}",
    Do.REVIEW_AUDIT: "in pane 7, or with kvtui --audit PATH",
    Do.REVIEW_FILES: "in pane 5 and write it with w, or: kvtui --export all -o DIR",
    Do.REVIEW_PARSERS: "pane 5 and --export env show the lines",
    Do.ROTATE_SECRET: "press x in pane 2",
    Do.RUN_CHECKS: "c in pane 6, or kvtui --check",
    Do.SAVE_PROFILE: "kvtui --save-profile NAME makes one",
    Do.SET_PREFIX: "pane 1, or --variables-prefix",
    Do.SHOW_RIGHTS: "in pane 2",
    Do.SIGN_IN: "s, or --sign-in{0}",
    Do.SIMULATE_TASK: "c in pane 4",
    Do.WRITE_BASELINE: "with kvtui --audit PATH --baseline FILE --write-baseline",
    Do.WRITE_DIFFERENCE: "(w)",
    Do.WRITE_FILE: "w writes it",
    Do.WRITE_FILES: "w, or --export all -o DIR",
}


def words(remedy: str) -> str:
    """A remedy as the console says it."""
    return worded(remedy, WORDS)
