"""What the text of a file shows before it is read as code: whether it can ask for anything at all.

A file asks only if its text has one of a few words, or if it imports a file that does. The same is asked of
each body of a file that is read. Both err on one side: what has the words is read, and may ask for nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kvtui.dags.reader.constructs import CONTEXT_NAMES, ENDINGS_NAMED, NOTHING_MORE, Vocabulary
from kvtui.dags.reader.values import External, only

if TYPE_CHECKING:
    from kvtui.dags.reader.run import Module

_IMPORT = re.compile(r"^[ \t]*(?:import|from(?=[^\n]*import))[ \t]+([^\n(]*(?:\([^)]*\))?)", re.MULTILINE)
"""An import statement, without its first word."""
_WORD = re.compile(r"\w+")
_AIRFLOW = re.compile(r"airflow\b")
_ASKS_BY_ITSELF = re.compile(r"\b(?:Variable|Connection|\w*Hook|ObjectStoragePath|\w*Backend)\s+as\s+(\w+)")
_SETS = re.compile(r"\.\w+\s*(?::[^=\n]+)?=[^=]")
_TEMPLATE = r"\{[{%](?:(?!\}\}|%\}).){0,300}?\b(?:var|conn)\b"
_CONTEXT = rf"(?:{'|'.join(CONTEXT_NAMES)}|get_current_context\(\))\s*\[\s*[\"'](?:var|conn)[\"']"
_HOOK = (
    r"(?<!class )\b[A-Z]\w*Hook\s*\(|\w+Hook\s+as\b|\(\w+Hook\s*[,)]"
    r"|[Hh]ook[\w()\[\]\"', ]{0,40}\.\s*a?get_(?:connection|hook)"
)
_IN_FILE = rf"airflow|conn_id|connection_id|deferrable|{_HOOK}|{_CONTEXT}|{_TEMPLATE}"
_IN_BODY = (
    "Variable|Connection|conn_id|connection_id|get_conn|Hook|get_hook|{{|{%|deferrable|Backend|irtualenv"
    "|StoragePath|searchpath|global |@task|'var'|'conn'|\"var\"|\"conn\""
)
"""The text of every body in which something is asked for, or tasks are made, has one, or `_FILE_NAME`."""
_FILE_NAME = re.compile(rf"\.(?:{ENDINGS_NAMED})\s*[\"']")


def _words(statement: str) -> tuple[set[str], frozenset[str]]:
    """Of an import statement, the words with which a module's name begins, and all words."""
    names = _WORD.findall(statement)
    words = frozenset(names) - {"import", "as"}
    if statement.startswith("."):
        return {""}, words
    return set(names[:1] if "import" in names else words), words


def _stem(path: str) -> str:
    """The last part of a module's name."""
    return path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]


