"""What to do next, with the command line's options."""

from __future__ import annotations

from dataclasses import replace

from kvtui.core.problems import ProblemError
from kvtui.core.remedies import Do, worded

WORDS = {
    Do.CHOOSE_AUTH_MODE: "in pane 2, or another auth mode in pane 1",
    Do.CHOOSE_VAULT: "in pane 1, or with --vault-url",
    Do.COPY_COMMAND: "copy the command for where it is",
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
    Do.WRITE_DIFFERENCE: "(kvtui --export all -o DIR)",
    Do.WRITE_FILE: "kvtui --export all -o DIR writes it",
    Do.WRITE_FILES: "w, or --export all -o DIR",
}


def words(remedy: str) -> str:
    """A remedy as the command line says it."""
    return worded(remedy, WORDS)


def worded_problem(error: ProblemError) -> ProblemError:
    """The same failure with its remedy in the command line's words."""
    return ProblemError(replace(error.problem, remedy=words(error.problem.remedy)), error.done)
