"""Minimal projects with what each uses, and how a scan of them compares.

A case of a `.txt` file is `### name`, its files after `--- path`, and after `===` what a scan must find:
`> file:line kind key flags`, `? file:line kind expression` not decidable, `! hint file:line key`,
`x file:line fails|passes` a file that does not parse. Flags: `default`, `aside`, `parsed`,
`key-error file:line`, `through file:line`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from kvtui.dags.scanning import Scanned, scan_project

FOLDER = Path(__file__).parent
Found = tuple[str, int, str, str]
"""File, line, kind and key."""


@dataclass
class Case:
    """One minimal project."""

    group: str
    name: str
    files: dict[str, str] = field(default_factory=dict)
    expected: list[str] = field(default_factory=list)
    """Each line as it is written."""

    def lines(self, mark: str) -> list[str]:
        """The expectations that begin with `mark`."""
        return sorted(line[2:] for line in self.expected if line.startswith(f"{mark} "))

    def uses(self) -> set[Found]:
        """The uses, without their flags."""
        found = (line.split(" ") for line in self.lines(">"))
        return {(*_place(where), kind, key) for where, kind, key, *_ in found}

    def write(self, directory: Path) -> Path:
        """Makes the project."""
        for name, text in self.files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return directory


def cases() -> list[Case]:
    """Every case of every file."""
    out: list[Case] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for block in re.split(r"^### ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            head, _, rest = block.partition("\n")
            project, _, expected = rest.partition("\n===\n")
            case = Case(path.stem, head.strip(), expected=expected.strip().splitlines())
            for file in re.split(r"^--- ", project, flags=re.MULTILINE)[1:]:
                name, _, text = file.partition("\n")
                case.files[name.strip()] = text + "\n" if text and not text.endswith("\n") else text
            out.append(case)
    return out


def _place(where: str) -> tuple[str, int]:
    file, _, line = where.rpartition(":")
    return file, int(line)


def uses(scanned: Scanned) -> set[Found]:
    """What a scan found, without flags."""
    return {
        (place.file, place.line, asked.kind, asked.key) for asked in scanned.keys for place in asked.places
    }


def described(scanned: Scanned) -> dict[str, list[str]]:
    """What a scan found, as a case writes it."""
    found = []
    for asked in scanned.keys:
        for place in asked.places:
            flags = [
                (f"through {place.through}", bool(place.through)),
                ("default", place.default_given),
                ("aside", bool(place.aside)),
                ("parsed", place.parse_time),
                (f"key-error {place.key_error}", bool(place.key_error)),
            ]
            words = [f"{place.file}:{place.line}", asked.kind, asked.key]
            found.append(" ".join([*words, *(word for word, holds in flags if holds)]))
    undecided = [
        f"{each.file}:{each.line} {each.kind} {each.expression}{' parsed' * (each.loads > 0)}"
        for each in scanned.undecided
    ]
    hints = [f"{each.kind} {each.file}:{each.line} {each.key}".rstrip() for each in scanned.hints]
    broken = [f"{each.file}:{each.line} {'fails' if each.fails else 'passes'}" for each in scanned.unreadable]
    return {">": sorted(found), "?": sorted(undecided), "!": sorted(hints), "x": sorted(broken)}


@dataclass
class Score:
    """Expected, found and right uses of some cases."""

    expected: int = 0
    found: int = 0
    right: int = 0
    exact: int = 0
    """Cases whose uses are exactly those expected."""
    of: int = 0

    def add(self, case: Case, found: set[Found]) -> None:
        """Counts one case."""
        expected = case.uses()
        self.expected += len(expected)
        self.found += len(found)
        self.right += len(expected & found)
        self.exact += expected == found
        self.of += 1

    def words(self) -> str:
        """Precision, recall and exact cases."""
        recall = self.right / self.expected if self.expected else 1.0
        precision = self.right / self.found if self.found else 1.0
        return f"recall {recall:6.1%}  precision {precision:6.1%}  {self.exact} of {self.of} cases exact"


def scan(case: Case, directory: Path) -> Scanned:
    """Scans the project of a case in an empty directory."""
    return scan_project(case.write(directory))