class Overview:
    """The import statements of all files of a project, and which of the files may ask for something."""

    def __init__(self, vocabulary: Vocabulary = NOTHING_MORE) -> None:
        self.vocabulary = vocabulary
        self.words = (*_IN_BODY.split("|"), *vocabulary.names())
        self._in_file = re.compile("|".join([_IN_FILE, *vocabulary.names()]).encode(), re.DOTALL)
        self._statements: dict[str, Sequence[str]] = {}
        """The import statements of each file, but for those of Airflow."""
        self._renamed: dict[str, list[str]] = {}
        """The new names that they give to what asks by itself."""
        self._leading: dict[str, frozenset[str]] = {}
        """The words of those that could import a file that asks for something."""
        self._parts: set[str] = {""}
        """Every folder and file of the project, by its name."""
        self._imported: set[str] = set()
        """The words of all import statements."""
        self._asking: set[str] = set()

    def add(self, path: str, data: bytes) -> None:
        """Looks over one file. All are added before anything else is asked."""
        self._parts.update(path.removesuffix(".py").split("/"))
        statements: list[str] = []
        for statement in _IMPORT.findall(data.decode(errors="replace")):
            if "as" in statement.split() and (renamed := _ASKS_BY_ITSELF.findall(statement)):
                self._renamed.setdefault(path, []).extend(renamed)
            if not _AIRFLOW.match(statement):
                statements.append(statement)
        self._statements[path] = statements
        if b"airflow" in data or self._in_file.search(data):
            self._asking.add(path)

    def follow(self) -> None:
        """Files that import others that ask may ask, too."""
        inside: dict[str, frozenset[str]] = {}
        for statement in set().union(*self._statements.values()):
            first, words = _words(statement)
            if not self._parts.isdisjoint(first):
                inside[statement] = words
        self._imported.update(*inside.values())
        importing = {
            path: found
            for path, statements in self._statements.items()
            if (found := [inside[each] for each in statements if each in inside])
        }
        stems: set[str] = set()
        added: Iterable[str] = self._asking
        while added:
            stems.update(map(_stem, added))
            added = [
                path
                for path, found in importing.items()
                if path not in self._asking and not all(map(stems.isdisjoint, found))
            ]
            self._asking.update(added)
        for path, found in importing.items():
            self._leading[path] = frozenset().union(*(each for each in found if not stems.isdisjoint(each)))
        self._statements = dict.fromkeys(self._statements, ())

    def may_ask(self, path: str) -> bool:
        """Whether the file could ask for something, itself or by what it imports."""
        return path in self._asking or path not in self._statements

    def may_be_imported(self, path: str) -> bool:
        """Whether some file could import it."""
        return path not in self._statements or _stem(path) in self._imported

    def names_in(self, path: str, text: str) -> tuple[Iterable[str], Iterable[str]]:
        """The names in a file for what asks by itself, and those that may be imported from files that ask."""
        if path not in self._statements:
            return _WORD.findall(" ".join(_IMPORT.findall(text))), ()
        return self._renamed.get(path, ()), self._leading.get(path, ())


class Asking:
    """Which bodies of one file could ask for something: by their text, or by a name defined so."""

    def __init__(
        self,
        module: Module,
        body: Sequence[ast.stmt],
        overview: Overview,
        imported: Callable[[], Sequence[Asking]],
    ) -> None:
        """`imported`: the same of the project's files that this one imports, as far as they are read."""
        self._module = module
        self._body = body
        self._overview = overview
        self._imported = imported
        self._is_closed = False
        self._names: set[str] = set()
        self._names_of = -1
        """How many imported files `_names` comes from."""

    def asks(self, node: ast.stmt | ast.expr) -> bool:
        """Whether what is at `node` could ask for something; nothing once it is closed."""
        if self._is_closed:
            return False
        text = self._module.text_of(node)
        return self._asks(text) or not self.names().isdisjoint(_WORD.findall(text))

    def sets(self, node: ast.stmt | ast.expr) -> bool:
        """Whether an attribute is assigned there."""
        return not self._is_closed and _SETS.search(self._module.text_of(node)) is not None

    def names(self) -> set[str]:
        """Names of functions, classes and values of this file by which something is asked for."""
        others = () if self._is_closed else self._imported()
        if self._names_of < len(others):
            self._names_of = len(others)
            module = self._module
            renamed, leading = self._overview.names_in(module.path, module.text)
            held = {name: only(module.scope.names.get(name, ())) for name in leading}
            inside = (name for name, value in held.items() if not isinstance(value, External))
            self._names.update(renamed, inside, *(other.names() for other in others))
            self._follow()
        return self._names

    def close(self) -> None:
        """Keeps the names only."""
        self.names()
        self._is_closed, self._body = True, ()

    def _asks(self, text: str) -> bool:
        """Whether the text by itself asks. (Many searches for a word are quicker than one for all.)"""
        return any(map(text.__contains__, self._overview.words)) or _FILE_NAME.search(text) is not None

    def _follow(self) -> None:
        """Adds what is defined by something that asks, or by a name that leads there."""
        rest: list[tuple[str, set[str]]] = []
        for name, node in _definitions(self._body):
            text = self._module.text_of(node)
            if self._asks(text):
                self._names.add(name)
            else:
                rest.append((name, set(_WORD.findall(text))))
        while found := {name for name, words in rest if not self._names.isdisjoint(words)} - self._names:
            self._names |= found


def within(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The statements of a body, and those of the blocks in it, but for functions."""
    for node in body:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Expr, ast.Assign)):
            blocks = [
                getattr(node, part, None) for part in ("body", "orelse", "handlers", "finalbody", "cases")
            ]
            for block in filter(None, blocks):
                yield from within(block)


def _definitions(body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.stmt]]:
    for node in within(body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id, node
