"""Lines of a `.env` over which one of its readers stumbles, though they are not ours to change.

As measured with the readers of the Astro CLI 1.45, docker, bash and python-dotenv.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kvtui.outputs.env.file import OUR_KEYS, UNKNOWN_SECRET
from kvtui.outputs.env.lines import BOM, Entry, entries
from kvtui.outputs.env.parsers.reading import too_long

LOAD = "astro deployment variable … --load"
_OVERRIDES = re.compile(
    r"AIRFLOW__(?:SECRETS__BACKEND_KWARG__\w+|SECRETS__BACKEND_KWARGS_(?:CMD|SECRET)"
    r"|WORKERS__SECRETS_BACKEND(?:_KWARGS|_KWARG__\w+)?)"
)


@dataclass(frozen=True, slots=True)
class Trap:
    """One line, who stumbles over it, and how."""

    line: int
    """From 1."""
    reader: str
    text: str

    def sentence(self, name: str = ".env") -> str:
        """The whole trap in one sentence; `name` is the file's."""
        return f"Line {self.line} of {name}: {self.text} ({self.reader})."


def traps(text: str) -> tuple[Trap, ...]:
    """The traps in `text`, by line. Keys are named, values never."""
    found: list[Trap] = []
    if text.startswith(BOM):
        found.append(Trap(1, LOAD, "a byte order mark becomes part of the first line"))
    all_entries = list(entries(text))
    found += _line_traps(text, all_entries)
    seen: dict[str, int] = {}
    for entry in all_entries:
        if not entry.key:
            continue
        key, raw = entry.key, entry.raw(text)
        if key in seen:
            same = f"{key} stands in line {seen[key]} already; here the first counts, elsewhere the last"
            found.append(Trap(entry.line, LOAD, same))
        seen.setdefault(key, entry.line)
        found += [
            Trap(entry.line, reader, words)
            for reader, words in _entry_traps(text, entry.start, entry.value, key, raw)
        ]
    return tuple(sorted(found, key=lambda trap: trap.line))


def _line_traps(text: str, all_entries: Sequence[Entry]) -> list[Trap]:
    found: list[Trap] = []
    for number, line in enumerate(text.split("\n"), 1):
        if too_long(line):
            found.append(
                Trap(
                    number,
                    f"{LOAD}; docker and astro env variable --from-file refuse the whole file",
                    "the line is 64 KiB or longer: it and all that follow are dropped",
                )
            )
        if "\r" in line[:-1]:
            found.append(Trap(number, "python-dotenv", "a carriage return within the line ends it"))
    for entry in all_entries:
        line = text[entry.start : entry.end].rstrip("\r\n")
        if not entry.key and line.strip():
            if line[0].isspace() and line.lstrip().startswith("#"):
                found.append(Trap(entry.line, LOAD, "an indented comment is taken for a broken variable"))
            elif not line.startswith("#"):
                found.append(Trap(entry.line, f"{LOAD}, bash", "the line assigns nothing"))
        elif not entry.key and line:
            found.append(Trap(entry.line, LOAD, "white space alone is taken for a broken variable"))
    return found


def _entry_traps(text: str, start: int, value: int, key: str, raw: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    head = text[start:value]
    if head.lstrip().startswith("export "):
        found.append((f"{LOAD}, docker", f"`export` becomes part of the key {key}"))
    elif not head.startswith(f"{key}=") or (head != f"{key}=" and raw[:1] in ("'", '"')):
        found.append((f"{LOAD}, docker", f"white space around {key} or its `=` is not removed"))
    if not raw.strip():
        found.append((LOAD, f"{key} has no value, so it is not created"))
    elif UNKNOWN_SECRET.fullmatch(raw):
        found.append((LOAD, f"{key} is a hidden secret of the Deployment, and would be set to `# secret`"))
    elif raw[0] not in "'\"" and re.search(r"\s#", raw) and key not in OUR_KEYS:
        found.append((f"{LOAD}, docker", f"the comment behind {key} becomes part of its value"))
    if "\n" in raw:
        found.append((f"{LOAD}, docker", f"{key} runs over several lines, of which only the first is read"))
    elif raw[:1] in ("'", '"') and raw != raw.rstrip():
        found.append((LOAD, f"white space behind {key}'s closing quote keeps the quote"))
    if _OVERRIDES.fullmatch(key):
        found.append(("Airflow", f"{key} overrides what kvtui writes"))
    return found
