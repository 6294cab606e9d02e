"""What this kvtui is made of, for `--version --verbose`: nothing about the user, the host's name or paths."""

from __future__ import annotations

import json
import platform
import re
import ssl
import sysconfig
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import kvtui


def what_is_inside() -> str:
    """The version, the Python, how kvtui is installed, and the packages it runs with, a line each."""
    system = " ".join(word for word in (sysconfig.get_platform(), *platform.libc_ver()) if word)
    lines = [
        f"kvtui {kvtui.__version__}",
        f"{platform.python_implementation()} {platform.python_version()}, {ssl.OPENSSL_VERSION}",
        f"Platform: {system}",
        f"Installed as: {_installed_as()}",
        *(f"{name} {version}" for name, version in sorted(_packages().items())),
    ]
    return "\n".join(lines) + "\n"


def _installed_as() -> str:
    """`bundle` with what its file says of itself, `package`, or `checkout`."""
    place = Path(kvtui.__file__).parent
    try:
        about = json.loads((place.parent / "kvtui-bundle.json").read_text("utf-8"))
    except (OSError, ValueError):
        return "package" if (place / "styles").is_dir() else "checkout"
    pythons = ", ".join(about["pythons"])
    return f"bundle for {about['platform']}, Python {pythons}; lock sha256 {about['lock'][:16]}"


def _packages() -> dict[str, str]:
    """The versions of the packages that kvtui needs, and that those need, as they are installed."""
    found: dict[str, str] = {}
    waiting = ["kvtui"]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:  # needed on another system only
            continue
        found[name] = package.version
        asked = (line for line in package.requires or () if "extra ==" not in line)
        waiting += [match[0] for line in asked if (match := re.match(r"[\w.-]+", line))]
    found.pop("kvtui", None)
    return found
