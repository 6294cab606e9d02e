"""A directory that becomes a project by the files that a test puts there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes files, given as `{path: text}`, into a fresh directory and returns it."""

    def made(files: dict[str, str]) -> Path:
        root = tmp_path / "astro"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), "utf-8")
        return root

    return made
