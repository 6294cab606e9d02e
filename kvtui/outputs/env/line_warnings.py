"""Lines of a `.env`, not managed by kvtui, that one of its parsers does not read as meant.

As measured with the programs of the Astro CLI 1.45, docker, bash and python-dotenv.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kvtui.outputs.env.file import MANAGED_KEYS, UNKNOWN_SECRET
from kvtui.outputs.env.lines import BOM, entries
from kvtui.outputs.env.parsers.reading import too_long

LOAD = "astro deployment variable … --load"
_OVERRIDES = re.compile(
    r"AIRFLOW__(?:SECRETS__BACKEND_KWARG__\w+|SECRETS__BACKEND_KWARGS_(?:CMD|SECRET)"
    r"|WORKERS__SECRETS_BACKEND(?:_KWARGS|_KWARG__\w+)?)"
)


@dataclass(frozen=True, slots=True)
class LineWarning:
    """One line, which parser does not read it as meant, and how."""

    line: int
    """From 1."""
    parser: str
    text: str

    def sentence(self, name: str = ".env") -> str:
        """The warning in one sentence; `name` is the file's."""
        return f"Line {self.line} of {name}: {self.text} ({self.parser})."


def line_warnings(text: str) -> tuple[LineWarning, ...]:
    """The warnings about `text`, by line. Keys are named, values never."""
    found = [LineWarning(*parts) for parts in (*_of_lines(text), *_of_entries(text))]
    return tuple(sorted(found, key=lambda each: each.line))


def _of_lines(text: str) -> Iterator[tuple[int, str, str]]:
    if text.startswith(BOM):
        yield 1, LOAD, "a byte order mark becomes part of the first line"
    for number, line in enumerate(text.split("\n"), 1):
        if too_long(line):
            who = f"{LOAD}; docker and astro env variable --from-file reject the whole file"
            yield number, who, "the line is 64 KiB or longer: it and all lines after it are dropped"
        if "\r" in line[:-1]:
            yield number, "python-dotenv", "a carriage return within the line ends it"


def _of_entries(text: str) -> Iterator[tuple[int, str, str]]:
    first: dict[str, int] = {}
    for entry in entries(text):
        if not entry.key:
            yield from _unassigned(entry.line, text[entry.start : entry.end].rstrip("\r\n"))
            continue
        key, raw = entry.key, entry.raw(text)
        if key in first:
            same = f"{key} is already set in line {first[key]}; here the first counts, elsewhere the last"
            yield entry.line, LOAD, same
        first.setdefault(key, entry.line)
        for who, words in _of_assignment(text[entry.start : entry.value], key, raw):
            yield entry.line, who, words


def _unassigned(number: int, line: str) -> Iterator[tuple[int, str, str]]:
    if line.lstrip().startswith("#"):
        if line[0].isspace():
            yield number, LOAD, "an indented comment is parsed as a broken variable"
    elif line.strip():
        yield number, f"{LOAD}, bash", "the line assigns nothing"
    elif line:
        yield number, LOAD, "a line of white space is parsed as a broken variable"


def _of_assignment(head: str, key: str, raw: str) -> Iterator[tuple[str, str]]:
    if head.lstrip().startswith("export "):
        yield f"{LOAD}, docker", f"`export` becomes part of the key {key}"
    elif not head.startswith(f"{key}=") or (head != f"{key}=" and raw[:1] in ("'", '"')):
        yield f"{LOAD}, docker", f"white space around {key} or its `=` is not removed"
    if not raw.strip():
        yield LOAD, f"{key} has no value, so it is not created"
    elif UNKNOWN_SECRET.fullmatch(raw):
        yield LOAD, f"{key} is a hidden secret of the Deployment and would be set to `# secret`"
    elif raw[0] not in "'\"" and re.search(r"\s#", raw) and key not in MANAGED_KEYS:
        yield f"{LOAD}, docker", f"the comment behind {key} becomes part of its value"
    if "\n" in raw:
        yield f"{LOAD}, docker", f"{key} runs over several lines, of which only the first is read"
    elif raw[:1] in ("'", '"') and raw != raw.rstrip():
        yield LOAD, f"white space behind {key}'s closing quote keeps the quote"
    if _OVERRIDES.fullmatch(key):
        yield "Airflow", f"{key} overrides what kvtui writes"
