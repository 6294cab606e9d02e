"""What pane 1 prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MISSING = {
    "vault": "type the vault's name or address",
    "tenant_id": "not known yet",
    "client_id": "choose one in pane 2",
    "client_secret": "not set",
}
"""Instead of a value, by field."""
NO_PREFIX = '"" (no prefix)'
NO_SEPARATOR = '"" (every _ is deleted)'
NEVER_ASKED = "null: never asks the vault"
EXAMPLE = "Example"
EXAMPLE_KEY = "my_key"

FINDS_ID = "Pane 2 finds it by name."
DEMO_SECRET = "In the demo, type @demo-secrets/astro-prod (or astro-dev, astro-staging)."  # noqa: S105 - a hint
ONLY_THE_SECRET = "Give a file that contains only the client secret."  # noqa: S105
SIGN_IN_FIRST = "Sign in first (s)."
FOR_SHELLS = "The preview of .env now has quotes, for shells. Nothing is written yet."
FOR_DOCKER = "The preview of .env now has no quotes, as the Astro CLI reads it. Nothing is written yet."


def given_by(origin: str) -> str:
    """The note on a value that was not chosen in the console."""
    return f"(from {origin})"


def version_note(source: str) -> str:
    """The note on a version."""
    return f"({source})"


def account(kind: str, left: str) -> str:
    """How the user signed in, and for how long the token is valid, if that is known."""
    return f"{kind}, token valid for {left}" if left else kind


def signing_in(kind: str) -> str:
    """While the sign-in runs."""
    return f"signing in ({kind})…"


STOPPED = "nobody (sign-in was cancelled). s signs in."
"""After Esc."""


def failed(kind: str) -> str:
    """After an error."""
    return f"not signed in ({kind}). s shows why."


def not_tried(kind: str) -> str:
    """Before the first sign-in."""
    return f"{kind}, not tried yet"


def empty_file(path: Path) -> str:
    """The error for a file without a client secret."""
    return f"{path} is empty."


def no_file(path: Path) -> str:
    """The error for a file that is not there."""
    return f"There is no file {path}."


def vault_in_cloud(host: str, cloud: str) -> str:
    """The message after another cloud was chosen."""
    return f"The vault is now {host}: the same name in the cloud {cloud}."


def mode_changed(before: str, after: str, name: str, *, managed: bool) -> str:
    """The message when the chosen identity does not work with the auth mode."""
    kind = "a managed identity" if managed else "an app registration"
    return f"The auth mode is now {after}, it was {before}: {name} is {kind}."
