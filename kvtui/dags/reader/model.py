"""What reading a project's code yields: uses of variables and connections, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """One place that asks for a variable or a connection."""

    kind: str
    """`variable` or `connection`."""
    key: str
    line: int
    how: str
    """The construct: `Variable.get`, `postgres_conn_id=`, `{{ var.value }}`."""
    default_given: bool = False
    """The call names a default, so a miss is no failure."""
    file: str = ""
    """The project's file that it is in, if that is not the file that is scanned."""
    key_error: bool = False
    """Around it is an `except KeyError` and none that catches what Airflow 3 raises."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """One place that asks for something whose key the text alone does not tell."""

    kind: str
    expression: str
    """The key's expression as it is in the source, on one line."""
    line: int
    why: str
    """What keeps it from being decided, one clause."""
    file: str = ""
    """As of `Use`."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a template in it, that cannot be read or parsed."""

    line: int
    why: str
    python: bool = False
    """It is Python, so that what it uses was not checked at all."""
    by_looks: bool = False
    """It is a template that does not parse: what it asks for was found by its looks all the same."""
    file: str = ""
    """As of `Use`."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that one file says."""

    uses: tuple[Use, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    templates: tuple[str, ...] = ()
    """Names of template files that the code mentions, as they are written."""
    search_path: tuple[str, ...] = ()
    """Directories that the code gives as `template_searchpath`."""
