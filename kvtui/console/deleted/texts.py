"""What the list of deleted secrets and the recovery of one of them print."""

from __future__ import annotations

from kvtui.console.provisioning.texts import CHANGE, VAULT, Facts
from kvtui.core.words import count

SECRET = "deleted secret"  # noqa: S105 - what a row is
NAME, DELETED, PURGE = "Secret name", "Deleted", "Kept until"
"""The headers of the columns."""
RECOVER, CLOSE = ("Enter", "recover it"), ("Esc", "close")
NOT_RECOVERED = "The secret was not recovered"
STOPPED = "Stopped. The secret may be recovered already: press l to list the names again."
NO_DATE = "-"


def title(vault: str) -> str:
    """The title of the list."""
    return f"Deleted secrets of {vault}"


def listing(number: int, user: str) -> str:
    """While they are listed."""
    return f"{count(number, SECRET)} so far, listed as {user}…"


def listed(number: int, user: str) -> str:
    """When all are listed."""
    return f"{count(number, SECRET)}, listed as {user}"


def waiting(status: int, seconds: int) -> str:
    """The vault asked to wait, or failed."""
    return f"The vault answered {status}. kvtui asks again in {seconds} s."


def none(vault: str) -> str:
    """When there are none."""
    return f"{vault} has no deleted secret that can be recovered."


def recover_title(name: str) -> str:
    """The title of the dialog before it."""
    return f"Recover {name}"


def recover_facts(name: str, deleted: str, purge: str, vault: str) -> Facts:
    """What is recovered in which vault."""
    what = f"Recover {name} with all its versions."
    dates = f"Deleted on {deleted}. The vault keeps it until {purge}, then it is deleted for good."
    return (CHANGE, what), ("Dates", dates), (VAULT, vault)


def recover_action(name: str) -> str:
    """The action of the dialog."""
    return f"Recover {name}"


def recovering(name: str) -> str:
    """While the vault recovers it."""
    return f"Recovering {name}… Esc stops waiting for it."


def recovered(name: str, vault: str) -> str:
    """The message after it."""
    return f"{name} is in {vault} again."
