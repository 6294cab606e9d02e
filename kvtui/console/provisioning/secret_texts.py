"""What the dialogs that create, change and recover secrets of the vault print."""

from __future__ import annotations

from collections.abc import Sequence

from kvtui.console.actions import ActionId, key_of
from kvtui.console.provisioning.texts import CHANGE, VAULT, Facts

DELETED = key_of(ActionId.DELETED)

# Create a secret in the vault

CREATE = "Create a secret"
KEY, KEY_HINT, VALUE = "Key", "for example my_new_key", "Value, or @FILE"
TYPE_KEY = "Type the key as in a DAG: then the commands that create the secret appear here."
KEY_FIRST, VALUE_FIRST = "type the key first", "type the value first"
ANY_KEY = "KEY"
"""Shown in place of the key until one is typed."""
TYPE_KEY_AND_VALUE = "Type the key as in a DAG, and the value (or @FILE to read it from a file)."
NOT_CREATED = "The secret was not created"
VAULT_AND_SIGN_IN = "Choose the vault and sign in first."
WITHOUT_NEWLINE = (
    "az stores every byte of FILE, and editors add a line break at the end. Make FILE without it: "
    'read -rs VALUE; printf %s "$VALUE" > FILE'
)


def create_facts(vault: str, host: str) -> Facts:
    """What is created in which vault."""
    what = "Create one secret. Its value is sent to the vault only."
    return (CHANGE, what), (VAULT, f"{vault}, {host}")


def create_action(name: str, kind: str, key: str, *, exists: bool) -> str:
    """The action for one kind of key."""
    return f"{'Add a version to' if exists else 'Create'} {name} ({kind} {key})"


def fill_form(name: str) -> str:
    """The choice that opens the form of a connection."""
    return f"Enter the fields of a connection, one by one ({name})"


# The form of a connection

WRITE_AS_URI = "Write as a URI (now: JSON)"
WRITE_AS_JSON = "Write as JSON (now: a URI)"
JSON_OR_URI = "JSON or URI"
AS_CONNECTION, FILE = "As connection", "FILE contains"
NO_CONNECTION = "cannot read it: it is neither JSON nor a URI"
CORRECT_IT = "Correct the field, or change between JSON and URI (f)."
FIELD_HINTS = {"password": "the text, or @FILE", "extra": "a JSON object, or @FILE", "port": "a number"}


def type_title(conn_id: str) -> str:
    """The title of the dialog that chooses the type."""
    return f"Type of the connection {conn_id}"


def form_title(conn_id: str) -> str:
    """The title of the form."""
    return f"Create the connection {conn_id}"


def form_facts(conn_type: str, conn_id: str, name: str, vault: str) -> Facts:
    """What is created in which vault."""
    return (CHANGE, f"Store the {conn_type} connection {conn_id} as the secret {name}."), (VAULT, vault)


def store_action(name: str, *, exists: bool) -> str:
    """The action of the form."""
    return f"{'Add a version to' if exists else 'Create'} {name}"


# What is stored beside the value

MORE_FIELDS = "More fields: content type, tags, expiry, not before"
FEWER_FIELDS, MORE_SHORT = "Hide the fields content type, tags, expiry, not before", "more fields"
CONTENT_TYPE, CONTENT_TYPE_HINT = "Content type", "for example text/plain"
TAGS, TAGS_HINT = "Tags", "name=value, name=value"
NOT_BEFORE = "Not before"
KEPT = "Kept"
TAG_RULE = "Type tags as name=value, with commas between them; each name once."
ALREADY_EXPIRED = "The day in Expires on is over."
NEVER_VALID = "The day in Not before has to be before the day in Expires on."


def too_long(label: str, most: int) -> str:
    """A text with too many characters."""
    return f"{label}: Key Vault stores at most {most} characters."


def tag_limits(tags: int, characters: int) -> str:
    """Too many tags, or one that is too long."""
    return f"Key Vault stores at most {tags} tags; a name and a value have at most {characters} characters."


def not_a_day(label: str) -> str:
    """A text that is not a day."""
    return f"{label}: type the day as 2027-06-30."


def kept(content_type: str, tags: Sequence[tuple[str, str]]) -> str:
    """What a new version has from the current one; empty if nothing."""
    parts = [
        *([f"content type {content_type}"] if content_type else []),
        *([f"tags {', '.join(f'{name}={value}' for name, value in tags)}"] if tags else []),
    ]
    return f"From the current version: {'; '.join(parts)}." if parts else ""


def illegal(name: str, why: str) -> str:
    """Why Key Vault rejects the name."""
    return f"Key Vault cannot store {name}: {why}."


def storing(name: str) -> str:
    """While it is sent."""
    return f"Storing {name}… Esc stops it."


def storing_stopped(name: str) -> str:
    """The user stopped it."""
    return f"Stopped. {name} may be stored already: press l to list the names again."


def created(name: str, vault: str) -> str:
    """The message after it was created."""
    return f"Stored {name} in {vault}."


# Change a secret in the vault

NEW_EXPIRY, DATE = "Expires on", "a day, such as 2027-06-30"
NAME_TO_DELETE, WHOLE_NAME = "To delete it, type its name", "the whole name"
DISABLE_IT = "Disable it: Key Vault then denies reads, also to Airflow"
ENABLE_IT = "Enable it"
NOT_A_DATE = "Type the day of the expiry as 2027-06-30."
NO_SECRET = "Select a secret first."  # noqa: S105 - a message
NOT_CHANGED = "The secret was not changed"
NOTHING_CHANGED = "Nothing was changed."


def edit_title(name: str) -> str:
    """The title of the dialog."""
    return f"Change {name}"


def edit_facts(name: str, vault: str) -> Facts:
    """What is changed in which vault."""
    what = (
        f"Enable, disable or delete {name}, or set its expiry. The value stays the same. A deleted secret "
        "can be recovered."
    )
    return (CHANGE, what), (VAULT, vault)


def set_expiry(day: str) -> str:
    """The action for a typed day."""
    return f"Set the expiry to {day}"


def delete_it(name: str) -> str:
    """The action once the name is typed."""
    return f"Delete {name} with all its versions"


def changed(name: str, action: str, vault: str) -> str:
    """The message after it."""
    done = {"enable": "is enabled", "disable": "is disabled", "expiry": "has a new expiry"}
    if action == "delete":
        return (
            f"{name} was deleted from {vault}. It can be recovered: {DELETED}, or az keyvault secret recover."
        )
    return f"{name} {done[action]} in {vault}."
