"""What the dialog of an import says."""

from __future__ import annotations

from kvtui.core.words import count

TITLE = "Import variables and connections"
FILE = "File, or the URL of another vault"
FILE_HINT = "airflow_settings.yaml, an export, a .env, astro deployment variable list"
FORMAT = "Format"
FORMAT_HINT = "if empty, kvtui recognises the format; or type one of:"
VAULT, SIGNED_IN_AS, SOURCE, STATUS = "Vault", "Signed in as", "Source", "Status"
CANCEL, CLOSE = ("Esc", "cancel"), ("Esc", "close")
NAMING_KEYS = (("Enter", "preview"), ("Tab", "next field"), CANCEL)
BUSY_KEYS = (("Esc", "stop"),)
STORE, CHOOSE = ("Enter", "store"), ("Enter", "choose")
COMPARE = ("v", "compare values")
PREVIEW_KEYS = (("a", "all or none"), COMPARE, CANCEL)
READ_ONLY_KEYS = (COMPARE, ("y", "copy the command"), CLOSE)
ENDED_KEYS = (CLOSE,)
READING = "Reading the source and the names of the vault…"
READ_ONLY = (
    "Read-only: kvtui was started without --allow-changes. Run this command, or the one below for one secret:"
)
REPLACES = (
    "A chosen row replaces the secret of that name if the values differ. The old value stays as a version."
)
NOTHING_CHOSEN = "Nothing is chosen: press Space on a row."
CANNOT_CHOOSE = "This row cannot be stored."
STOPPED = "Stopped. A secret that is not confirmed may have arrived. Import again to continue."
COPIED = "The command was sent to the terminal's clipboard."
NAMES = {"unconfirmed": "not confirmed", "not-tried": "not tried", "left-out": "left out"}


def listing(number: int) -> str:
    """While the vault's names are listed."""
    return f"{READING} {count(number, 'name')} so far."


def comparing(done: int, total: int) -> str:
    """While values are compared."""
    return f"Comparing values: {done:,} of {total:,}."


def writing(done: int, total: int) -> str:
    """While values are stored."""
    return f"Storing: {done:,} of {total:,}. Each key is looked up after it is stored."


def waiting(done: int, total: int, status: int, seconds: int) -> str:
    """The vault asked to wait, or failed, while values are stored."""
    return f"Storing: {done:,} of {total:,}. The vault answered {status}: next try in {seconds} s. Esc stops."


def confirm(new: int, replaced: int, vault: str) -> str:
    """The row that begins to store."""
    what = [f"Store {count(new, 'new secret')}"] if new or not replaced else []
    if replaced:
        what.append(f"{'replace' if what else 'Replace'} {count(replaced, 'existing one')}")
    return f"{' and '.join(what)} in {vault}"


def defined(source: str, where: str) -> str:
    """Where the selected entry is in the source: a line, an entry, a secret of a vault."""
    return f"Defined in {source} ({where})."


def stored_as(name: str) -> str:
    """The secret's whole name, which the row may cut."""
    return f"Secret name: {name}."


def renamed(key: str) -> str:
    """What choosing a row with an impossible name does."""
    return f"Space stores it as {key}: the DAGs must then use that key."


def could_be(key: str) -> str:
    """The suggested key of an impossible name, read-only."""
    return f"The command stores it as {key} with --rename: the DAGs must then use that key."


def renamed_already(key: str) -> str:
    """An entry that is stored under another key."""
    return f"It is stored as {key}: the DAGs must use that key."
