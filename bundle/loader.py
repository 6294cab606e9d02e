"""Starts kvtui from one file. It is the `__main__` of that file and imports only the standard library.

The first start unpacks what fits this Python into the user's cache directory; later starts find it there.
"""

import os
import sys

import contents

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

_ELSEWHERE = "Set XDG_CACHE_HOME to a directory of yours that is writable and allows programs."


class _UnusableError(Exception):
    """This host, Python or directory cannot run the bundle. The text is the whole sentence for the user."""


def main() -> int:
    """Runs kvtui with the process's arguments and returns its exit code; 2 where the bundle cannot run."""
    try:
        _check_python()
        site = _cache() / f"{contents.NAME}-{_cpython()}"
        if site.parent.is_dir():
            _check_private(site)
        if not site.is_dir():
            _unpack(site)
    except _UnusableError as error:
        sys.stderr.write(f"kvtui: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"kvtui: the bundle cannot be unpacked: {error.strerror}. {_ELSEWHERE}\n")
        return 2
    _import_from(site)
    from kvtui.cli.main import main as run

    return run()


def _check_python() -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if sys.implementation.name != "cpython" or version not in contents.PYTHONS:
        have = ", ".join(contents.PYTHONS)
        what = f"this file has compiled parts for CPython {have} only, and this is {sys.implementation.name}"
        raise _UnusableError(f"{what} {version}. Run it with one of them: python{contents.PYTHONS[0]} FILE")
    machine = os.uname().machine
    if (sys.platform, machine) != (contents.SYSTEM, contents.MACHINE):
        what = f"this file is for {contents.SYSTEM} on {contents.MACHINE}, and this host is {sys.platform}"
        raise _UnusableError(f"{what} on {machine}.")


def _cpython() -> str:
    return f"cpython-{sys.version_info[0]}{sys.version_info[1]}"


def _cache() -> "Path":
    from pathlib import Path

    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        root = Path(named) if os.path.isabs(named) else Path.home() / ".cache"  # noqa: PTH117
    except RuntimeError:
        raise _UnusableError(
            f"this user has no home directory to unpack the bundle in. {_ELSEWHERE}"
        ) from None
    return root / "kvtui" / "bundle"


def _check_private(site: "Path") -> None:
    """Raises `_UnusableError` where another user could have put the code that would run."""
    for directory in (site.parent, *([site] if site.is_dir() else [])):
        found = directory.stat()
        if found.st_uid != os.geteuid() or found.st_mode & 0o022:
            what = "is not yours" if found.st_uid != os.geteuid() else "can be written by other users"
            raise _UnusableError(f"{directory} {what}, so nothing in it is run. Remove it, or: {_ELSEWHERE}")


def _unpack(site: "Path") -> None:
    """Unpacks beside `site` and renames it: first starts at once do no harm, a broken one leaves nothing."""
    import shutil
    import tempfile
    from pathlib import Path

    site.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _check_private(site)
    told = sys.stderr is not None and sys.stderr.isatty()
    if told:
        sys.stderr.write("Unpacking kvtui, once ...")
        sys.stderr.flush()
    place = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=site.parent))
    try:
        compiling = _compile(place, site, _extract(place))
        try:
            _check_compiled(place)
        finally:
            for process in compiling:
                process.wait()
        try:
            place.rename(site)
        except OSError:
            if not site.is_dir():  # otherwise another first start was quicker
                raise
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if told:
            sys.stderr.write("\r\x1b[K")


def _extract(place: "Path") -> list[str]:
    """What every Python can use, and the compiled parts for this one. The files that a start imports."""
    try:
        import lzma
    except ImportError:
        raise _UnusableError("this Python lacks its lzma module, which the bundle is packed with.") from None
    import zipfile
    from concurrent.futures import ThreadPoolExecutor

    with zipfile.ZipFile(sys.argv[0]) as bundle, ThreadPoolExecutor() as cores:
        packed = [bundle.read(f"{part}.tar.xz") for part in ("common", "abi3", _cpython())]
        for unpacked in cores.map(lzma.decompress, packed):
            _write(unpacked, place)
        return bundle.read("first.txt").decode().split()


def _write(archive: bytes, place: "Path") -> None:
    import io
    import tarfile

    directories = {place}
    with tarfile.open(fileobj=io.BytesIO(archive)) as entries:
        for entry in entries:
            path = place / entry.name
            if path.parent not in directories:
                path.parent.mkdir(parents=True, exist_ok=True)
                directories.add(path.parent)
            path.write_bytes(archive[entry.offset_data : entry.offset_data + entry.size])


def _compile(place: "Path", site: "Path", names: list[str]) -> "list[subprocess.Popen[bytes]]":
    """Has every processor compile a share of these files, where an import compiles one after another.

    What cannot be compiled is left to the import.
    """
    import subprocess

    count = min(os.cpu_count() or 1, 4)
    code = "import sys, py_compile\nplace, site, *names = sys.argv[1:]\nfor name in names:\n"
    code += " try: py_compile.compile(place + name, dfile=site + name, quiet=2)\n except OSError: pass"
    words = [sys.executable, "-I", "-S", "-c", code, f"{place}{os.sep}", f"{site}{os.sep}"]
    return [
        subprocess.Popen(  # noqa: S603
            [*words, *names[number::count]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for number in range(count)
    ]


def _check_compiled(place: "Path") -> None:
    """Raises `_UnusableError` where the compiled parts cannot be loaded: an old C library, a noexec mount."""
    import subprocess

    words = [
        sys.executable,
        "-S",
        "-c",
        "import sys; sys.path.insert(0, sys.argv[1]); import " + contents.COMPILED,
    ]
    done = subprocess.run([*words, str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # noqa: S603
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1].replace(str(place), "...")
        raise _UnusableError(f"this host cannot load the bundle's compiled parts ({why}). {_ELSEWHERE}")


def _import_from(site: "Path") -> None:
    """Imports come from the bundle and the standard library: what else is installed here is not looked at."""
    library = os.path.dirname(os.__file__)  # noqa: PTH120
    kept = [path for path in sys.path[1:] if path.startswith(library) and "-packages" not in path]
    sys.path[:] = [str(site), *kept]


if __name__ == "__main__":
    sys.exit(main())
