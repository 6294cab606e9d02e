"""`python -m bundle bundle|wheelhouse…`: makes what installs kvtui without a package index, in `dist/`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bundle import build, wheelhouse
from bundle.wheels import PYTHONS, ROOT, build_own, fetch
from kvtui import __version__


def main(words: list[str]) -> int:
    """Makes the bundle, the wheelhouse, or both, and says where each is and how large."""
    target = ROOT / "dist"
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kvtui-wheels-") as directory:
        wheels = fetch(Path(directory))
        own = build_own(target)
        made = []
        if "bundle" in words:
            made.append(build.build([*wheels, own], __version__, target))
        if "wheelhouse" in words:
            made.append(wheelhouse.build(wheels, own, __version__, PYTHONS, target))
    for path in made:
        print(f"{path.relative_to(ROOT)} ({path.stat().st_size / 1e6:.1f} MB), and its .sha256")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
