"""Which modules of msgraph-sdk kvtui imports: 30 of 16,741, and the only ones that a bundle holds.

The list in `msgraph.txt` is derived: `python -m bundle.pruning` runs the tests of everything that kvtui asks
Microsoft Graph and notes what was loaded. `make lock` does it, and `tests/bundle` holds the list against it.
"""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from pathlib import Path

from bundle.wheels import ROOT

KEPT = Path(__file__).with_name("msgraph.txt")
_PLUGIN = """
import sys
def pytest_sessionfinish():
    names = sorted(name for name in sys.modules if name.partition(".")[0] == "msgraph")
    with open({path!r}, "w") as file:
        file.writelines(f"{{name}}\\n" for name in names)
"""
_TESTS = ("test_changes.py", "test_directory.py", "test_entries.py")


@functools.cache
def kept() -> frozenset[str]:
    """The names of the modules that the list has."""
    return frozenset(KEPT.read_text("utf-8").split())


def is_kept(path: str) -> bool:
    """Whether a bundle holds this file of a wheel: all but the modules of msgraph that are not imported."""
    if not path.startswith("msgraph/"):
        return True
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return path.endswith(".py") and module in kept()


def loaded() -> frozenset[str]:
    """The modules of msgraph that kvtui loads for all that it can ask. Raises `CalledProcessError`."""
    with tempfile.TemporaryDirectory() as directory:
        found = Path(directory, "loaded.txt")
        Path(directory, "note_modules.py").write_text(_PLUGIN.format(path=str(found)), "utf-8")
        tests = [str(ROOT / "tests" / "azure" / name) for name in _TESTS]
        words = [sys.executable, "-c", "import sys, pytest; sys.path.insert(0, sys.argv.pop(1)); "]
        words[-1] += "sys.exit(pytest.main(sys.argv[1:]))"
        subprocess.run(  # noqa: S603
            [*words, directory, "-p", "note_modules", *tests], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        return frozenset(found.read_text("utf-8").split())


if __name__ == "__main__":
    KEPT.write_text("".join(f"{name}\n" for name in sorted(loaded())), "utf-8")
