"""The settings from their sources, in order: options, environment, the project's `.env`, a profile, the demo.

Each source gives texts by option name. The first source that has an option decides; without one the default
of `Settings` applies. The origin of every value is kept for display.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings.catalogue import CATALOGUE
from kvtui.settings.enums import CloudName
from kvtui.settings.model import Settings
from kvtui.settings.values import CHOICE

if TYPE_CHECKING:
    from kvtui.settings.catalogue import Setting

DEFAULT = "default"
"""The origin of a default value."""


@dataclass(frozen=True, slots=True)
class Given:
    """The value of one option in one source."""

    value: str | SecretText | None
    """The text as typed. None: never look that kind up (`--no-variables`)."""
    label: str
    """Where it is, as the user knows it: `--vault-url`, `KVTUI_VAULT_URL`, `.env vault_url`."""
    key: str = ""
    """The key in a file of several settings: only a problem names it."""
    implied: bool = False
    """It was derived from another value of the source; a vault from a higher source overrides it."""
    belongs_to: str = ""
    """Of a client secret: the client ID beside it; empty if there is none."""

    @property
    def place(self) -> str:
        """Where exactly it is, for a problem: `profile prod, cloud`."""
        return f"{self.label}, {self.key}" if self.key else self.label


@dataclass(frozen=True, slots=True)
class Source:
    """One source of settings."""

    given: Mapping[str, Given]
    lenient: bool = False
    """An invalid value becomes a notice: kvtui has to start with a broken `.env` in order to repair it."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The settings, where each came from, and what the user should know about it."""

    settings: Settings
    origins: Mapping[str, str] = field(default_factory=dict)
    """Every field of `Settings` to its origin: a label, or `default`."""
    notices: tuple[str, ...] = ()


def resolve(sources: Sequence[Source]) -> Resolved:
    """The settings that `sources`, the most important first, give together.

    Raises `ProblemError` (usage), whose text names the place, for an invalid value, unless its source is
    lenient.
    """
    values: dict[str, object] = {}
    origins: dict[str, str] = {setting.field: DEFAULT for setting in CATALOGUE if setting.name}
    notices: list[str] = []
    cloud = CloudName.PUBLIC
    vault_at = next((n for n, source in enumerate(sources) if "vault-url" in source.given), len(sources))
    for setting in sorted(CATALOGUE, key=lambda each: each.field != "cloud_name"):  # the vault depends on it
        for place, source in enumerate(sources):
            given = source.given.get(setting.name)
            if given is None or (given.implied and vault_at < place):
                continue
            not_ours = _of_another_app(given, values.get("client_id"))
            if not_ours:
                notices.append(not_ours)
                continue
            try:
                values[setting.field] = _value(given, setting, cloud)
            except ProblemError as error:
                what = f"{given.place}: {error.problem.what}"
                if not source.lenient and error.problem.code == CHOICE:  # one line, as of any other option
                    what = f"{given.place}: {error.problem.sentence()}"
                    raise ProblemError(replace(error.problem, what=what, remedy="")) from None
                if not source.lenient:
                    raise ProblemError(replace(error.problem, what=what)) from None
                notices.append(f"{what} It is ignored.")
                continue
            origins[setting.field] = given.label
            if isinstance(chosen := values[setting.field], CloudName):
                cloud = chosen
            break
    return Resolved(Settings(**values), origins, tuple(notices))  # type: ignore[arg-type]


def _value(given: Given, setting: Setting, cloud: CloudName) -> object:
    if given.value is None:
        return None
    return setting.read(given.value.reveal() if isinstance(given.value, SecretText) else given.value, cloud)


def _of_another_app(given: Given, client_id: object) -> str:
    """A client secret belongs to the client ID beside it: for another app it could only fail."""
    if not given.belongs_to or not client_id or given.belongs_to.strip().lower() == client_id:
        return ""
    return f"{given.label} is not used: it belongs to another client ID than the chosen one."
