"""The client secrets that kvtui has just created: Entra needs up to a minute to accept one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kvtui.settings.model import AuthMode, Settings

if TYPE_CHECKING:
    from kvtui.core.problems import Problem
    from kvtui.core.secret_text import SecretText

NOT_ACCEPTED_YET = "not-accepted-yet"
"""The code of the Problem that a sign-in with such a secret gives until Entra accepts it."""
TRY_AGAIN = "Wait a minute, then try again."
_UNKNOWN_YET = ("AADSTS7000215", "AADSTS700016", "AADSTS7000229")
"""Entra's codes for an app or a secret that it does not know; for some time also for a new one."""


@dataclass(slots=True)
class NewSecrets:
    """The client secrets of this session with which no sign-in has succeeded yet."""

    _held: list[tuple[str, SecretText, str]] = field(default_factory=list)
    """Each with the client ID of its app before it, and the app's name after it."""

    def add(self, client_id: str, secret: SecretText, app: str) -> None:
        """Adds a client secret that was just created for `app`."""
        self._held.append((client_id, secret, app))

    def accepted(self, settings: Settings) -> None:
        """Entra has accepted the client secret of the settings: it is not new any more."""
        self._held = [each for each in self._held if each[:2] != (settings.client_id, settings.client_secret)]

    def explained(self, problem: Problem, settings: Settings) -> Problem:
        """The problem of a sign-in; of a new client secret that Entra does not know yet, it says so."""
        if problem.code not in _UNKNOWN_YET or settings.auth_mode is not AuthMode.CLIENT_SECRET:
            return problem
        for client_id, secret, app in self._held:
            if (client_id, secret) == (settings.client_id, settings.client_secret):
                what = f"Entra does not accept the new client secret of {app} yet."
                return replace(problem, what=what, remedy=TRY_AGAIN, code=NOT_ACCEPTED_YET)
        return problem
