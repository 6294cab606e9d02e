"""What becomes of each item in a vault: under which name, and whether the name is there already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kvtui.airflow.connections import UnparsedError, parse_connection, reads_otherwise
from kvtui.airflow.naming import Naming, fault, is_legal
from kvtui.core.words import count
from kvtui.migration.items import Item
from kvtui.settings.model import Kind

LARGEST_VALUE = 25_600
"""Bytes of a secret's value. Microsoft Learn, "Azure Key Vault service limits"."""
DISABLED = "The vault's secret is disabled: its value cannot be read, so it is not compared."
_ILLEGAL = re.compile(r"[^0-9a-zA-Z_-]+")
_TWICE = re.compile(r"[_-]{2,}")


class Status(StrEnum):
    """What the import finds for an item; the values are those of the JSON, in the order of a report."""

    NEW = "new"
    """The vault has no secret of that name."""
    EXISTS = "exists"
    """It has one, and the values were not compared."""
    SAME = "same"
    """It has one with the same value."""
    DIFFERS = "differs"
    """It has one with another value, or one whose value cannot be read because it is disabled."""
    SHADOWED = "shadowed"
    """Airflow would not get it: another item has the same name, or the vault is not asked for the key."""
    IMPOSSIBLE = "impossible"
    """It cannot be stored: there is no name for the key, or no value that Airflow can read."""


WRITABLE = (Status.NEW, Status.EXISTS, Status.DIFFERS)
"""What a write may change."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item with its place in the vault."""

    item: Item
    key: str
    """The key under which it is stored; another than the item's if it was renamed."""
    name: str
    """The secret's name; empty if there is none."""
    status: Status
    why: str = ""
    """Why it is impossible or shadowed, or what else to know; one sentence."""
    rename: str = ""
    """For an impossible name: a key that has one, which the DAGs would have to use instead."""
    disabled: bool = False
    """The vault has a secret of that name, which is disabled: whether the values differ is not known."""
    warning: str = ""
    """Why Airflow may read a connection otherwise than meant, one sentence; empty: no reason is known."""

    @property
    def kind(self) -> Kind:
        """A variable, a connection or a config option."""
        return self.item.kind

    @property
    def renamed(self) -> bool:
        """Whether it is stored under another key than the source has."""
        return self.key != self.item.key


@dataclass(frozen=True, slots=True)
class Plan:
    """Items against the names of a vault."""

    naming: Naming
    held: Mapping[str, bool]
    """The vault's names in lower case, each with whether it is enabled."""
    airflow_version: str
    in_task: bool = True
    """Connections are parsed as a task does, not a server."""

    def entries(self, items: Iterable[Item], *, rename: bool = False) -> tuple[Entry, ...]:
        """The items in their order; with `rename`, those that have only a suggested key are stored under it.

        Of several with the same secret name the first is stored; a renamed one only if no other is.
        """
        found = [self._entry(item, item.key) for item in items]
        if rename:
            found = [self.under_rename(entry) if entry.rename else entry for entry in found]
        taken: dict[str, Entry] = {}
        for entry in sorted(found, key=lambda entry: entry.renamed):
            if entry.status is not Status.IMPOSSIBLE:
                taken.setdefault(entry.name.lower(), entry)
        return tuple(self._checked_rename(_shadowed(entry, taken), taken) for entry in found)

    def under_rename(self, entry: Entry) -> Entry:
        """The entry stored under its suggested key."""
        return self._entry(entry.item, entry.rename)

    def _checked_rename(self, entry: Entry, taken: Mapping[str, Entry]) -> Entry:
        """The entry without a suggestion whose name another item has."""
        if entry.rename and self.naming.built(entry.kind, entry.rename).lower() in taken:
            return replace(entry, rename="")
        return entry

    def _entry(self, item: Item, key: str) -> Entry:
        asked = self.naming.secret_name(item.kind, key)
        if item.lacks:
            name = asked.name if asked.is_asked and asked.name is not None and is_legal(asked.name) else ""
            return Entry(item, key, name, Status.IMPOSSIBLE, _sentence(item.lacks))
        if not asked.is_asked or asked.name is None or not is_legal(asked.name):
            why = asked.why_not or asked.error or ""
            if asked.name is not None and not is_legal(asked.name):
                why = f"Key Vault does not allow the name {asked.name}: {fault(asked.name)}"
            return Entry(item, key, "", Status.IMPOSSIBLE, _sentence(why), self._suggested(item.kind, key))
        if why := self._bad_value(item, key):
            return Entry(item, key, asked.name, Status.IMPOSSIBLE, _sentence(why))
        warning = odd_value(item, self.airflow_version, in_task=self.in_task)
        entry = Entry(item, key, asked.name, Status.EXISTS, warning=warning)
        enabled = self.held.get(asked.name.lower())
        if enabled is None:
            return replace(entry, status=Status.NEW)
        if not enabled:
            return replace(entry, status=Status.DIFFERS, why=DISABLED, disabled=True)
        return entry

    def _bad_value(self, item: Item, key: str) -> str:
        """Why the value cannot be stored, one clause; empty if it can, or is not known yet."""
        return "" if item.value is None else bad_value(item, key, self.airflow_version, in_task=self.in_task)

    def _suggested(self, kind: Kind, key: str) -> str:
        """A key like this one that the vault is asked for; empty if there is none."""
        for key_ in (_ILLEGAL.sub("_", key).strip("_-"), _TWICE.sub("_", _ILLEGAL.sub("_", key)).strip("_-")):
            asked = self.naming.secret_name(kind, key_)
            if key_ and asked.is_asked and asked.name is not None and is_legal(asked.name):
                return key_
        return ""


def bad_value(item: Item, key: str, airflow_version: str, *, in_task: bool) -> str:
    """Why an item's value cannot be stored or read by Airflow, one clause without the value; else empty."""
    text = item.value.reveal() if item.value is not None else ""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return "its value is not valid Unicode"
    if size > LARGEST_VALUE:
        return f"its value has {count(size, 'byte')}, and Key Vault stores at most {LARGEST_VALUE:,}"
    if item.kind is not Kind.CONNECTION:
        return ""
    try:
        if not text:
            return "its value is empty"
        parse_connection(key, text, airflow_version, task=in_task)
    except UnparsedError as error:
        return f"Airflow cannot read it as a connection: {error.words}"
    return ""


def odd_value(item: Item, airflow_version: str, *, in_task: bool) -> str:
    """Why Airflow may read a value otherwise than meant, one sentence without the value; else empty."""
    if item.kind is not Kind.CONNECTION or item.value is None:
        return ""
    return reads_otherwise(item.value.reveal(), airflow_version, task=in_task)


def _shadowed(entry: Entry, taken: Mapping[str, Entry]) -> Entry:
    """The entry; shadowed if another one is stored under its secret's name."""
    first = taken.get(entry.name.lower())
    if first is None or first is entry or entry.status is Status.IMPOSSIBLE:
        return entry
    why = f"The {first.kind} {first.item.key} needs the same secret name, and only that one is stored."
    return replace(entry, status=Status.SHADOWED, why=why)


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}." if clause else "The vault is not asked for it."
