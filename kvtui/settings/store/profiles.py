"""Named settings in the user's own configuration directory. Never a secret, readable by the user alone.

A profile is a TOML table of option names, so that there is one vocabulary: `vault-url = "…"`.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from pathlib import Path

from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.sanitize import inert, not_shown
from kvtui.settings.model import Settings
from kvtui.settings.sources import SETTINGS_OPTIONS, Given, Source
from kvtui.settings.values import nearest

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NEVER = {"variables": "no-variables", "connections": "no-connections", "config": "no-config"}
_FLAGS = ("shell-sourceable", *_NEVER.values())
_KEYS = (*(name for name in SETTINGS_OPTIONS if name != "client-secret"), *_NEVER.values())
_LARGEST = 64 * 1024


def profiles_directory() -> Path:
    """Where profiles live: the platform's place for a program's configuration."""
    if sys.platform == "win32" and os.environ.get("APPDATA"):
        return Path(os.environ["APPDATA"]) / "kvtui" / "profiles"
    home = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(home) if home.startswith("/") else Path("~").expanduser() / ".config"
    return base / "kvtui" / "profiles"


def profile_path(name: str) -> Path:
    """The file of the profile called `name`. Raises `ProblemError` (usage) for what is no name."""
    if not _NAME.fullmatch(name):
        what = f"{not_shown(name).capitalize()} cannot be a profile's name."
        raise _usage(what, "Use letters, digits, dots, hyphens and underscores, at most 64.")
    return profiles_directory() / f"{name}.toml"


def profile_names() -> list[str]:
    """The names of the profiles that there are."""
    try:
        return sorted(path.stem for path in profiles_directory().glob("*.toml") if _NAME.fullmatch(path.stem))
    except OSError:
        return []


def described_profiles() -> list[tuple[str, str]]:
    """The profiles that there are, each with the vault and the mode that it holds, or why it holds none."""
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

    Raises `ProblemError` (usage) if there are none, or if the file holds what a profile does not hold.
    """
    import tomllib

    path = profile_path(name)
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise _usage(f"The profile {name} is larger than a profile can be.", f"Look at {path}.")
        values = tomllib.loads(text.decode("utf-8"))
    except FileNotFoundError:
        known = ", ".join(profile_names())
        remedy = f"There are: {known}." if known else "kvtui --save-profile NAME makes one."
        raise _usage(f"There is no profile {name}.", remedy) from None
    except UnicodeDecodeError:
        raise _usage(f"The profile {name} is not UTF-8.", f"Correct or delete {path}.") from None
    except tomllib.TOMLDecodeError as error:
        raise _usage(f"The profile {name} is not TOML: {inert(error, 120)}.", f"Correct {path}.") from None
    except OSError as error:
        raise _usage(f"The profile {name} cannot be read: {error.strerror}.", f"Look at {path}.") from None
    return Source({key: given for each in values.items() for key, given in [_given(name, *each)] if given})


def _given(profile: str, key: str, value: object) -> tuple[str, Given | None]:
    label = f"profile {profile}, {inert(key, 40)}"
    if key not in _KEYS:
        if "secret" in key or "password" in key:
            raise _usage(
                f"{label}: a profile never holds a secret.", "Delete that line; use AZURE_CLIENT_SECRET."
            )
        near = nearest(key, list(_KEYS))
        raise _usage(
            f"{label}: there is no such setting.", f"Did you mean {near}?" if near else "Delete that line."
        )
    if key in _FLAGS:
        if not isinstance(value, bool):
            raise _usage(f"{label}: only true or false can stand there.", "Correct that line.")
        if key == "shell-sourceable":
            return key, Given(str(value).lower(), label)
        return f"{key.removeprefix('no-')}-prefix", Given(None, label) if value else None
    if not isinstance(value, str):
        raise _usage(f"{label}: only a text in quotes can stand there.", "Correct that line.")
    return key, Given(value, label)


def render_profile(settings: Settings) -> str:
    """The profile's text: every setting that differs from the default, but never the secret."""
    default = Settings()
    lines = ["# Settings of kvtui. A profile never holds a secret."]
    texts: dict[str, str] = {
        "cloud": settings.cloud_name.value,
        "vault-url": settings.vault.url if settings.vault else "",
        "tenant-id": settings.tenant_id,
        "client-id": settings.client_id,
        "auth-mode": settings.auth_mode.value,
        "target": settings.target.value,
        "chart": settings.chart.value,
        "sign-in": settings.sign_in.value,
        "airflow-version": settings.airflow_version,
        "provider-version": settings.provider_version,
        "context": settings.context.value,
        "deployment-id": settings.deployment_id,
        "namespace": settings.namespace,
        "release": settings.release,
    }
    lines += [f"{name} = {quoted(text)}" for name, text in texts.items() if text]
    for kind, flag in _NEVER.items():
        prefix = getattr(settings, f"{kind}_prefix")
        if prefix is None:
            lines.append(f"{flag} = true")
        elif prefix != getattr(default, f"{kind}_prefix"):
            lines.append(f"{kind}-prefix = {quoted(prefix)}")
    if settings.sep != default.sep:
        lines.append(f"sep = {quoted(settings.sep)}")
    if settings.shell_sourceable:
        lines.append("shell-sourceable = true")
    return "\n".join(lines) + "\n"


def save_profile(name: str, settings: Settings) -> Path:
    """Writes the settings under `name`, whole or not at all, mode 0600, and returns the file's path.

    Raises `ProblemError`: usage for what is no name, not-written for everything that the disk refuses.
    """
    path = profile_path(name)
    try:
        write_private(path, render_profile(settings))
    except OSError as error:
        what = f"The profile {name} was not saved: {error.strerror}."
        remedy = f"Make {path.parent} a directory that you may write to, or set XDG_CONFIG_HOME."
        raise ProblemError(Problem(what=what, remedy=remedy, exit=Exit.NOT_WRITTEN)) from None
    return path


def write_private(path: Path, text: str) -> None:
    """Writes `path` whole or not at all, mode 0600, in a directory of mode 0700. Raises `OSError`."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def quoted(text: str) -> str:
    """A TOML basic string: quotes, backslashes and everything that is not plain ASCII escaped."""
    return '"' + "".join(_character(each) for each in text) + '"'


def _character(each: str) -> str:
    if each in '"\\':
        return "\\" + each
    return each if " " <= each <= "~" else f"\\U{ord(each):08x}"


def _usage(what: str, remedy: str) -> ProblemError:
    return ProblemError(Problem(what=what, remedy=remedy, exit=Exit.USAGE))
