"""Which Airflow and which provider an Astro project runs, read from the text of its files.

The runtime table was written in 2026-08 from Astronomer's release notes; a tag that it does not know
is taken for the newest known patch of its series, and the note says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kvtui.airflow.rules import Numbers, numbers

TABLE_DATE = "2026-08"
NEWEST_AIRFLOW = "3.3.2"
NEWEST_AIRFLOW_2 = "2.11.2"
NEWEST_PROVIDER = "15.2.1"
PROVIDER_PACKAGE = "apache-airflow-providers-microsoft-azure"

NEWEST_OF_SERIES: Mapping[str, str] = {
    "3.3": "3.3.2",
    "3.2": "3.2.2",
    "3.1": "3.1.9",
    "3.0": "3.0.6",
    "2.11": "2.11.2",
    "2.10": "2.10.5",
    "2.9": "2.9.3",
    "2.8": "2.8.4",
    "2.7": "2.7.3",
    "2.6": "2.6.3",
    "2.5": "2.5.3",
    "2.4": "2.4.3",
}
RUNTIME_3: Mapping[str, str] = {"3.1-20": "3.1.9", "3.2-4": "3.2.1", "3.3-5": "3.3.1", "3.3-8": "3.3.2"}
"""Astro Runtime tags of Airflow 3 whose patch is known."""
RUNTIME_2: Mapping[str, str] = {"13.11.0": "2.11.2", "12.9.0": "2.10.5"}
RUNTIME_2_SERIES: Mapping[int, str] = {
    13: "2.11",
    12: "2.10",
    11: "2.9",
    10: "2.8",
    9: "2.7",
    8: "2.6",
    7: "2.5",
    6: "2.4",
}
"""Astro Runtime's major of Airflow 2 and its series; 11 and below from memory."""

_NEWEST_FOR_AIRFLOW: tuple[tuple[Numbers, str], ...] = (
    ((2, 11, 0), NEWEST_PROVIDER),
    ((2, 10, 0), "12.8.1"),
    ((2, 9, 0), "12.3.1"),
    ((2, 8, 0), "11.1.0"),
    ((2, 7, 0), "10.4.0"),
    ((2, 6, 0), "10.0.0"),
    ((2, 5, 0), "8.3.0"),
    ((0, 0, 0), "7.0.0"),
)
"""The newest provider that an Airflow of at least that version allows (the wheels' `Requires-Dist`)."""
_RELEASES = """
4.0.0 4.1.0 4.2.0 4.3.0 5.0.0 5.0.1 5.0.2 5.1.0 5.2.0 5.2.1 5.3.0 5.3.1 6.0.0 6.1.0 6.1.1 6.1.2 6.2.0 6.2.1
6.2.2 6.2.3 6.2.4 6.3.0 7.0.0 8.0.0 8.1.0 8.2.0 8.3.0 8.4.0 8.5.0 8.5.1 9.0.0 9.0.1 10.0.0 10.1.0 10.1.1
10.1.2 10.2.0 10.3.0 10.4.0 10.5.0 10.5.1 11.0.0 11.1.0 12.0.0 12.2.0 12.2.1 12.2.2 12.3.0 12.3.1 12.4.0
12.4.1 12.5.0 12.6.0 12.6.1 12.7.0 12.7.1 12.8.0 12.8.1 12.9.0 12.10.0 12.10.1 12.10.2 12.10.3 13.0.0 13.0.1
13.1.0 13.1.1 13.1.2 13.2.0 13.3.0 13.4.0 13.5.0 13.5.1 14.0.0 14.1.0 15.0.0 15.0.1 15.1.0 15.2.0 15.2.1
"""
KNOWN_PROVIDERS: tuple[str, ...] = tuple(_RELEASES.split())
"""The provider's releases, oldest first."""


@dataclass(frozen=True, slots=True)
class Detected:
    """A version and how kvtui came to it."""

    version: str
    source: str
    """The file it was read from."""
    note: str
    """What a human should know about it, one sentence; empty if it stands there as it is."""
    exact: bool
    """Whether the file fixes this very version."""


_FROM = re.compile(r"FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_ARG = re.compile(r"ARG\s+(\w+)=[\"']?([^\"'\s]*)", re.IGNORECASE)
_USED = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})")
_RUNTIME_IMAGE = re.compile(r"(?:^|/)(?:astro-)?runtime$|/astro-remote-execution-agent$")
_AIRFLOW_IMAGE = re.compile(r"(?:^|/)airflow$")
_TAG_3 = re.compile(r"(\d+)\.(\d+)(?:-(\d+))?(?![\d.])")
_TAG_2 = re.compile(r"(\d+)\.(\d+)\.(\d+)(?!\d)")


def detect_airflow(dockerfile_text: str, source: str = "Dockerfile") -> Detected | None:
    """The Airflow of the image that a Dockerfile's last stage starts from; None if it names none.

    `ARG` defaults before and between `FROM` lines are filled in, named stages are followed, digests and
    suffixes (`-base`, `-python-3.12`) are left aside.
    """
    image = _final_image(dockerfile_text)
    path, _, tag = image.partition("@")[0].rpartition(":")
    if not path or "/" in tag:
        return None
    if _RUNTIME_IMAGE.search(path):
        return _from_runtime_tag(tag, source)
    if _AIRFLOW_IMAGE.search(path):
        return _from_airflow_tag(tag, source)
    return None


