"""Writes the sample Astro project of the demo, so that the demo changes no real file."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from kvtui.emulator import company

SECRETS = "demo-secrets"
"""The folder with the demo apps' client secrets, a file each."""
_SAMPLE = Path(__file__).with_name("sample")
_SAMPLE_SUFFIX = ".txt"
"""The suffix of each source file; `dot` begins a hidden one. So neither git nor a linter reads them."""


def create_sample_project(parent: Path | None = None) -> Path:
    """A fresh copy in a new private directory, inside `parent` or else among the temporary files.

    The DAGs ask for variables and connections of the demo's vault, for some that it does not hold, for one
    that only `.env` has and for one that is not a valid secret name. The caller deletes the directory. Raises
    `OSError` when it cannot be written.
    """
    directory = Path(tempfile.mkdtemp(prefix="astro-project-", dir=parent))
    for source in _SAMPLE.rglob(f"*{_SAMPLE_SUFFIX}"):
        name = source.name.removesuffix(_SAMPLE_SUFFIX).removeprefix("dot")
        target = directory / source.relative_to(_SAMPLE).with_name(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    _write_secrets(directory / SECRETS)
    return directory


def _write_secrets(folder: Path) -> None:
    """A file with the client secret of each app to try, readable by its owner only."""
    folder.mkdir(mode=0o700)
    for name in ("astro-prod", "astro-staging", "astro-dev"):
        secret = company.CLIENT_SECRETS[company.made_id("client", name)]
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{secret}\n")
