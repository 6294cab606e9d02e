"""What to do next, with the keys of the console."""

from __future__ import annotations

from dataclasses import replace

from kvtui.core.problems import Problem
from kvtui.core.remedies import Do, worded

WORDS = {
    Do.CHOOSE_AUTH_MODE: "in pane 2, or another auth mode in pane 1",
    Do.CHOOSE_VAULT: "in pane 1, or with --vault-url",
    Do.COPY_COMMAND: "y copies the command for where it is",
    Do.FIND_APP: "in pane 2, or with kvtui --apps TEXT",
    Do.GIVE_CLIENT_ID: "pane 1, or --client-id",
    Do.GIVE_CLIENT_SECRET: "pane 1, AZURE_CLIENT_SECRET or --client-secret-file",
    Do.GIVE_PROJECT: "--project DIR",
    Do.GIVE_TENANT: "pane 1, or --tenant-id",
    Do.NAME_VAULT: "--vault-url https://NAME.vault.azure.net/ or just the name",
    Do.REVIEW_AUDIT: "in pane 7, or with kvtui --audit PATH",
    Do.REVIEW_FILES: "in pane 5 and write it with w, or: kvtui --export all -o DIR",
    Do.REVIEW_PARSERS: "pane 5 and --export env name the lines",
    Do.ROTATE_SECRET: "x in pane 2 rotates it",
    Do.RUN_CHECKS: "c in pane 6, or kvtui --check",
    Do.SET_PREFIX: "pane 1, or --variables-prefix",
    Do.SHOW_RIGHTS: "in pane 2",
    Do.SIGN_IN: "s, or --sign-in{0}",
    Do.WRITE_DIFFERENCE: "(w)",
    Do.WRITE_FILE: "w writes it",
    Do.WRITE_FILES: "w, or --export all -o DIR",
}


def sentence(problem: Problem) -> str:
    """A problem as the console says it, on one line."""
    return replace(problem, remedy=words(problem.remedy)).sentence()


def words(remedy: str) -> str:
    """A remedy as the console says it."""
    return worded(remedy, WORDS)
