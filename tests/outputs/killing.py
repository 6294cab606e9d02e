"""Writes one file again and again in children, each killed at another system call, and tells what was left.

Run with a directory; prints JSON: for each call what it was, and the names, modes and contents there were.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from kvtui.outputs import writer
from kvtui.outputs.model import FileKind, PlannedFile
from kvtui.project.files import read_file

CALLS = ("open", "fstat", "stat", "listdir", "fchmod", "write", "fsync", "rename", "read", "close", "unlink")
OLD, NEW = "A=1\n", "A=1\nSECRET=new\n"


def write_and_die(path: Path, fatal: int, *, after: bool, pipe: int) -> None:
    """In a child: dies by SIGKILL directly before or after its system call number `fatal`."""
    planned = PlannedFile(read_file(path), NEW, FileKind.ENV)
    made = 0
    tell = os.write

    def counted(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal made
            made += 1
            if made < fatal:
                return real(*args, **kwargs)
            tell(pipe, name.encode())
            if after:
                real(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        return call

    for name in CALLS:
        setattr(os, name, counted(name, getattr(os, name)))
    writer.write(planned)
    os._exit(0)


def main(directory: Path) -> None:
    """Every call of a write over an old file and of a write where there is none, before it and after it."""
    told: list[dict[str, object]] = []
    for fresh in (False, True):
        for after in (False, True):
            fatal = 0
            while True:
                fatal += 1
                path = directory / ".env"
                for left in directory.iterdir():
                    left.unlink()
                if not fresh:
                    path.write_text(OLD)
                    path.chmod(0o600)
                reads, writes = os.pipe()
                child = os.fork()
                if child == 0:
                    write_and_die(path, fatal, after=after, pipe=writes)
                os.close(writes)
                call = os.read(reads, 20).decode()
                os.close(reads)
                _, status = os.waitpid(child, 0)
                found = {each.name: stat.S_IMODE(each.lstat().st_mode) for each in directory.iterdir()}
                text = path.read_text() if path.exists() else None
                writer.write(PlannedFile(read_file(path), f"{NEW}B=2\n", FileKind.ENV))
                left_over = [each.name for each in directory.iterdir() if each != path]
                told.append(
                    {
                        "fresh": fresh,
                        "after": after,
                        "call": call,
                        "killed": os.WIFSIGNALED(status),
                        "modes": sorted(set(found.values())),
                        "names": len(found),
                        "text": text,
                        "left_over": left_over,
                    }
                )
                if not os.WIFSIGNALED(status):
                    break
    print(json.dumps(told))


if __name__ == "__main__":
    os.umask(0)
    main(Path(sys.argv[1]))
