"""The table: each reader by its model, and what it gets for each of our variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kvtui.outputs.env.parsers import astro_load, compose, docker, gotenv, python_dotenv, shell, standalone
from kvtui.outputs.env.parsers.reading import Reading


@dataclass(frozen=True, slots=True)
class Reader:
    """One program that reads `.env`."""

    name: str
    """As the user calls it: the command."""
    how: str
    """Whose rules those are."""
    read: Callable[[str], Reading]


READERS = (
    Reader("astro deployment variable --load", "the Astro CLI's own lines", astro_load.read),
    Reader("astro dev start", "Compose's env_file", compose.read),
    Reader("astro dev start --standalone", "the Astro CLI's own lines", standalone.read),
    Reader("astro dev parse, astro dev pytest", "docker run --env-file", docker.read),
    Reader("astro env variable --from-file", "gotenv", gotenv.read),
    Reader("bash, sh", "set -a; . ./.env", shell.read),
    Reader("python-dotenv", "load_dotenv", python_dotenv.read),
)


class Outcome(StrEnum):
    """What a program gets, beside what was meant."""

    SAME = "same"
    DIFFERENT = "different"
    FAILS = "fails"
    UNKNOWN = "unknown"
    """The file runs a command, and what that does is not known without running it."""


@dataclass(frozen=True, slots=True)
class ReaderView:
    """What one program gets for one of our variables."""

    reader: str
    how: str
    key: str
    outcome: Outcome
    reason: str = ""
    """Short, without the value; empty for the same."""


def reader_views(text: str, wanted: Mapping[str, str]) -> tuple[ReaderView, ...]:
    """For each program and each variable of `wanted`: what it gets from `text`, the text of a `.env`."""
    views: list[ReaderView] = []
    for reader in READERS:
        reading = reader.read(text)
        for key, value in wanted.items():
            outcome, reason = _judged(reading, key, value)
            views.append(ReaderView(reader.name, reader.how, key, outcome, reason))
    return tuple(views)


def _judged(reading: Reading, key: str, wanted: str) -> tuple[Outcome, str]:
    got = reading.values.get(key)
    if reading.fatal:
        return Outcome.FAILS, reading.lost.get(key) or reading.stopped
    if reading.doubt and key not in reading.lost:
        return Outcome.UNKNOWN, reading.doubt
    if got is None:
        reason = reading.lost.get(key) or reading.stopped or "it does not see the line"
        return Outcome.FAILS, reason
    if got == wanted:
        return Outcome.SAME, ""
    if got.strip() == wanted:
        what = "a carriage return" if got.endswith("\r") else "white space"
        return Outcome.DIFFERENT, f"{what} stays at the end of the value"
    if got in (f"'{wanted}'", f'"{wanted}"'):
        return Outcome.DIFFERENT, "the quotes become part of the value"
    return Outcome.DIFFERENT, "it gets another text"
