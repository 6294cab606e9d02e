"""What starts the bundle: where it unpacks, and what it says where it cannot."""

from __future__ import annotations

import lzma
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import kvtui
from bundle import build
from bundle.build import DifferentFilesError, parts
from tests.bundle.conftest import PYTHON, Bundle

CONTENTS: dict[str, object] = {
    "NAME": "1",
    "PYTHONS": (f"{sys.version_info[0]}.{sys.version_info[1]}",),
    "SYSTEM": sys.platform,
    "MACHINE": os.uname().machine,
    "COMPILED": "json",
}
_LOADER = Path(build.__file__).with_name("loader.py")


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Starts a file of the same kind that holds nothing, with other `contents`."""

    def started(cache: Path | None = None, **contents: object) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "made.pyz"
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(_LOADER, "__main__.py")
            lines = (f"{name} = {value!r}\n" for name, value in (CONTENTS | contents).items())
            archive.writestr("contents.py", "".join(lines))
            empty = lzma.compress(b"\0" * 10240)
            for part in ("common", "abi3", f"cpython-{sys.version_info[0]}{sys.version_info[1]}"):
                archive.writestr(f"{part}.tar.xz", empty)
            archive.writestr("first.txt", "")
        environment = {"HOME": str(tmp_path)} | ({"XDG_CACHE_HOME": str(cache)} if cache else {})
        return subprocess.run([PYTHON, path], env=environment, capture_output=True, text=True)

    return started


Start = Callable[..., subprocess.CompletedProcess[str]]


def test_another_python_is_named_with_those_that_it_is_for(start: Start) -> None:
    done = start(PYTHONS=("3.99",))
    assert done.returncode == 2
    assert done.stderr.startswith("kvtui: this file has compiled parts for CPython 3.99 only, and this is ")


def test_another_machine_is_named(start: Start) -> None:
    done = start(MACHINE="riscv64")
    assert (done.returncode, "this file is for linux on riscv64" in done.stderr) == (2, True)


def test_what_cannot_be_loaded_here_is_said_and_leaves_nothing(start: Start, tmp_path: Path) -> None:
    done = start(COMPILED="no_such_module")
    assert done.returncode == 2
    assert "cannot load the bundle's compiled parts (ModuleNotFoundError: " in done.stderr
    assert list((tmp_path / ".cache" / "kvtui" / "bundle").iterdir()) == []


def test_a_cache_that_cannot_be_written_is_one_sentence(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = start(cache=tmp_path / "file")
    assert done.returncode == 2
    assert done.stderr.startswith("kvtui: the bundle cannot be unpacked: Not a directory. Set XDG_CACHE_HOME")


def test_code_that_other_users_could_have_put_there_is_not_run(start: Start, tmp_path: Path) -> None:
    place = tmp_path / "cache" / "kvtui" / "bundle"
    place.mkdir(parents=True)
    place.chmod(0o777)
    done = start(cache=tmp_path / "cache")
    assert (done.returncode, "can be written by other users" in done.stderr) == (2, True)


def test_two_first_starts_at_once_leave_one_directory(made: Path, tmp_path: Path) -> None:
    bundle = Bundle(made, tmp_path)
    words = bundle.argv("--version")
    both = [
        subprocess.Popen(words, env=bundle.environment, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert [each.communicate()[0] for each in both] == [f"kvtui {kvtui.__version__}\n"] * 2
    assert bundle.unpacked.is_dir()


def wheel(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_the_same_wheels_make_the_same_bytes(tmp_path: Path) -> None:
    one = wheel(tmp_path / "one.whl", {"a/b.py": "1", "a/c.cpython-311-x.so": "2"})
    assert parts([one], {}) == parts([one], {})


def test_what_is_compiled_for_one_python_is_kept_apart(tmp_path: Path) -> None:
    one = wheel(tmp_path / "one.whl", {"a.py": "", "a.cpython-311-x.so": "", "b.abi3.so": ""})
    assert sorted(parts([one], {})) == ["abi3", "common", "cpython-311"]


def test_wheels_that_differ_in_a_file_are_not_mixed(tmp_path: Path) -> None:
    wheels = [wheel(tmp_path / f"{text}.whl", {"a.py": text}) for text in ("1", "2")]
    with pytest.raises(DifferentFilesError):
        parts(wheels, {})
