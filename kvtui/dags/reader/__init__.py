"""Which variables and connections a project's code uses. Reads syntax trees and templates, runs nothing.

How a Python file goes through the reader:
1. `project.Sources` parses it and finds the modules that it imports; these are not parsed again.
2. `reader.FileReader` composes the parts below around one `scopes.Frame`: the scope and the turn of a loop.
3. `statements.StatementWalker` reads its statements from top to bottom, and has
4. `expressions.Evaluator` turn each expression into `values.Values`, with `names`, `operators` and `texts`.
5. `calls.CallReader` does calls, and notes with which arguments functions of the project are called.
6. `uses.CallUses` compares each call with the tables of `constructs`; `templates` reads texts as Jinja does.
7. `recorder.Recorder` keeps what is found; then `FileReader` reads each function's body, call by call.

The default connection of an operator that is given none (`aws_default`) is the provider's: it is not found.
"""

from __future__ import annotations

import ast

from kvtui.dags.reader.model import Findings, Undecided, Unreadable, Use
from kvtui.dags.reader.project import Look, Sources
from kvtui.dags.reader.reader import FileReader
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
    tree = project.tree(path, text)
    if isinstance(tree, Unreadable):
        return Findings(unreadable=(tree,))
    reader = FileReader(path, text, project)
    try:
        reader.read_statements(tree)
        reader.read_functions()
    except RecursionError:
        return Findings(unreadable=(Unreadable(1, "its code is nested too deeply", python=True),))
    except Exception as error:  # one file never ends the audit of all
        why = f"kvtui failed to read it ({type(error).__name__})"
        return Findings(unreadable=(Unreadable(1, why, python=True),))
    return reader.recorder.findings()


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
    if read.error and read.asked:
        unreadable.append(Unreadable(read.error_line, read.error, by_looks=True))
    return Findings(tuple(dict.fromkeys(uses)), tuple(dict.fromkeys(undecided)), tuple(unreadable))


def _names_of(path: str, text: str, tree: ast.Module, project: Sources) -> Scope | None:
    """The names that a module of the project gives to those who import it; None if it cannot be read."""
    reader = FileReader(path, text, project)
    try:
        reader.read_statements(tree)
    except Exception:  # scanning that file itself reports it
        return None
    return reader.scope
