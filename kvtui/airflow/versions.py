"""Which Airflow and which provider an Astro project runs, read from the text of its files.

For an image tag that the tables do not have, the newest known patch of its series is assumed, and the note
says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kvtui.airflow.releases import (
    KNOWN_PROVIDERS,
    NEWEST_AIRFLOW,
    NEWEST_FOR_AIRFLOW,
    NEWEST_OF_SERIES,
    NEWEST_PROVIDER,
    PROVIDER_PACKAGE,
    RUNTIME_2,
    RUNTIME_2_SERIES,
    RUNTIME_3,
    TABLE_DATE,
)
from kvtui.airflow.requirements import LONGEST, exact_pin, read_requirements, specifiers
from kvtui.airflow.rules import numbers


@dataclass(frozen=True, slots=True)
class Detected:
    """A version and where it comes from."""

    version: str
    source: str
    """The file it was read from."""
    note: str
    """A note about it, one sentence; empty if the file has exactly this version."""
    exact: bool
    """Whether the file pins this version."""


_FROM = re.compile(r"FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_ARG = re.compile(r"ARG\s+(\w+)=[\"']?([^\"'\s]*)", re.IGNORECASE)
_USED = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})")
_RUNTIME_IMAGE = re.compile(r"(?:^|/)(?:astro-)?runtime$|/astro-remote-execution-agent$")
_AIRFLOW_IMAGE = re.compile(r"(?:^|/)airflow$")
_TAG_3 = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})(?:-([0-9]{1,4}))?(?![\d.])")
_TAG_2 = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})(?!\d)")


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

    for line in re.sub(r"\\[ \t]*+\r?\n", " ", dockerfile_text).splitlines():
        stripped = line[:LONGEST].strip()
        if argument := _ARG.match(stripped):
            arguments[argument.group(1)] = _USED.sub(filled, argument.group(2))[:LONGEST]
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
        note = f"The image's tag names no version: kvtui assumes {NEWEST_AIRFLOW}, the newest that it knows."
        return Detected(NEWEST_AIRFLOW, source, note, False)
    return None


def _newest_of(series: str, what: str, source: str) -> Detected:
    newest = NEWEST_OF_SERIES.get(series)
    if newest is None:
        note = (
            f"{what} is not in kvtui's table of {TABLE_DATE}: kvtui assumes {NEWEST_AIRFLOW}, the "
            "newest known."
        )
        return Detected(NEWEST_AIRFLOW, source, note, False)
    note = f"{what} has Airflow {series}: kvtui assumes {newest}, the newest patch it knows."
    return Detected(newest, source, note, False)


def newest_provider_for(airflow_version: str) -> str:
    """The newest provider that can be installed with `airflow_version`."""
    have = numbers(airflow_version)
    return next(newest for least, newest in NEWEST_FOR_AIRFLOW if have >= least)


def detect_provider(
    requirements_text: str | None, airflow_version: str, source: str = "requirements.txt", where: str = ""
) -> Detected:
    """The Azure provider that a requirements file installs.

    A pin decides; a range gives its newest known release; unpinned or not named gives the newest that
    `airflow_version` allows, and the note says so. Files named by `-r` and `-c` are not read here; the
    note names them. `requirements_text` is None where there is no such file; `where` is its path for notes.
    Raises `ProblemError` (usage) for an invalid pin.
    """
    read = read_requirements(requirements_text or "")
    others = (*read.included, *read.constraints)
    newest = newest_provider_for(airflow_version)
    beside = f" {', '.join(others)} may name another version." if others else ""
    if requirements_text is None:
        note = f"There is no {where or source}: kvtui assumes {PROVIDER_PACKAGE} {newest}."
        return Detected(newest, source, note, False)
    if not read.provider:
        note = f"{PROVIDER_PACKAGE} is not in {where or source}: kvtui assumes {newest}."
        missing = (
            " Airflow cannot load the backend without the provider. All results suppose that you add "
            "the provider there."
            if airflow_version[:1] != "2"
            else ""
        )
        return Detected(newest, source, note + missing + beside, False)
    allowed = [version for version in KNOWN_PROVIDERS if numbers(version) <= numbers(newest)]
    pinned = any(read.provider)
    if pinned:
        asked = specifiers(*read.provider)
        if pin := exact_pin(asked):
            return Detected(pin, source, _pin_note(pin, airflow_version, newest), True)
        allowed = list(asked.filter(allowed))
    if not allowed:
        note = (
            f"No release that kvtui knows fits {source} and Airflow {airflow_version}: kvtui assumes "
            f"{newest}."
        )
        return Detected(newest, source, note, False)
    if not pinned and airflow_version.startswith("2."):
        beside = " An image that has one built in keeps its own." + beside
    how = "a range" if pinned else "not pinned"
    note = f"{PROVIDER_PACKAGE} is {how} in {source}: kvtui assumes {allowed[-1]}, the newest that fits."
    return Detected(allowed[-1], source, note + beside, False)


def _pin_note(version: str, airflow_version: str, newest: str) -> str:
    if numbers(version) > numbers(NEWEST_PROVIDER):
        return f"Provider {version} is newer than kvtui knows; it is simulated as {NEWEST_PROVIDER} is."
    if numbers(version) > numbers(newest):
        return f"Provider {version} needs a newer Airflow than {airflow_version}; at most {newest} fits."
    return ""
