"""What the text of a file shows before it is read as code: whether it can ask for anything at all.

A file asks only if its text has one of a few words, or if it imports a file that does. The same is asked of
each body of a file that is read. Both err on one side: what has the words is read, and may ask for nothing.
"""

from __future__ import annotations

import ast
import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from kvtui.dags.reader.constructs import CONTEXT_NAMES, ENDINGS_NAMED
from kvtui.dags.reader.vocabulary import NOTHING_MORE, Vocabulary

_IMPORT = re.compile(r"[ \t]*(?:from|import)[ \t]+([^\n(]*(?:\([^)]*\))?)")
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
    "|StoragePath|searchpath|global |'var'|'conn'|\"var\"|\"conn\""
)
"""The text of every body in which something of Airflow's is asked for has one of these, or `_FILE_NAME`."""
_FILE_NAME = re.compile(rf"\.(?:{ENDINGS_NAMED})\s*[\"']")


@lru_cache(maxsize=4)
def _in_file(vocabulary: Vocabulary) -> re.Pattern[bytes]:
    """What the text of a file has that may ask."""
    return re.compile("|".join([_IN_FILE, *vocabulary.names()]).encode(), re.DOTALL)


def _imports(text: str) -> Iterator[str]:
    """Every import statement, without its first word."""
    at = text.find("import")
    while at >= 0:
        found = _IMPORT.match(text, text.rfind("\n", 0, at) + 1)
        if found is not None:
            yield found[1]
        at = text.find("import", max(at + 1, found.end() if found is not None else 0))


def _asking_lines(text: str, words: str) -> list[int]:
    """The lines of a text that may ask. (Many searches for a word are quicker than one for all.)"""
    places = [found.start() for found in _FILE_NAME.finditer(text)]
    for word in words.split("|"):
        at = text.find(word)
        while at >= 0:
            places.append(at)
            at = text.find(word, at + 1)
    places.sort()
    counts = (text.count("\n", *span) for span in pairwise([0, *places]))
    return list(accumulate(counts, initial=1))[1:]


Statement = tuple[frozenset[str], frozenset[str]]
"""Of an import statement, the words with which a module's name begins, and all words."""


class Overview:
    """The import statements of all files of a project, and which of the files may ask for something."""

    def __init__(self, vocabulary: Vocabulary = NOTHING_MORE) -> None:
        self._vocabulary = vocabulary
        self._statements: dict[str, list[Statement]] = {}
        self._parts: set[str] = {""}
        """Every folder and file of the project, by its name."""
        self._imported: set[str] = set()
        """The words of all import statements."""
        self._asking: set[str] = set()
        self._stems: set[str] = set()

    def add(self, path: str, data: bytes) -> None:
        """Looks over one file. All are added before anything else is asked."""
        self._parts.update(path.removesuffix(".py").split("/"))
        found = _imports(data.decode(errors="replace"))
        self._statements[path] = [_words(each) for each in found if not _AIRFLOW.match(each)]
        if b"airflow" in data or _in_file(self._vocabulary).search(data):
            self._asking.add(path)

    def follow(self) -> None:
        """Files that import others that ask may ask, too."""
        inside: dict[str, set[str]] = {}
        for path, statements in self._statements.items():
            words = [words for first, words in statements if not self._parts.isdisjoint(first)]
            inside[path] = set().union(*words)
            self._imported |= inside[path]
        added: Iterable[str] = self._asking
        while added:
            stems = {_stem(path) for path in added} - self._stems
            self._stems |= stems
            added = [
                path
                for path, words in inside.items()
                if path not in self._asking and not stems.isdisjoint(words)
            ]
            self._asking.update(added)
        self._statements = {path: [] for path in inside}

    def may_ask(self, path: str) -> bool:
        """Whether the file could ask for something, itself or by what it imports."""
        return path in self._asking or path not in self._statements

    def may_be_imported(self, path: str) -> bool:
        """Whether some file could import it."""
        return path not in self._statements or _stem(path) in self._imported

    def leads_to(self, statement: str) -> frozenset[str]:
        """The words of an import statement that could import a file that asks for something; else none."""
        first, words = _words(statement)
        leads = not (self._parts.isdisjoint(first) or self._stems.isdisjoint(words))
        return words if leads or not self._statements else frozenset()


