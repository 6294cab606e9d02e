"""Named settings in the user's own configuration directory. Never a secret; only the user can read them.

A profile is a TOML table of option names, so that there is one vocabulary: `vault-url = "…"`.
"""

from __future__ import annotations

import re
from pathlib import Path

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import sanitized
from kvtui.settings.catalogue import CATALOGUE
from kvtui.settings.model import Settings
from kvtui.settings.sources import Given, Source
from kvtui.settings.store.files import place_of, quoted, write_private
from kvtui.settings.values import nearest, parse_flag, usage_error

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_STORED = {each.name: each for each in CATALOGUE if each.name and not each.secret}
_OFF = {each.off.name: each for each in CATALOGUE if each.off}
"""The lines that turn a kind of secret off: `no-variables = true`."""
_LARGEST = 64 * 1024


def profiles_directory() -> Path:
    """The directory of the profiles, in the XDG configuration directory."""
    return place_of("XDG_CONFIG_HOME", ".config") / "profiles"


def profile_path(name: str) -> Path:
    """The file of the profile called `name`. Raises `ProblemError` (usage) for an invalid name."""
    if not _NAME.fullmatch(name):
        what = "This cannot be a profile's name."
        raise usage_error(what, "Use letters, digits, dots, hyphens and underscores, at most 64.")
    return profiles_directory() / f"{name}.toml"


def profile_names() -> list[str]:
    """The names of all profiles."""
    try:
        return sorted(path.stem for path in profiles_directory().glob("*.toml") if _NAME.fullmatch(path.stem))
    except OSError:
        return []


def described_profiles() -> list[tuple[str, str]]:
    """All profiles, each with its vault and auth mode, or why it has none."""
    return [(name, _described(name)) for name in profile_names()]


def _described(name: str) -> str:
    try:
        given = read_profile(name).given
    except ProblemError as error:
        return error.problem.what
    values = [given[key].value for key in ("vault-url", "auth-mode", "target") if key in given]
    return ", ".join(str(value).removeprefix("https://").rstrip("/") for value in values)


def read_profile(name: str) -> Source:
    """The settings saved under `name`.

    Raises `ProblemError` (usage) if there are none, or if the file is not a valid profile.
    """
    import tomllib

    path = profile_path(name)
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise usage_error(f"The profile {name} is larger than a profile can be.", f"Check {path}.")
        values = tomllib.loads(text.decode("utf-8"))
    except FileNotFoundError:
        known = ", ".join(profile_names())
        remedy = f"Saved profiles: {known}."
        if not known:
            remedy = Remedy(Do.SAVE_PROFILE, f"No profile is saved yet: {HOW}.")
        raise usage_error(f"There is no profile {name}.", remedy) from None
    except UnicodeDecodeError:
        raise usage_error(f"The profile {name} is not UTF-8.", f"Correct or delete {path}.") from None
    except tomllib.TOMLDecodeError as error:
        raise usage_error(
            f"The profile {name} is not TOML: {sanitized(error, 120)}.", f"Correct {path}."
        ) from None
    except OSError as error:
        raise usage_error(f"The profile {name} cannot be read: {error.strerror}.", f"Check {path}.") from None
    return Source({key: given for each in values.items() for key, given in [_given(name, *each)] if given})


def _given(profile: str, key: str, value: object) -> tuple[str, Given | None]:
    """The setting that a line gives, and its value; None for a flag that is off."""
    of_profile = f"profile {profile}"
    label = f"{of_profile}, {sanitized(key, 40)}"
    if key not in _STORED and key not in _OFF:
        if "secret" in key or "password" in key:
            raise usage_error(
                f"{label}: a profile never holds a secret.", "Delete that line; use AZURE_CLIENT_SECRET."
            )
        near = nearest(key, [*_STORED, *_OFF])
        raise usage_error(
            f"{label}: there is no such setting.", f"Did you mean {near}?" if near else "Delete that line."
        )
    is_flag = key in _OFF or _STORED[key].parse is parse_flag
    if not isinstance(value, bool if is_flag else str):
        wanted = "true or false" if is_flag else "a string in quotes"
        raise usage_error(f"{label}: the value must be {wanted}.", "Correct that line.")
    if key in _OFF:
        return _OFF[key].name, Given(None, of_profile, key) if value else None
    return key, Given(str(value).lower() if is_flag else str(value), of_profile, key)


def render_profile(settings: Settings) -> str:
    """The profile's text: every choice, and every other setting that differs from the default."""
    default = Settings()
    lines = ["# Settings of kvtui. A profile never holds a secret."]
    for name, setting in _STORED.items():
        value = getattr(settings, setting.field)
        if value == getattr(default, setting.field) and not setting.choices:
            continue
        if value is None and setting.off:
            lines.append(f"{setting.off.name} = true")
        else:
            lines.append(f"{name} = {'true' if value is True else quoted(str(value))}")
    return "\n".join(lines) + "\n"


def save_profile(name: str, settings: Settings) -> Path:
    """Writes the settings under `name`, whole or not at all, mode 0600, and returns the file's path.

    Raises `ProblemError`: usage for an invalid name, not-written for every error of the disk.
    """
    path = profile_path(name)
    try:
        write_private(path, render_profile(settings))
    except OSError as error:
        what = f"The profile {name} was not saved: {error.strerror}."
        remedy = f"Make {path.parent} a directory that you may write to, or set XDG_CONFIG_HOME."
        raise ProblemError(Problem(what=what, remedy=remedy, kind=ProblemKind.NOT_WRITTEN)) from None
    return path
