"""The last vault and target, saved for the console's next start. Never a secret; only the user can read it.

`--no-memory` or KVTUI_NO_MEMORY turns this off; headless runs and the demo do not use it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.settings.sources import Given, Source
from kvtui.settings.store.files import place_of, quoted, write_private

if TYPE_CHECKING:
    from kvtui.settings.model import Settings

LABEL = "last time"
_KEYS = ("cloud", "vault-url", "target")
_LARGEST = 4096


def memory_path() -> Path:
    """The file, in the XDG state directory."""
    return place_of("XDG_STATE_HOME", ".local/state") / "last.toml"


def remembered() -> Source:
    """The saved values. Never raises: a file that is missing or malformed gives none."""
    try:
        with memory_path().open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8")
        import tomllib  # delays the first frame, so only if there is a file

        values = tomllib.loads(text)
    except (OSError, ValueError):
        return Source({})
    given = {
        key: Given(value, LABEL, implied=key == "cloud")
        for key, value in values.items()
        if key in _KEYS and isinstance(value, str)
    }
    return Source(given, lenient=True)


def remember(settings: Settings) -> None:
    """Saves the vault and the target of `settings`. `ProblemError` (not-written) on an error of the disk."""
    lines = ["# The last vault and target of kvtui. KVTUI_NO_MEMORY=1 turns this off."]
    if settings.vault is not None:
        lines += [f"cloud = {quoted(settings.vault.cloud_name)}", f"vault-url = {quoted(settings.vault.url)}"]
    lines.append(f"target = {quoted(settings.target)}")
    path = memory_path()
    try:
        write_private(path, "\n".join(lines) + "\n")
    except OSError as error:
        what = f"The last vault was not saved: {path} cannot be written ({error.strerror})."
        raise ProblemError(
            Problem(what, "KVTUI_NO_MEMORY=1 turns this off.", ProblemKind.NOT_WRITTEN)
        ) from None