def _words(statement: str) -> Statement:
    names = _WORD.findall(statement)
    words = frozenset(names)
    if statement.startswith("."):
        return frozenset([""]), words
    return frozenset(names[:1]) if "import" in words else words, words - {"import", "as"}


def _stem(path: str) -> str:
    """The last part of a module's name."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return posixpath.basename(posixpath.dirname(path)) if stem == "__init__" else stem


class Asking:
    """Which bodies of one file could ask for something: by their text, or by a name defined so."""

    def __init__(
        self,
        text: str,
        body: Sequence[ast.stmt],
        overview: Overview,
        vocabulary: Vocabulary,
        imported: Callable[[], Sequence[Asking]],
        is_outside: Callable[[str], bool],
    ) -> None:
        """`imported`: the same of the project's files that this one imports, as far as they are read.

        `is_outside`: whether a name of the file is known to come from outside the project.
        """
        self._text = text if "\r" not in text else text.replace("\r\n", "\n").replace("\r", "\n")
        self._starts: list[int] = []
        self._words = "|".join([_IN_BODY, *vocabulary.names()])
        self._lines: list[int] | None = None
        """Those that ask by themselves, once somebody wants to know."""
        self._overview = overview
        self._imported = imported
        self._is_outside = is_outside
        self._body = body
        self._names: set[str] = set()
        self._names_of = -1
        """How many imported files `_names` comes from."""

    def asks(self, node: ast.stmt | ast.expr) -> bool:
        """Whether what is at `node` could ask for something; nothing once it is closed."""
        if not self._text:
            return False
        return self._asks(node) or not self.names().isdisjoint(self._words_of(node))

    def names(self) -> set[str]:
        """Names of functions, classes and values of this file by which something is asked for."""
        others = self._imported() if self._text else ()
        if self._names_of < len(others):
            self._names_of = len(others)
            self._names.update(self._imported_names(), *(other.names() for other in others))
            self._follow()
        return self._names

    def close(self) -> None:
        """Keeps the names only."""
        self.names()
        self._text, self._starts, self._body, self._lines = "", [], (), []

    def _follow(self) -> None:
        """Adds what is defined by something that asks, or by a name that leads there."""
        defined = self._definitions(self._body)
        rest = [(name, node) for name, node in defined if name not in self._names]
        words = {node: self._words_of(node) for _, node in rest if not self._asks(node)}
        while True:
            found = {
                name for name, node in rest if node not in words or not self._names.isdisjoint(words[node])
            }
            if not found:
                return
            self._names |= found
            rest = [(name, node) for name, node in rest if name not in self._names]

    def _imported_names(self) -> Iterator[str]:
        """Names that are imported from files that ask, and new names for what is not the project's."""
        for statement in _imports(self._text):
            yield from _ASKS_BY_ITSELF.findall(statement)
            if not _AIRFLOW.match(statement):
                words = self._overview.leads_to(statement)
                yield from (word for word in words if not self._is_outside(word))

    def _definitions(self, body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.stmt]]:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield node.name, node
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        yield target.id, node
            elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Expr)):
                for part in ("body", "orelse", "handlers", "finalbody"):
                    yield from self._definitions(getattr(node, part, ()))

    def _span(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        """From where to where the text of a node is, in whole lines."""
        if not self._starts:
            self._starts = [0, *accumulate(len(line) + 1 for line in self._text.split("\n"))]
        last = min(node.end_lineno or node.lineno, len(self._starts) - 1)
        return self._starts[node.lineno - 1], self._starts[last]

    def _words_of(self, node: ast.stmt | ast.expr) -> set[str]:
        return set(_WORD.findall(self._text, *self._span(node)))

    def sets(self, node: ast.stmt | ast.expr) -> bool:
        """Whether an attribute is assigned there."""
        return bool(self._text) and _SETS.search(self._text, *self._span(node)) is not None

    def _asks(self, node: ast.stmt | ast.expr) -> bool:
        """Whether the text by itself asks there."""
        if self._lines is None:
            self._lines = _asking_lines(self._text, self._words)
        place = bisect_left(self._lines, node.lineno)
        return place < len(self._lines) and self._lines[place] <= (node.end_lineno or node.lineno)
