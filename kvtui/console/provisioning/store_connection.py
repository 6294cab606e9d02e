"""Creates a connection from the fields of a form, as JSON or as a URI that Airflow reads the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kvtui.airflow.connection_types import FORM
from kvtui.console.provisioning import attributes, secret_texts
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.connection_form import AS_URI, ConnectionForm
from kvtui.console.provisioning.storing import Storing, unreadable
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import Problem, ProblemError
from kvtui.settings.model import Context


@dataclass(eq=False, repr=False)
class ConnectionCreation:
    """The form for the fields of a connection, behind the dialog that creates a secret."""

    _store: Store
    _ui: Ui
    _changes: ChangeRunner
    _storing: Storing

    async def create(self, conn_id: str, name: str, before: Mapping[str, str]) -> bool:
        """Asks for type and fields, and stores the connection as the secret `name`.

        `before` has what was typed beside the value already. False if the user goes back.
        """
        from kvtui.console.dialogs.connection_types import ConnectionTypesDialog

        vault = self._store.state.settings.vault
        conn_type = await self._ui.ask(ConnectionTypesDialog(secret_texts.type_title(conn_id)))
        if conn_type is None or vault is None:
            return False
        typed, rejected = dict(before), None
        while True:
            form = self._form(conn_id, name, conn_type, rejected)
            switches = [
                attributes.more(typed, rejected),
                (AS_URI, typed.get(AS_URI.id, "")),
            ]
            title = secret_texts.form_title(conn_id)
            focus = attributes.first(rejected)
            answers = await self._changes.ask(title, form.prompt, form.fields(typed), switches, focus)
            if answers is None:
                return False
            typed = dict(answers.typed)
            try:
                await self._send(form, typed)
            except ProblemError as error:
                rejected = error.problem
                if self._storing.can_be_corrected(rejected, form.prompt(typed), form.command(typed)):
                    continue
            return True

    def _form(self, conn_id: str, name: str, conn_type: str, rejected: Problem | None) -> ConnectionForm:
        state = self._store.state
        assert state.settings.vault is not None  # noqa: S101 - asked before
        return ConnectionForm(
            conn_id,
            name,
            conn_type,
            state.settings.vault,
            self._storing.held().get(name.lower()),
            state.versions.airflow,
            in_task=state.settings.context is not Context.SERVER,
            allow_changes=state.allow_changes,
            rejected=rejected,
        )

    async def _send(self, form: ConnectionForm, typed: Mapping[str, str]) -> None:
        """Stores the connection unless Airflow would read other fields. Raises `ProblemError`."""
        read = {
            **typed,
            **{field: await self._storing.text_of(typed[field]) for field in FORM if field in typed},
        }
        text, reading = form.read(read)
        if reading.why:
            raise ProblemError(unreadable(reading.why))
        await self._storing.store(form.name, text, form.beside(typed))
