"""What a requirements file says of the Azure provider, line by line, as pip reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kvtui.airflow.releases import PROVIDER_PACKAGE
from kvtui.airflow.rules import numbers

Clause = tuple[str, str]
"""`(">=", "8.2.0")`"""

LONGEST = 4096
"""Characters of a line that are looked at: no name, URL or list of versions is longer."""
MOST_LINES, MOST_CLAUSES = 50, 20
"""Different lines that install the provider, and clauses of each; pip takes one such line."""
_CONTINUED = re.compile(r"\\[ \t]*+\r?\n")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_OTHER_FILE = re.compile(r"(-r|-c|--requirement|--constraint)(?:[ =]+|(?<=-[rc]))(\S+)")
_REQUIREMENT = re.compile(r"(?:-e\s+)?([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(.*)")
_CLAUSE = re.compile(r"(===|==|~=|>=|<=|!=|<|>)\s*([^\s,;()]{1,100})")
_ARCHIVE = re.compile(
    r"(?:^|[/\\])apache[-_.]+airflow[-_.]+providers[-_.]+microsoft[-_.]+azure"
    r"(?:-(?P<version>\d[^-/\\\s]*?)(?:-[^/\\\s]*?\.whl|\.tar\.gz)|(?=\.git\b|[/\\@#\s]|$))",
    re.IGNORECASE,
)
_EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Requirements:
    """The lines that matter to the provider."""

    provider: tuple[tuple[Clause, ...], ...] = ()
    """The clauses of each different line that installs it. A line without a version has none."""
    included: tuple[str, ...] = ()
    """Files named by `-r`; they are not read."""
    constraints: tuple[str, ...] = ()
    """Files named by `-c`; they are not read."""
    hashed: bool = False
    """pip then takes no line without a hash."""

    @property
    def clauses(self) -> list[Clause] | None:
        """All clauses together; None: no line installs the provider."""
        return [clause for line in self.provider for clause in line] if self.provider else None


@lru_cache(maxsize=4)
def read_requirements(text: str) -> Requirements:
    """`text` as pip takes it: lines continued by `\\` are one, comments end at the line's end.

    A line installs the provider by its name in any spelling, as an extra of Airflow, or as a wheel, an
    archive, a folder or a repository (`@ URL`, `#egg=`) of that name. Markers are not judged: the image's
    Python is not known here.
    """
    provider: list[tuple[Clause, ...]] = []
    others: dict[str, list[str]] = {"r": [], "c": []}
    hashed = False
    for line in _CONTINUED.sub(" ", text.removeprefix("\ufeff")).splitlines():
        stripped = _COMMENT.sub("", line).strip()
        hashed = hashed or "--hash=" in stripped or stripped == "--require-hashes"
        if other := _OTHER_FILE.match(stripped):
            others[other.group(1).lstrip("-")[0]].append(other.group(2))
        elif (clauses := _provider_clauses(stripped)) is not None:
            provider.append(clauses)
    lines = tuple(dict.fromkeys(provider))[:MOST_LINES]
    return Requirements(lines, tuple(others["r"]), tuple(others["c"]), hashed)


def _provider_clauses(line: str) -> tuple[Clause, ...] | None:
    """The clauses of one line; None if it does not install the provider."""
    requirement = line[:LONGEST].partition(";")[0].partition(" --")[0].strip()
    egg = _EGG.search(requirement)
    if egg and _normal(egg.group(1)) == PROVIDER_PACKAGE:
        return ()
    named = _REQUIREMENT.match(requirement)
    if named and "/" not in named.group(1):
        name, rest = _normal(named.group(1)), named.group(3)
        if name == PROVIDER_PACKAGE and not rest.startswith(("/", "\\")):
            if rest.startswith("@"):
                return _of_archive(rest) or ()
            return tuple(_CLAUSE.findall(rest)[:MOST_CLAUSES])
        extras = [_normal(extra.strip()) for extra in (named.group(2) or "").split(",")]
        if name == "apache-airflow" and "microsoft-azure" in extras:
            return ()
    return (
        None if requirement.startswith("-") and not requirement.startswith("-e") else _of_archive(requirement)
    )


def _of_archive(text: str) -> tuple[Clause, ...] | None:
    found = _ARCHIVE.search(text)
    if found is None:
        return None
    return (("==", found["version"]),) if found["version"] else ()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def allows(clause: Clause, version: str) -> bool:
    """Whether `version` satisfies the clause.

    Raises `ProblemError` (usage) for a bound that is no version.
    """
    operator, text = clause
    wildcard = text.endswith(".*")
    bound, have = numbers(text), numbers(version)
    length = len(re.findall(r"\d+", text.removesuffix(".*")))
    if operator in ("==", "===", "!="):
        same = have[:length] == bound[:length] if wildcard else have == bound
        return same != (operator == "!=")
    if operator == "~=":
        return have >= bound and have[: max(1, length - 1)] == bound[: max(1, length - 1)]
    return {">=": have >= bound, "<=": have <= bound, ">": have > bound, "<": have < bound}[operator]


def exact_pin(clauses: tuple[Clause, ...] | list[Clause]) -> str:
    """The one version that `==` fixes; empty where none does."""
    return next((text for operator, text in clauses if operator in ("==", "===") and "*" not in text), "")
