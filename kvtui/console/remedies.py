"""How the console words remedies: with its keys and panes."""

from __future__ import annotations

from kvtui.core.remedies import Do, worded

WORDS = {
    Do.ALLOW_CHANGES: "kvtui --allow-changes",
    Do.CHOOSE_AUTH_MODE: "in pane 2, or another auth mode in pane 1",
    Do.CHOOSE_CHART: "in pane 1",
    Do.CHOOSE_CLOUD: "in pane 1",
    Do.CHOOSE_FORMAT: "in the field Format of the import",
    Do.CHOOSE_IDENTITY: "in pane 2",
    Do.CHOOSE_VAULT: "in pane 1",
    Do.COPY_COMMAND: "copy the command (y) and run it elsewhere",
    Do.FIND_APP: "in pane 2",
    Do.GIVE_CLIENT_ID: "in pane 1, or choose an app in pane 2",
    Do.GIVE_CLIENT_SECRET: "in pane 1",
    Do.GIVE_CONTENT_TYPE: "in the field Content type",
    Do.GIVE_EXPIRY: "in the field Expires on",
    Do.GIVE_NOT_BEFORE: "in the field Not before",
    Do.GIVE_PROJECT: "with kvtui --project DIR",
    Do.GIVE_TAGS: "in the field Tags",
    Do.GIVE_TENANT: "in pane 1",
    Do.KEEP_QUOTES: "f in pane 5 keeps the quotes.",
    Do.LIST_EXPIRING: "(S in pane 3 sorts by expiry)",
    Do.LIST_NAMES: "with kvtui --list --json > FILE",
    Do.LOOK_UP: "in pane 4",
    Do.NAME_SOURCE: "the path of a file, or https://NAME.vault.azure.net/ for another vault",
    Do.NAME_VAULT: "in pane 1",
    Do.PRINT_VALUES: "kvtui --export helm prints them",
    Do.REMOVE_LINES: "kvtui --export env --remove all -o {0}",
    Do.REVIEW_AUDIT: "in pane 7",
    Do.REVIEW_FILES: "in pane 5, then write the files (w)",
    Do.REVIEW_PARSERS: "pane 5 shows the lines",
    Do.ROTATE_SECRET: "(x in pane 2)",
    Do.RUN_CHECKS: "(c in pane 6)",
    Do.SAVE_PROFILE: "press p in pane 1 to save one",
    Do.SET_PREFIX: "in pane 1",
    Do.SHOW_RIGHTS: "in pane 2",
    Do.SIGN_IN: "(s)",
    Do.SIMULATE_TASK: "(c in pane 4)",
    Do.WRITE_BASELINE: "with kvtui --audit PATH --baseline FILE --write-baseline",
    Do.WRITE_DIFFERENCE: "(w)",
    Do.WRITE_FILE: "write it first (w)",
    Do.WRITE_FILES: "(w)",
}


def words(remedy: str) -> str:
    """The remedy with the console's keys and panes."""
    return worded(remedy, WORDS)
