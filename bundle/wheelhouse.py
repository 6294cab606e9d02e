"""Makes the archive of wheels for those who install with pip, without an index."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

from bundle.build import file_name, write_checksum
from bundle.wheels import LOCK

_HOW = """\
kvtui {version} without a package index. In this directory:

  python3 -m venv kvtui-venv
  kvtui-venv/bin/pip install --no-index --find-links wheels --require-hashes --no-deps -r requirements.txt
  kvtui-venv/bin/kvtui --version

It needs Python {pythons} and 550 MB (msgraph-sdk is most of it). pip checks every wheel against its hash.
"""


def build(wheels: list[Path], own: Path, version: str, pythons: tuple[str, ...], target: Path) -> Path:
    """Writes the archive and its checksum into `target`; the path of the archive."""
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    lock = f"kvtui=={version} --hash=sha256:{digest}\n{LOCK.read_text('utf-8')}"
    how = _HOW.format(version=version, pythons=", ".join(pythons))
    name = f"{file_name(version)}-wheels"
    path = target / f"{name}.tar"
    with tarfile.open(path, "w") as archive:
        for inside, data in (("INSTALL.txt", how.encode()), ("requirements.txt", lock.encode())):
            _add(archive, f"{name}/{inside}", data)
        for wheel in (own, *wheels):
            _add(archive, f"{name}/wheels/{wheel.name}", wheel.read_bytes())
    write_checksum(path)
    return path


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o644
    archive.addfile(entry, io.BytesIO(data))
