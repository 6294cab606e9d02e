"""Scans a text, or a few files, and tells what was found in a form that a test can read."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from kvtui.dags.reader import Findings, Project
from kvtui.dags.reader.files import Files

IMPORT = "from airflow.sdk import Variable\n"


def scan(text: str, path: str = "dags/x.py") -> Findings:
    """What the file `path` with that text uses, the lines counted from the first line of `text`."""
    return scan_among({path: dedent(text)}, path)


def scan_among(files: Mapping[str, str], path: str) -> Findings:
    """What one of several files uses."""
    texts = {name: dedent(text) for name, text in files.items()}

    def names_in(folder: str) -> set[str]:
        start = f"{folder}/" if folder else ""
        return {name.removeprefix(start).partition("/")[0] for name in texts if name.startswith(start)}

    project = Project(texts.get, Files(names_in, texts.get))
    project.read(path)
    return project.findings()


def keys(findings: Findings, kind: str = "") -> set[str]:
    """The keys found, of one kind or of both."""
    return {use.key for use in findings.uses if not kind or use.kind == kind}


def variables(text: str) -> set[str]:
    """The variables that a text uses."""
    return keys(scan(text), "variable")


def connections(text: str) -> set[str]:
    """The connections that a text uses."""
    return keys(scan(text), "connection")


def undecided(text: str) -> list[str]:
    """The expressions that cannot be decided."""
    return [each.expression for each in scan(text).undecided]
