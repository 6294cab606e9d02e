"""What pane 7 says."""

from __future__ import annotations

from datetime import datetime

from kvtui.core.words import count, listed

PLACEHOLDER = "part of a key, a secret's name or a file"
TITLES = {
    "missing": "Missing",
    "unreachable": "Cannot be looked up",
    "resolves": "Resolved",
    "elsewhere": "Set outside the vault",
}
"""The headings, by outcome, in the order of the list."""
UNREADABLE = "Cannot be read"
UNKNOWN = "Unknown keys (built at run time)"
READ_AS_TEXT = "Do not parse (read as plain text)"
SHARED = "Keys with the same secret name"
ADVICE = "Worth changing"
KIND, KEY, USED_IN, NOTE = "Kind", "Key", "Used in", "Note"
"""The column headers."""
FILE_KIND, TEMPLATE_KIND, CODE_KIND = "file", "template", "code"

# Before the audit

ABOUT = (
    "The audit finds every variable and connection that the DAGs use, in code and templates, and says "
    "whether the vault has a secret for each. It runs no code and reads no secret's value. Keys that the "
    "code builds at run time are listed as unknown."
)
STOPPED = "The audit was stopped."
READING_PROJECT = "Reading the project…"
START = "Start the audit (Enter or c)"
START_AGAIN = "Start the audit again (Enter or c)"
NOT_RUN = "not run"
NO_VAULT = "Select a vault in pane 1 first."
NOT_LISTED = "The vault's names are not listed: you are not signed in, or the listing was stopped."
LIST_FIRST = "Sign in (s), or list the names (l in pane 3)."
NOT_AUDITED, AUDIT_FIRST = "The audit was stopped.", "Run it again: c in pane 7."
SELECT_FIRST = "Select a variable or a connection first."


def project(directory: object) -> str:
    """What is audited."""
    return f"Project: {directory}"


# While it runs

FINDING_FILES = "Finding the files… Esc stops the audit."
WAITS_FOR_SIGN_IN = "Waiting for the sign-in, then for the vault's names."


def reading(done: int, total: int) -> str:
    """How many files are read."""
    return f"Reading {count(total, 'file')}: {done:,} done… Esc stops the audit."


def waits_for_names(number: int) -> str:
    """How many names have arrived."""
    return f"Waiting for the vault's names: {number:,} so far."


def progress(done: int, total: int) -> str:
    """The same in the border."""
    return f"{done:,} of {count(total, 'file')}" if total else "reading"


# The report

SETTINGS_CHANGED = "The settings have changed. Press c to run the audit again."
NO_KEYS = "The project's code uses no variable and no connection."


def compared(files: int, names: int, identity: str, at: datetime) -> str:
    """What was compared with what."""
    return (
        f"{count(files, 'file')} checked against {count(names, 'secret name')} at {at:%H:%M} UTC. "
        f"Names listed as {identity}."
    )


def no_match(wanted: str) -> str:
    """No row for the filter."""
    return f"No row contains “{wanted}”. Esc clears the filter."


def result(keys: int, failing: int, unreadable: int) -> str:
    """The outcome in the border: how many of the keys have neither a secret nor a default."""
    passed = "1 key passed" if keys == 1 else f"all {keys:,} keys passed"
    text = f"{failing:,} of {count(keys, 'key')} failed" if failing else passed
    return f"{text}, {count(unreadable, 'file')} cannot be read" if unreadable else text


def nothing_found(unread: int) -> str:
    """The same where no key was found, and files that import Airflow were not read."""
    return f"failed: nothing found, {count(unread, 'file')} not read"


def place(first: object, number: int) -> str:
    """The first use, and how many more there are."""
    return f"{first} +{number - 1}" if number > 1 else str(first)


DEFAULT_USED = "(default used)"
"""Beside the place of a key without a secret where every use has a default."""
DISABLED = "(secret disabled)"
"""Beside the place of a key with a disabled secret."""


# The details


def unknown(why: str) -> str:
    """Why kvtui does not know which key is used."""
    return f"kvtui cannot determine the key: {why}."


NOT_CHECKED = "kvtui could not check what this file uses, so the audit fails."
CHECKED_AS_TEXT = "It does not parse. kvtui searched its text for uses."


def shared(kind: str, keys: tuple[str, ...], name: str) -> str:
    """Several keys map to one secret."""
    return f"The {kind}s {listed(keys)} map to the same secret name {name}."


def sentence(why: str) -> str:
    """Why nothing fails by a key, as a note."""
    return f"{why}."


def nothing_fails(why: str) -> str:
    """The same in the details."""
    return f"{why}, so nothing fails."


RENAME = "Rename all but one of them."
HAS_DEFAULT = "with a default"
ASIDE = {
    "caught": "under `except KeyError`",
    "test": "in a test",
    "main": 'under `if __name__ == "__main__"`',
}
"""Why nothing fails by a use."""
