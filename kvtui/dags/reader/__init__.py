"""Which variables and connections a project's code uses. Reads syntax trees and templates, runs nothing.

Text in, data out: whoever calls this room reads the files. What the text alone does not tell is listed as
not decidable. The default connection of an operator that is given none (`aws_default`) is in the provider's
code, not in the project's, and is not found.
"""

from __future__ import annotations

import ast
import warnings

from kvtui.dags.reader.model import Findings, Undecided, Unreadable, Use
from kvtui.dags.reader.project import Look, Sources
from kvtui.dags.reader.reader import Reader
from kvtui.dags.reader.recorder import Recorder
from kvtui.dags.reader.scopes import Scope
from kvtui.dags.reader.templates import read_template

__all__ = [
    "Findings",
    "Look",
    "Sources",
    "Undecided",
    "Unreadable",
    "Use",
    "scan_python",
    "scan_template",
    "sources",
]


def sources(look: Look) -> Sources:
    """The project's modules as imports find them; `look` gives a file's text by its path."""
    return Sources(look, _names_of)


def scan_python(path: str, text: str, project: Sources) -> Findings:
    """Everything that the Python file `path` uses; `path` is relative to the project, with `/`."""
    tree = _parsed(text)
    if isinstance(tree, Unreadable):
        return Findings(unreadable=(tree,))
    recorder = Recorder(path, text)
    reader = Reader(Scope("module", path), recorder, project)
    try:
        reader.block(tree.body)
        reader.read_functions()
    except RecursionError:
        return Findings(unreadable=(Unreadable(1, "its code is nested too deeply"),))
    except Exception as error:  # one file never ends the audit of all
        return Findings(unreadable=(Unreadable(1, f"kvtui failed to read it ({type(error).__name__})"),))
    return recorder.findings()


def scan_template(text: str) -> Findings:
    """Everything that a template file asks for. One that asks for nothing may be as broken as it likes."""
    read = read_template(text)
    uses = [Use(a.kind, a.key, a.line, a.how, a.default_given) for a in read.asked if a.key]
    undecided = [
        Undecided(a.kind, a.expression, a.line, "the template computes the key")
        for a in read.asked
        if not a.key
    ]
    unreadable = []
    if read.fault and read.asked:
        unreadable.append(Unreadable(read.fault_line, read.fault, by_looks=True))
    return Findings(tuple(dict.fromkeys(uses)), tuple(dict.fromkeys(undecided)), tuple(unreadable))


def _names_of(path: str, text: str, project: Sources) -> Scope | None:
    """The names that a module of the project gives to those who import it; None if it cannot be read."""
    tree = _parsed(text)
    if isinstance(tree, Unreadable):
        return None
    reader = Reader(Scope("module", path), Recorder(path, text), project)
    try:
        reader.block(tree.body)
    except Exception:  # scanning that file itself reports it
        return None
    return reader.scope


def _parsed(text: str) -> ast.Module | Unreadable:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        return Unreadable(error.lineno or 1, f"not Python: {error.msg}")
    except ValueError:
        return Unreadable(1, "not Python: it holds null bytes")
    except (RecursionError, MemoryError):
        return Unreadable(1, "its code is nested too deeply")
