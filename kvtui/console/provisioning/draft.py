"""The dialog that creates a secret: its fields, and what can be done with the typed texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.airflow.connection_text import Reading, read_text
from kvtui.airflow.naming import fault, is_legal
from kvtui.console.panes.secrets import texts as reading_texts
from kvtui.console.provisioning import attributes, secret_texts
from kvtui.console.provisioning.form import ChangePrompt, Field
from kvtui.console.words import now
from kvtui.core.remedies import Sentences
from kvtui.settings.catalogue import FROM_FILE
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.azure.model import SecretAttributes, SecretName
    from kvtui.console.provisioning.texts import Facts
    from kvtui.core.problems import Problem
    from kvtui.settings.model import VaultAddress

FORM = "form"
"""The choice that opens the form of a connection."""


def _looks_like_one(value: str) -> bool:
    """Whether a value may be meant as a connection: JSON or a URI."""
    return value.lstrip().startswith("{") or "://" in value


@dataclass(frozen=True, slots=True)
class Draft:
    """A secret before it is stored."""

    names: Callable[[str], Mapping[str, str]]
    """The secret's name by kind, for a key."""
    vault: VaultAddress
    held: Mapping[str, SecretName]
    """What the vault has, by name in lower case."""
    airflow_version: str
    in_task: bool
    allow_changes: bool
    rejected: Problem | None = None
    """Why the vault did not store what was typed before."""

    def fields(self, typed: Mapping[str, str]) -> list[Field]:
        """The fields with the texts that were typed before. Without changes no value is asked for."""
        key = Field("key", secret_texts.KEY, typed.get("key", ""), secret_texts.KEY_HINT)
        value = Field("value", secret_texts.VALUE, typed.get("value", ""), mask=True)
        return [key, *([value] if self.allow_changes else []), *attributes.fields(typed)]

    def beside(self, name: str, typed: Mapping[str, str]) -> SecretAttributes:
        """What is stored beside the value under this name."""
        return attributes.read(typed, now()).with_kept(self.held.get(name.lower()))

    def command(self, name: str, typed: Mapping[str, str]) -> str:
        """The `az` command that stores it under this name; it holds no value."""
        from kvtui.azure.commands import store_value

        return store_value(self.vault.name, name, self.beside(name, typed))

    def prompt(self, typed: Mapping[str, str]) -> ChangePrompt:
        """One action and one command for each kind of key; actions wait until key and value are typed."""
        key, value = typed["key"].strip(), typed.get("value", "")
        asked = self.names(key or secret_texts.ANY_KEY)
        names = {kind: name for kind, name in asked.items() if is_legal(name)}
        illegal = next((secret_texts.illegal(n, fault(n)) for n in asked.values() if not names), "")
        form = names.get(Kind.CONNECTION, "")
        reading = self.as_connection(value)
        if reading.why:
            names.pop(Kind.CONNECTION, None)
        beside = attributes.read(typed, now())
        wanted = secret_texts.TYPE_KEY_AND_VALUE if self.allow_changes else secret_texts.TYPE_KEY
        value_first = secret_texts.VALUE_FIRST if self.allow_changes and not value else ""
        first = value_first if key else secret_texts.KEY_FIRST
        creates = [] if beside.why else [(kind, self._label(kind, name, key)) for kind, name in names.items()]
        fills = [(FORM, secret_texts.fill_form(form))] if form else []
        waits = (*creates, *([] if key else fills)) if first else ()
        made = names.values() if key else ()
        return ChangePrompt(
            (
                *secret_texts.create_facts(self.vault.name, self.vault.host),
                *self._read(value, reading),
                *((secret_texts.KEPT, kept) for name in made if (kept := self._kept(name, beside))),
            ),
            () if beside.why else tuple(self.command(name, typed) for name in made),
            actions=() if first else tuple(creates),
            later=tuple((which, label, first) for which, label in waits),
            others=tuple(fills) if key else (),
            note=Sentences(
                self.rejected.sentence() if self.rejected is not None else "",
                illegal or beside.why or (wanted if first or not names else ""),
                reading.doubt,
            ),
            by_hand=secret_texts.WITHOUT_NEWLINE,
            one_of=True,
        )

    def _label(self, kind: str, name: str, key: str) -> str:
        exists = bool(key) and name.lower() in self.held
        return secret_texts.create_action(name, kind, key or secret_texts.ANY_KEY, exists=exists)

    def as_connection(self, value: str) -> Reading:
        """What Airflow reads if the value is stored as a connection; nothing for a file, or no value."""
        if not value or value.startswith(FROM_FILE):
            return Reading()
        if not _looks_like_one(value):
            return Reading(why=secret_texts.NO_CONNECTION)
        return read_text(value, self.airflow_version, in_task=self.in_task)

    def _read(self, value: str, reading: Reading) -> Facts:
        """The same in words, for what looks like a connection."""
        if not _looks_like_one(value) or value.startswith(FROM_FILE):
            return ()
        words = reading_texts.airflow_does(reading.why) if reading.why else ""
        return ((secret_texts.AS_CONNECTION, words or reading_texts.fields_read(reading.fields)),)

    def _kept(self, name: str, beside: attributes.Typed) -> str:
        return beside.kept(self.held.get(name.lower()))
