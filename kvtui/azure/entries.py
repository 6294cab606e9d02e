"""Which of the entries found comes first, and an app and its service principal as one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.core.sanitize import inert


def rank(name: str, text: str) -> tuple[int, str]:
    """The order of hits: the very name, names that begin so, names with such a word, the rest."""
    low, wanted = name.casefold(), text.casefold()
    if not wanted or low == wanted:
        return 0, low
    if low.startswith(wanted):
        return 1, low
    words = re.split(r"[\W_]+", low)
    return (2 if any(word.startswith(wanted) for word in words) else 3), low


def in_order(found: Iterable[DirectoryEntry], text: str, own_tenant: str = "") -> tuple[DirectoryEntry, ...]:
    """Each app or identity once, the likeliest first, always in the same order.

    An app and its service principal are one entry: the app's, which knows the credentials, with the
    principal's id, which roles are given to, and whether it may sign in. A service principal whose app
    is of `own_tenant` waits for it.
    """
    entries = list(found)
    principals = {e.client_id: e for e in entries if e.kind is EntryKind.SERVICE_PRINCIPAL}
    apps = {e.client_id for e in entries if e.kind is EntryKind.APPLICATION}
    once = [
        _with_principal(e, principals.get(e.client_id)) if e.kind is EntryKind.APPLICATION else e
        for e in entries
        if e.kind is not EntryKind.SERVICE_PRINCIPAL
        or (e.client_id not in apps and not (own_tenant and e.home_tenant == own_tenant))
    ]
    wanted = " ".join(text.split())
    return tuple(sorted(once, key=lambda e: (*rank(e.display_name, wanted), e.client_id, e.object_id)))


def _with_principal(app: DirectoryEntry, principal: DirectoryEntry | None) -> DirectoryEntry:
    if principal is None:
        return app
    return replace(app, principal_id=principal.object_id, enabled=app.enabled and principal.enabled)


def mistaken_id(entries: Iterable[DirectoryEntry], client_id: str) -> str:
    """Whose object id was given in place of a client id, one sentence; empty if it is none of `entries`."""
    found, given = list(entries), client_id.lower()
    if not given or any(entry.client_id.lower() == given for entry in found):
        return ""
    for entry in found:
        if given in (entry.object_id.lower(), entry.principal_id.lower()):
            name = inert(entry.display_name, 80)
            return f"{given} is the object id of {name}; its client id is {entry.client_id}."
    return ""
