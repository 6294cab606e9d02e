"""Makes the one file: kvtui and what it needs, for every supported Python on this kind of machine."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import platform
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bundle.pruning import is_kept
from bundle.wheels import LOCK, PYTHONS

COMPILED = ("_cffi_backend", "cryptography.hazmat.bindings._rust")
"""Imported once where the file is unpacked, to see that this host can load what is compiled."""
_LEFT_OUT = (
    ".pyi",
    ".pyx",
    ".pxd",
    ".c",
    ".h",
    ".hash",
    "/py.typed",
    "/WHEEL",
    "/RECORD",
    "/INSTALLER",
    "/REQUESTED",
)
"""What no running program reads. Licences, metadata and entry points stay."""
_FOR_ONE = re.compile(r"\.(cpython-\d+|abi3)\b.*\.?so$")
_PRESET = 4
"""Of xz: 6 takes twice the time for 6 % less."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LOADER = Path(__file__).with_name("loader.py")


class DifferentFilesError(Exception):
    """Two wheels have different files in one place: one directory cannot serve all Pythons."""


def file_name(version: str) -> str:
    """`kvtui-1.2.3-linux-x86_64`: what is made here runs on this kind of machine."""
    return f"kvtui-{version}-{sysconfig.get_platform()}"


def parts(wheels: Iterable[Path], about: Mapping[str, object]) -> dict[str, bytes]:
    """What the wheels install: `common`, and `abi3`, `cpython-311` and so on with what is compiled.

    `common` has a `kvtui-bundle.json` with what is inside. Raises `DifferentFilesError`.
    """
    files: dict[str, bytes] = {}
    for wheel in wheels:
        for path, data in _installed(wheel):
            if files.setdefault(path, data) != data:
                raise DifferentFilesError(f"{wheel.name} has another {path} than the wheels before it.")
    files["kvtui-bundle.json"] = json.dumps(about, indent=1).encode()
    sorted_out: dict[str, dict[str, bytes]] = {}
    for path in sorted(files):
        compiled = _FOR_ONE.search(path)
        sorted_out.setdefault(compiled[1] if compiled else "common", {})[path] = files[path]
    with ThreadPoolExecutor() as cores:
        packed = cores.map(lambda inside: lzma.compress(_tar(inside), preset=_PRESET), sorted_out.values())
        return dict(zip(sorted_out, packed, strict=True))


def _tar(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def _installed(wheel: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            top, _, rest = name.partition("/")
            if top.endswith(
                ".data"
            ):  # purelib and platlib are installed beside the rest, scripts are not run
                kind, _, name = rest.partition("/")
                if kind not in ("purelib", "platlib"):
                    continue
            if not name.endswith(("/", *_LEFT_OUT)) and is_kept(name):
                yield name, archive.read(name if not top.endswith(".data") else f"{top}/{rest}")


def build(wheels: Iterable[Path], version: str, target: Path) -> Path:
    """Writes the bundle and its checksum into `target`; the path of the bundle.

    The same wheels make the same bytes. Raises `DifferentFilesError`.
    """
    about = {
        "version": version,
        "platform": sysconfig.get_platform(),
        "pythons": PYTHONS,
        "lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
    }
    packed = parts(wheels, about)
    digest = hashlib.sha256(b"".join(packed[name] for name in sorted(packed))).hexdigest()
    contents = {
        "NAME": f"{version}-{digest[:16]}",
        "PYTHONS": PYTHONS,
        "SYSTEM": sys.platform,
        "MACHINE": platform.machine(),
        "COMPILED": ", ".join(COMPILED),
    }
    lines = "".join(f"{key} = {value!r}\n" for key, value in contents.items())
    first = "".join(f"{name}\n" for name in imported_first()).encode()
    inside = {"__main__.py": _LOADER.read_bytes(), "contents.py": lines.encode(), "first.txt": first}
    inside |= {f"{name}.tar.xz": data for name, data in packed.items()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in inside.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            archive.writestr(entry, data, zipfile.ZIP_STORED)
    path = target / f"{file_name(version)}.pyz"
    path.write_bytes(b"#!/usr/bin/env python3\n" + made.getvalue())
    path.chmod(0o755)
    write_checksum(path)
    return path


def imported_first() -> list[str]:
    """The files that a start of the console imports, as paths in the bundle. Raises `CalledProcessError`."""
    code = "import kvtui.cli.main, kvtui.console.app, sys, json\n"
    code += "print(json.dumps({n: getattr(m, '__file__', None) for n, m in sys.modules.items()}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603
    installed = sysconfig.get_path("purelib")
    found = []
    for name, file in json.loads(done.stdout).items():
        ours = name.partition(".")[0] == "kvtui"
        if file and file.endswith(".py") and (ours or file.startswith(installed)):
            path = name.replace(".", "/")
            found.append(f"{path}/__init__.py" if file.endswith("__init__.py") else f"{path}.py")
    return sorted(found)


def write_checksum(path: Path) -> None:
    """Writes `PATH.sha256` beside it, as `sha256sum --check` reads it."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", "ascii")
