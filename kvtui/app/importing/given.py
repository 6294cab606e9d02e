"""What is imported: a file, stdin, or another vault."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import looks_like_path, path_shown
from kvtui.core.words import count
from kvtui.migration.items import Item, Source, SourceFormat
from kvtui.settings.values import usage_error
from kvtui.settings.vault_address import parse_vault_address

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.settings.model import Settings, VaultAddress

STDIN = "-"
LARGEST = 16 * 1024 * 1024
"""Bytes of a file."""
_SETTINGS = "airflow_settings.yaml"
_ENDS = (".yaml", ".yml", ".json", ".env")
_NEVER = ("values.yaml", "docker-compose.yml", "docker-compose.yaml", "docker-compose.override.yml")
"""Files of a project that define no variable and no connection."""
_NAME_IT = Remedy(Do.NAME_SOURCE, f"Name another source: {HOW}.")


@dataclass(frozen=True, slots=True)
class Given:
    """The source that the user named."""

    shown: str
    """Its path or the vault's name, for sentences."""
    source: Source | None = None
    """Of a file."""
    vault: VaultAddress | None = None
    """The other vault."""


def importable(directory: Path) -> list[str]:
    """The files in a project that may define something, the likeliest first. Does I/O."""
    with suppress(OSError):
        names = [path.name for path in directory.iterdir() if path.is_file()]
        found = [name for name in names if name.endswith(_ENDS) and name not in _NEVER]
        return sorted(found, key=lambda name: (name != _SETTINGS, name))
    return []


def read_given(
    named: str, settings: Settings, chosen: SourceFormat | None = None, *, directory: Path | None = None
) -> Given:
    """The named file, read; or the named vault, which is not asked yet. Does I/O: call it in a thread.

    A URL is a vault; a plain name only with the format `vault`. A path is relative to
    `directory`; without it to the working directory, and `-` is stdin. Raises `ProblemError` (usage).
    """
    if chosen is SourceFormat.VAULT or (chosen is None and named.lower().startswith("https://")):
        vault = parse_vault_address(named, settings.cloud_name)
        if vault == settings.vault:
            what = f"The secrets of {vault.name} cannot be imported into the same vault."
            raise usage_error(what, "Name another vault.")
        return Given(vault.name, vault=vault)
    from kvtui.migration.sources import read_source

    shown = "stdin" if named == STDIN and directory is None else path_shown(named)
    return Given(shown, read_source(_text(named, shown, directory), shown, chosen))


def _text(named: str, shown: str, directory: Path | None) -> str:
    path = (directory or Path()) / Path(named).expanduser()
    try:
        if named != STDIN or directory is not None:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        else:
            data = sys.stdin.buffer.read(LARGEST + 1) if sys.stdin else b""
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise usage_error(f"{shown} is not UTF-8 text.", "Save it as UTF-8 first.") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not a path").lower()
        tried = named if directory is None else str(path)
        if named == STDIN or looks_like_path(tried):
            what = f"{shown if directory is None else path_shown(tried)} cannot be read: {reason}."
        else:
            what = f"The file cannot be read: {reason}. Its name is not printed, in case it is a secret."
        raise usage_error(what, _NAME_IT) from None
    if len(data) > LARGEST:
        what = f"{shown} is too large: kvtui imports files of at most {LARGEST // 1024 // 1024} MiB."
        raise usage_error(what, "Is it the right file?")
    return text


def vault_source(names: Iterable[SecretName], naming: Naming, vault: str) -> Source:
    """The secrets of another `vault` that Airflow reaches with these prefixes; no value is read yet."""
    items: list[Item] = []
    others = 0
    for secret in names:
        found = naming.read(secret.name)
        if found is None or naming.unreachable(secret.name):
            others += 1
            continue
        lacks = "" if secret.enabled else f"it is disabled in {vault}: its value cannot be read"
        items.append(Item(*found, None, secret.name, lacks))
    belongs = "its name belongs" if others == 1 else "their names belong"
    left_out = f"{count(others, 'secret')} left out: {belongs} to no variable, connection or option."
    notes = (left_out,) if others else ()
    return Source(SourceFormat.VAULT, tuple(items), notes)
