"""Copying a key or a secret in one of several forms. No value is ever copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.console.panes.audit.view import KeyRow
from kvtui.console.panes.secrets.rows import SecretRow
from kvtui.console.store import Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.app.trace import Question
    from kvtui.console.dialogs.copy import CopyForm

NAME, KEY, PYTHON, COMMAND = "Secret name", "Key", "Python", "az command"
"""What can be copied, in the order of the dialog."""


@dataclass(eq=False, repr=False)
class CopyController:
    """`y` in the panes that show keys or secrets."""

    _store: Store
    _ui: Ui

    def secret(self, row: RowKey | None) -> None:
        """The secret under the cursor in pane 3."""
        if not isinstance(row, SecretRow):
            self._choose("", None)
            return
        from kvtui.app.trace import Question

        read = Naming.of(self._store.state.settings).read(row.name)
        self._choose(row.name, Question(read[1], read[0]) if read else None)

    def lookup(self) -> None:
        """The key of pane 4, with the name that it is looked up by."""
        lookup = self._store.state.lookup
        name = lookup.simulation.secret_name if lookup.simulation else None
        self._choose(name or "", lookup.question if lookup.key else None)

    def audited(self, row: RowKey | None) -> None:
        """The key under the cursor in pane 7."""
        if not isinstance(row, KeyRow):
            self._choose("", None)
            return
        from kvtui.app.trace import Question

        state, kind = self._store.state, Kind(row.kind)
        asked = Naming.of(state.settings, state.versions.provider).secret_name(kind, row.key)
        self._choose(asked.name or "", Question(row.key, kind))

    def _choose(self, name: str, question: Question | None) -> None:
        from kvtui.console.dialogs.copy import CopyDialog

        found = self._forms(name, question)
        if found:
            self._ui.open(CopyDialog(found), self._copy)
        else:
            self._ui.copy("", "")

    def _copy(self, form: CopyForm | None) -> None:
        if form is not None:
            self._ui.copy(form.text, form.text)

    def _forms(self, name: str, question: Question | None) -> list[CopyForm]:
        """All forms of a secret's name and of the lookup that asks for it, where there is one."""
        from kvtui.app import trace
        from kvtui.azure import commands
        from kvtui.console.dialogs.copy import CopyForm

        vault = self._store.state.settings.vault
        out = [CopyForm(NAME, name)] if name else []
        if question is not None:
            out.append(CopyForm(KEY, question.key))
            if question.kind is not Kind.CONFIG:
                out.append(CopyForm(PYTHON, "".join(trace.call(question))))
        if name and vault is not None:
            out.append(CopyForm(COMMAND, commands.show_secret(vault.name, name)))
        return out
