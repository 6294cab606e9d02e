"""What the lines above and below the panes say."""

from __future__ import annotations

BRAND = "kvtui"
NO_VAULT = "no vault"
USER = "user"
SIGNING_IN, NOT_SIGNED_IN = "signing in…", "not signed in"
IDENTITY, AIRFLOW = "Deployment identity:", "Airflow as:"
"""The label of the deployment identity, from long to short."""
CHANGES_ALLOWED, CHANGES = "changes allowed", "rw"
DEMO = "demo"
NEXT = "Next:"
SHOWS_ALL = "? full text"
"""At the right of a message that is shortened."""


def audit(title: str, status: str) -> str:
    """The audit, beside the other panes."""
    return f"{title}: {status}"


Keys = tuple[tuple[str, str], ...]
"""The entries of the footer: a key and what it does."""
EDITOR: Keys = (("Enter", "save"), ("Esc", "cancel"), ("Alt+1-7", "panes"))
PROMPT: Keys = (("Enter", "go to list"), ("Esc", "clear"), ("Alt+1-7", "panes"))
KEY_PROMPT: Keys = (("Enter", "ask the vault"), ("Tab", "complete"), ("Esc", "close"), ("Alt+1-7", "panes"))
FOLD, UNFOLD = "fold", "unfold"
ASK, TYPE_KEY = "ask the vault", "type a key"
START_AUDIT = "start the audit"
TYPE_SETTING = "change"
SIGN_IN = "sign in"
LOAD_MORE = "load more"
"""What keys do on some rows, or at some times."""
ELSEWHERE: Keys = (("Enter", "choose"), ("Esc", "close"))
"""The keys of a screen of Textual's, such as the palette."""
REMOVAL: Keys = (("w", "remove"), ("Esc", "cancel"))
"""Comes first in pane 5 while it shows a removal."""
UNZOOM: Keys = (("z", "all panes"),)
"""Comes first while a pane is zoomed."""


def back_to(number: int) -> Keys:
    """Comes first while Esc returns to that pane."""
    return (("Esc", f"back to {number}"),)
