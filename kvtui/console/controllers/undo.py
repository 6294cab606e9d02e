"""Undoing changes of the settings, the last one first."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from kvtui.console.events import SettingsChanged
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.panes.setup.view import SIGN_IN, value_words
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.settings.catalogue import BY_FIELD
from kvtui.settings.model import Settings

KEPT = 20
"""Changes that can be undone."""
NOTHING = "There is no change to undo."


KIND_OF_SIGN_IN = "Sign-in"
"""The label of what is undone; the row's label is of the user who is signed in."""


def undone(settings: Sequence[str]) -> str:
    """The settings that are as they were before, the only one with its value."""
    return f"Undone: {', '.join(settings) or 'the last change'}. Press u once more to undo an earlier change."


def is_again(label: str, value: str) -> str:
    """The only setting that is as it was before; the value is empty if there is none or it is secret."""
    return f"{label} is {value} again" if value else label


@dataclass(eq=False, repr=False)
class SettingsUndo:
    """Keeps the settings as they were before each change. What changed in Azure or on disk stays."""

    _store: Store
    _ui: Ui
    _settings: SettingsController
    _before: deque[tuple[Settings, Mapping[str, str]]] = field(
        default_factory=lambda: deque(maxlen=KEPT), init=False
    )
    _origins: Mapping[str, str] = field(default_factory=dict, init=False)
    """Where the present settings came from."""
    _undoing: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._origins = self._store.state.origins

    def settings_changed(self, event: SettingsChanged) -> None:
        """Keeps what was before, unless that is an undo."""
        if not self._undoing:
            self._before.append((event.before, self._origins))
        self._origins = self._store.state.origins
        self._store.change(can_undo=bool(self._before))

    def undo(self) -> None:
        """Puts the settings back. The context of pane 4 stays, and a client secret that was made here."""
        state = self._store.state
        while self._before:
            settings, origins = self._before.pop()
            settings = replace(settings, context=state.context)
            if made := state.newest_made(settings.client_id):
                settings = replace(settings, client_secret=made.value)
            if settings == state.settings:
                continue
            self._undoing = True
            try:
                self._settings.apply_all(settings, dict(origins))
            finally:
                self._undoing = False
            self._ui.notify(undone(_changed(state.settings, settings)))
            return
        self._store.change(can_undo=False)
        self._ui.notify(NOTHING)


def _changed(one: Settings, other: Settings) -> list[str]:
    """What differs: the labels of settings, of pane 1 if there are any; the value of a single one, too."""
    names = [each.name for each in fields(Settings) if getattr(one, each.name) != getattr(other, each.name)]
    found = [BY_FIELD[name] for name in names if name in BY_FIELD and BY_FIELD[name].label]
    in_pane_1 = [setting for setting in found if setting.listed]
    shown = in_pane_1 or found
    labels = [KIND_OF_SIGN_IN if each.field == SIGN_IN.field else each.label for each in shown]
    return labels if len(shown) != 1 else [is_again(labels[0], value_words(shown[0], other))]
