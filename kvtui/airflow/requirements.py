"""What a requirements file says about the Azure provider, line by line, as pip reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kvtui.airflow.releases import PROVIDER_PACKAGE
from kvtui.airflow.rules import no_version

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

LONGEST = 4096
"""Characters of a line that are looked at: no name, URL or list of versions is longer."""
MOST_LINES, MOST_CLAUSES = 50, 20
"""Different lines that install the provider, and clauses of each; pip accepts one such line."""
_CONTINUED = re.compile(r"\\[ \t]*+\r?\n")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_OTHER_FILE = re.compile(r"(-r|-c|--requirement|--constraint)(?:[ =]+|(?<=-[rc]))(\S+)")
_REQUIREMENT = re.compile(r"(?:-e\s+)?([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(.*)")
_ARCHIVE = re.compile(
    r"(?:^|[/\\])apache[-_.]+airflow[-_.]+providers[-_.]+microsoft[-_.]+azure"
    r"(?:-(?P<version>\d[^-/\\\s]*?)(?:-[^/\\\s]*?\.whl|\.tar\.gz)|(?=\.git\b|[/\\@#\s]|$))",
    re.IGNORECASE,
)
_EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Requirements:
    """The lines about the provider, and what limits them."""

    provider: tuple[str, ...] = ()
    """The version specifier (`>=8.2.0,<15`) of each line that installs it; empty for any version."""
    included: tuple[str, ...] = ()
    """Files named by `-r`; they are not read."""
    constraints: tuple[str, ...] = ()
    """Files named by `-c`; they are not read."""
    hashed: bool = False
    """pip then rejects a line without a hash."""


@lru_cache(maxsize=4)
def read_requirements(text: str) -> Requirements:
    """`text` as pip reads it: lines continued by `\\` are one, comments end at the line's end.

    A line installs the provider by its name in any spelling, as an extra of Airflow, or as a wheel, an
    archive, a folder or a repository (`@ URL`, `#egg=`) of that name. Markers are not evaluated: the image's
    Python is not known here.
    """
    provider: list[str] = []
    others: dict[str, list[str]] = {"r": [], "c": []}
    hashed = False
    for line in _CONTINUED.sub(" ", text.removeprefix("\ufeff")).splitlines():
        stripped = _COMMENT.sub("", line).strip()
        hashed = hashed or "--hash=" in stripped or stripped == "--require-hashes"
        if other := _OTHER_FILE.match(stripped):
            others[other.group(1).lstrip("-")[0]].append(other.group(2))
        elif (specifier := _provider_specifier(stripped)) is not None:
            provider.append(specifier)
    lines = tuple(dict.fromkeys(provider))[:MOST_LINES]
    return Requirements(lines, tuple(others["r"]), tuple(others["c"]), hashed)


def _provider_specifier(line: str) -> str | None:
    """The version specifier of one line; None if it does not install the provider."""
    requirement = line[:LONGEST].partition(";")[0].partition(" --")[0].strip()
    egg = _EGG.search(requirement)
    if egg and _normal(egg.group(1)) == PROVIDER_PACKAGE:
        return ""
    named = _REQUIREMENT.match(requirement)
    if named and "/" not in named.group(1):
        name, rest = _normal(named.group(1)), named.group(3)
        if name == PROVIDER_PACKAGE and not rest.startswith(("/", "\\")):
            return _of_archive(rest) or "" if rest.startswith("@") else rest.strip("() ")
        extras = [_normal(extra.strip()) for extra in (named.group(2) or "").split(",")]
        if name == "apache-airflow" and "microsoft-azure" in extras:
            return ""
    if requirement.startswith("-") and not requirement.startswith("-e"):
        return None
    return _of_archive(requirement)


def _of_archive(text: str) -> str | None:
    found = _ARCHIVE.search(text)
    if found is None:
        return None
    return f"=={found['version']}" if found["version"] else ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def specifiers(*texts: str) -> SpecifierSet:
    """What all of the specifiers in `texts` ask for. Raises `ProblemError` (usage) for an invalid one."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # 20 ms

    found = SpecifierSet(prereleases=True)
    for text in texts:
        clauses = ",".join(text.split(",")[:MOST_CLAUSES])
        try:
            found &= SpecifierSet(clauses, prereleases=True)
        except InvalidSpecifier:
            raise no_version(clauses.lstrip("=<>~! ")) from None
    return found


def exact_pin(asked: SpecifierSet) -> str:
    """The one version that `==` fixes; empty where none does."""
    pins = (each.version for each in asked if each.operator in ("==", "===") and "*" not in each.version)
    return next(pins, "")
