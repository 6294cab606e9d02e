"""Where kvtui keeps its own files, and how it writes them."""

from __future__ import annotations

import os
from pathlib import Path


def place_of(variable: str, usual: str) -> Path:
    """kvtui's directory below the path in an XDG variable, else below its default in the home directory."""
    home = os.environ.get(variable, "")
    return (Path(home) if home.startswith("/") else Path("~").expanduser() / usual) / "kvtui"


def write_private(path: Path, text: str) -> None:
    """Writes `path` whole or not at all, mode 0600, in a directory of mode 0700. Raises `OSError`."""
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
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
