"""The form of a connection: the fields of its type, and what Airflow will read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.airflow.connection_text import Reading, as_json, as_uri, read_back
from kvtui.airflow.connection_types import FORM, type_of
from kvtui.console.panes.secrets import texts as reading_texts
from kvtui.console.provisioning import attributes, secret_texts
from kvtui.console.provisioning.form import ChangePrompt, Field, Switch
from kvtui.console.words import now
from kvtui.core.remedies import Sentences
from kvtui.settings.catalogue import FROM_FILE

if TYPE_CHECKING:
    from kvtui.azure.model import SecretAttributes, SecretName
    from kvtui.core.problems import Problem
    from kvtui.settings.model import VaultAddress

AS_URI = Switch(
    "as_uri", "f", secret_texts.WRITE_AS_URI, secret_texts.WRITE_AS_JSON, secret_texts.JSON_OR_URI
)
STORE = "store"
"""The one action of the form."""
_PLACEHOLDERS = {"password": "PASSWORD", "extra": ""}
"""In place of the text of a file until it is stored, and of a password that is not asked for."""
_AS_TYPED = ("login", "password", "extra")
"""White space at the ends of the other fields is left out."""


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """A connection before it is stored."""

    conn_id: str
    name: str
    """The secret's name."""
    conn_type: str
    vault: VaultAddress
    held: SecretName | None
    """The secret of that name, if the vault has it."""
    airflow_version: str
    in_task: bool
    allow_changes: bool
    rejected: Problem | None = None
    """Why what was typed before was not stored."""

    def fields(self, typed: Mapping[str, str]) -> list[Field]:
        """The fields of the type; with the further fields, those that its form in Airflow does not have."""
        known = type_of(self.conn_type)
        asked = [name for name in FORM if name != "password" or self.allow_changes]
        ordered = sorted(asked, key=lambda name: name not in known.fields)
        return [
            *(
                Field(
                    name,
                    known.label(name),
                    typed.get(name, ""),
                    secret_texts.FIELD_HINTS.get(name, ""),
                    mask=name in known.secret,
                    shown_by="" if name in known.fields else attributes.MORE.id,
                )
                for name in ordered
            ),
            *attributes.fields(typed),
        ]

    def beside(self, typed: Mapping[str, str]) -> SecretAttributes:
        """What is stored beside the connection."""
        return attributes.read(typed, now()).with_kept(self.held)

    def command(self, typed: Mapping[str, str]) -> str:
        """The `az` command that stores it; it holds no value."""
        from kvtui.azure.commands import store_value

        return store_value(self.vault.name, self.name, self.beside(typed))

    def read(self, typed: Mapping[str, str]) -> tuple[str, Reading]:
        """The text that is stored for these fields, and what Airflow reads from it."""
        given = {
            name: typed.get(name, "") if name in _AS_TYPED else typed.get(name, "").strip() for name in FORM
        }
        given["conn_type"] = self.conn_type
        text = as_uri(given) if typed.get(AS_URI.id) else as_json(given)
        return text, read_back(given, text, self.airflow_version, in_task=self.in_task)

    def prompt(self, typed: Mapping[str, str]) -> ChangePrompt:
        """What Airflow will read, and the action if that is what was typed."""
        shown = dict(typed)
        for name in FORM:
            if shown.get(name, "").startswith(FROM_FILE):
                shown[name] = _PLACEHOLDERS.get(name, "")
        if not self.allow_changes and "password" in type_of(self.conn_type).fields:
            shown["password"] = _PLACEHOLDERS["password"]
        text, reading = self.read(shown)
        beside = attributes.read(typed, now())
        kept, why = beside.kept(self.held), beside.why
        if reading.why:
            why = f"{reading_texts.airflow_does(reading.why)} {secret_texts.CORRECT_IT}"
        return ChangePrompt(
            (
                *secret_texts.form_facts(self.conn_type, self.conn_id, self.name, self.vault.name),
                (reading_texts.AIRFLOW_READS, reading_texts.fields_read(reading.fields)),
                *([(secret_texts.FILE, text)] if not self.allow_changes and not why else []),
                *([(secret_texts.KEPT, kept)] if kept else []),
            ),
            () if why else (self.command(typed),),
            actions=() if why else ((STORE, secret_texts.store_action(self.name, exists=bool(self.held))),),
            note=Sentences(self.rejected.sentence() if self.rejected is not None else "", why),
            by_hand=secret_texts.WITHOUT_NEWLINE,
        )
