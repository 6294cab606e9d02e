"""What the real shells have after they read a `.env`: many files with one start of the shell."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

SHELLS = ("bash", "sh")


def read_by(shell: str, texts: Sequence[str], names: Sequence[str], directory: Path) -> list[dict[str, str]]:
    """The values of `names` after `set -a; . FILE`, for each of `texts`; what is not set is not there.

    Each file has a subshell of its own, with nothing on its PATH, which tells what it has when it ends;
    one that a broken `${` ends tells nothing.
    """
    for number, text in enumerate(texts):
        (directory / f"{number}.env").write_bytes(text.encode())
    told = " ".join(f'"${{{name}+=}}${{{name}-}}"' for name in names)
    program = f"""
        PATH=/nowhere; n=0
        while [ $n -lt {len(texts)} ]; do
            (trap 'printf "%s\\0" {told} >&3' EXIT; set -a; . ./$n.env) >/dev/null </dev/null
            printf '%s\\0' "end of $n" >&3
            n=$((n + 1))
        done"""
    with (directory / "told").open("wb") as told_file:
        command = [shell, "-c", f"exec 3>&1\n{program}"]
        subprocess.run(command, cwd=directory, stdout=told_file, stderr=subprocess.DEVNULL, env={})
    read: list[dict[str, str]] = []
    values: list[str] = []
    for word in (directory / "told").read_bytes().decode().split("\0"):
        if word == f"end of {len(read)}":
            read.append(
                {name: value[1:] for name, value in zip(names, values, strict=False) if value.startswith("=")}
            )
            values = []
        else:
            values.append(word)
    assert len(read) == len(texts)
    return read
