"""What pane 3 says."""

from __future__ import annotations

from collections.abc import Sequence

from kvtui.console.actions import ActionId, key_of
from kvtui.core.words import count

EDIT = key_of(ActionId.EDIT_SECRET)
PLACEHOLDER = "part of a key or of a secret's name; ^ for its beginning"
KEY, NAME, STATUS, UPDATED = "Key", "Secret name", "Status", "Updated"
"""The column headers."""
GROUPS = {
    "variable": "Variables",
    "connection": "Connections",
    "config": "Config",
    "other": "Other secrets (no Airflow prefix)",
}
"""The headings, by kind, in the order of the list."""


def ascending(column: str) -> str:
    """The header of the column that is sorted by, the smallest or next first."""
    return f"{column} ↑"


def descending(column: str) -> str:
    """The same, the largest or newest first."""
    return f"{column} ↓"


# The status of a secret in the list, and the sentence below its details

DISABLED = "disabled"
UNREACHABLE = "no matching key"
NOT_YET_VALID = "not yet valid"
WHY_DISABLED = "The secret is disabled: Key Vault denies reads (403), also to Airflow."
WHY_EXPIRED = "The secret has expired. Key Vault still returns its value."
WHY_NOT_YET_VALID = "The secret is not valid yet. Key Vault returns its value all the same."

# The details

VALUE, EXPIRES, CREATED, ENABLED, NOT_BEFORE = "Value", "Expires", "Created", "Enabled", "Not before"
CONTENT_TYPE, TAGS, VERSIONS, IF_DELETED = "Content type", "Tags", "Versions", "If deleted"
AIRFLOW_READS = "Airflow reads"
NO_VERSIONS, CURRENT = "none", "current"
LISTING_VERSIONS = "Listing the versions… Esc stops the listing."
YES, NO = "yes", "no"
NO_DATE = "never"

# Messages

NO_VAULT = (
    "No vault is selected. Enter the vault's name or address in pane 1. The vault's overview page in the "
    "Azure portal shows it as “Vault URI”."
)
LIST_NOT_NEEDED = "Airflow does not need the permission to list. Enter a key in pane 4 to test a lookup."
SIGN_IN_STOPPED = "The sign-in was stopped. Press s to sign in."
LISTING_STOPPED = "The listing was stopped. Press l to list the names again."
SIGNING_IN = "Signing in… Esc stops the sign-in."
EMPTY_VAULT = "The vault has no secrets."
SELECT_FIRST = "Select a secret first."


def listing(host: str) -> str:
    """While the names are on their way."""
    return f"Listing the names in {host}… Esc stops the listing."


def waiting(host: str, status: int, seconds: int) -> str:
    """The vault asked to wait, or failed, before the first names."""
    return f"{host} answered {status}. kvtui asks again in {seconds} s. Esc stops the listing."


def no_match(wanted: str) -> str:
    """No row for the filter."""
    return f"No key or secret name contains “{wanted}”. Esc clears the filter; u looks the name up in pane 4."


def incomplete(number: int, why: str, *, goes_on: bool) -> str:
    """The listing ended early, with the reason as a sentence; empty: the user stopped it."""
    names, why = count(number, "name"), why or "You stopped it."
    what = "get the other names" if goes_on else "list again"
    return f"This list is incomplete: the listing ended after {names}. {why} Press l to {what}."


def no_match_yet(wanted: str) -> str:
    """No row for the filter, while names arrive."""
    return f"No key or secret name contains “{wanted}” so far. More names are arriving."


# The words in the border


def shown(number: int, matching: int | None, *, similar: bool) -> str:
    """How many names there are; with a filter, how many of them match, or are similar to it."""
    if matching is None:
        return count(number, "name")
    return f"{matching:,} {'similar ' if similar else ''}of {count(number, 'name')}"


def still_loading(names: str) -> str:
    """The rest is on its way."""
    return f"{names}, loading…"


def still_waiting(names: str, status: int, seconds: int) -> str:
    """The vault asked to wait, or failed; the rest is asked for again."""
    return f"{names}, vault answered {status}, next try in {seconds} s"


def stopped_early(names: str, *, goes_on: bool) -> str:
    """The rest did not arrive."""
    return f"{names}, incomplete (l {'gets the others' if goes_on else 'lists again'})"


def listed(names: str, identity: str) -> str:
    """All are there."""
    return f"{names}, listed as {identity}"


# The value in the details


def hidden(seconds: int) -> str:
    """Follows the mask."""
    return f"r reveals it for {seconds} s"


def enables(*, allow_changes: bool) -> str:
    """The same for a disabled secret, whose value Key Vault does not return."""
    return f"{EDIT} enables it" if allow_changes else f"{EDIT} shows how to enable it"


def not_revealed(*, allow_changes: bool) -> str:
    """The message for r on a disabled secret."""
    return f"Key Vault returns no value of a disabled secret: {enables(allow_changes=allow_changes)}."


def revealed(identity: str, seconds: int) -> str:
    """Above the value while it is on the screen."""
    return f"(read as {identity}, hidden again in {seconds} s)"


def fields_read(fields: Sequence[tuple[str, str]]) -> str:
    """A connection's fields, masked."""
    return ", ".join(f"{name}={text}" for name, text in fields)


def airflow_does(why: str) -> str:
    """Airflow does not read a text as a connection, or reads another one; `why` is a clause."""
    return f"Airflow {why}."


def recovery(level: str, days: int | None) -> str:
    """What becomes of a deleted secret: `can be recovered for 90 days (Recoverable+Purgeable)`."""
    if not level:
        return ""
    if level == "Purgeable":
        return f"gone for good ({level})"
    kept = f"can be recovered for {count(days, 'day')}" if days is not None else "can be recovered"
    return f"{kept} ({level})"


def older(number: int) -> str:
    """The versions that are not listed."""
    return f"and {count(number, 'older version')}"