def _final_image(dockerfile_text: str) -> str:
    arguments: dict[str, str] = {}
    stages: dict[str, str] = {}
    image = ""

    def filled(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        return arguments.get(name) or match.group(3) or ""

    for line in re.sub(r"\\[ \t]*\r?\n", " ", dockerfile_text).splitlines():
        stripped = line.strip()
        if argument := _ARG.match(stripped):
            arguments[argument.group(1)] = _USED.sub(filled, argument.group(2))
        elif stage := _FROM.match(stripped):
            named = _USED.sub(filled, stage.group(1)).strip("\"'")
            image = stages.get(named.lower(), named)
            if stage.group(2):
                stages[stage.group(2).lower()] = image
    return image


def _from_runtime_tag(tag: str, source: str) -> Detected | None:
    if old := _TAG_2.match(tag):
        known = RUNTIME_2.get(old.group())
        if known:
            return Detected(known, source, f"Astro Runtime {old.group()} is Airflow {known}.", True)
        series = RUNTIME_2_SERIES.get(int(old.group(1)))
        return _newest_of(series, f"Astro Runtime {old.group()}", source) if series else None
    if new := _TAG_3.match(tag):
        known = RUNTIME_3.get(new.group())
        if known:
            return Detected(known, source, f"Astro Runtime {new.group()} is Airflow {known}.", True)
        return _newest_of(f"{new.group(1)}.{new.group(2)}", f"Astro Runtime {new.group()}", source)
    return None


def _from_airflow_tag(tag: str, source: str) -> Detected | None:
    bare = tag.removeprefix("slim-")
    if full := _TAG_2.match(bare):
        return Detected(full.group(), source, "", True)
    if series := _TAG_3.match(bare):
        return _newest_of(f"{series.group(1)}.{series.group(2)}", f"The image's tag {tag}", source)
    if bare.startswith("latest"):
        note = f"The image's tag names no version: taken for {NEWEST_AIRFLOW}, the newest that kvtui knows."
        return Detected(NEWEST_AIRFLOW, source, note, False)
    return None


def _newest_of(series: str, what: str, source: str) -> Detected:
    newest = NEWEST_OF_SERIES.get(series)
    if newest is None:
        note = (
            f"{what} is not in kvtui's table of {TABLE_DATE}: taken for {NEWEST_AIRFLOW}, the newest known."
        )
        return Detected(NEWEST_AIRFLOW, source, note, False)
    note = f"{what} is an Airflow {series}: taken for {newest}, its newest known patch."
    return Detected(newest, source, note, False)


_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(.*)")
_CLAUSE = re.compile(r"(===|==|~=|>=|<=|!=|<|>)\s*([^\s,;()]+)")
_OTHER_FILE = re.compile(r"(?:-r|-c|--requirement|--constraint)[ =]*(\S+)")


def newest_provider_for(airflow_version: str) -> str:
    """The newest provider that may be installed beside `airflow_version`."""
    have = numbers(airflow_version)
    return next(newest for least, newest in _NEWEST_FOR_AIRFLOW if have >= least)


def detect_provider(
    requirements_text: str, airflow_version: str, source: str = "requirements.txt"
) -> Detected:
    """The Azure provider that a requirements file brings.

    A pin decides; a range gives its newest known release; unpinned or not named gives the newest that
    `airflow_version` allows, and the note says so. Files named by `-r` and `-c` are not read here; the
    note names them.
    """
    clauses, others = _provider_lines(requirements_text)
    newest = newest_provider_for(airflow_version)
    beside = f" {', '.join(others)} may say otherwise." if others else ""
    if clauses is None:
        note = f"{PROVIDER_PACKAGE} is not in {source}: taken for {newest}."
        missing = (
            " Without it Airflow 3 images cannot load the backend." if airflow_version[:1] != "2" else ""
        )
        return Detected(newest, source, note + missing + beside, False)
    for operator, version in clauses:
        if operator in ("==", "===") and "*" not in version:
            return Detected(version, source, _pin_note(version, airflow_version, newest), True)
    allowed = [
        version
        for version in KNOWN_PROVIDERS
        if numbers(version) <= numbers(newest) and all(_allows(clause, version) for clause in clauses)
    ]
    if not allowed:
        note = f"No release that kvtui knows fits {source} and Airflow {airflow_version}: taken for {newest}."
        return Detected(newest, source, note, False)
    if not clauses and airflow_version.startswith("2."):
        beside = " An image that has one built in keeps its own." + beside
    how = "not pinned" if not clauses else "a range"
    note = f"{PROVIDER_PACKAGE} is {how} in {source}: taken for {allowed[-1]}, the newest that fits."
    return Detected(allowed[-1], source, note + beside, False)


def _provider_lines(text: str) -> tuple[list[tuple[str, str]] | None, list[str]]:
    """The provider's version clauses (None: not named) and the other files that the text names."""
    clauses: list[tuple[str, str]] | None = None
    others: list[str] = []
    for line in re.sub(r"\\[ \t]*\r?\n", " ", text).splitlines():
        stripped = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if other := _OTHER_FILE.match(stripped):
            others.append(other.group(1))
            continue
        requirement = _REQUIREMENT.match(stripped)
        if not requirement:
            continue
        name = re.sub(r"[-_.]+", "-", requirement.group(1)).lower()
        extras = re.sub(r"[-_.]+", "-", requirement.group(2) or "").lower()
        if name == PROVIDER_PACKAGE:
            clauses = (clauses or []) + _CLAUSE.findall(requirement.group(3).partition(";")[0])
        elif name == "apache-airflow" and "microsoft-azure" in [e.strip() for e in extras.split(",")]:
            clauses = clauses or []
    return clauses, others


def _pin_note(version: str, airflow_version: str, newest: str) -> str:
    if numbers(version) > numbers(NEWEST_PROVIDER):
        return f"{version} is newer than kvtui knows; it is simulated as {NEWEST_PROVIDER} is."
    if numbers(version) > numbers(newest):
        return f"{version} needs a newer Airflow than {airflow_version}; at most {newest} can be installed."
    return ""


def _allows(clause: tuple[str, str], version: str) -> bool:
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
