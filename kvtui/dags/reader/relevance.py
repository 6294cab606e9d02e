"""What the text of a file shows before it is read as code: whether it can ask for anything at all.

A file asks only if its text has one of a few words, or if it imports a file that does. That errs on one side:
what has the words is read, and may ask for nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Set
from functools import cached_property

from kvtui.dags.reader.constructs import CONTEXT_NAMES, NOTHING_MORE, Vocabulary

_IMPORT = re.compile(r"^[ \t]*(?:import|from(?=[^\n]*import))[ \t]+([^\n(]*(?:\([^)]*\))?)", re.MULTILINE)
"""An import statement, without its first word."""
_WORD = re.compile(r"\w+")
_AIRFLOW = re.compile(r"airflow\b")
_TEMPLATE = r"\{[{%](?:(?!\}\}|%\}).){0,300}?\b(?:var|conn)\b"
_CONTEXT = rf"(?:{'|'.join(CONTEXT_NAMES)}|get_current_context\(\))\s*\[\s*[\"'](?:var|conn)[\"']"
_HOOK = (
    r"(?<!class )\b[A-Z]\w*Hook\s*\(|\w+Hook\s+as\b|\(\w+Hook\s*[,)]"
    r"|[Hh]ook[\w()\[\]\"', ]{0,40}\.\s*a?get_(?:connection|hook)"
)
_IN_FILE = rf"airflow|conn_id|connection_id|kafka_config_id|deferrable|{_HOOK}|{_CONTEXT}|{_TEMPLATE}"


def _stem(path: str) -> str:
    """The last part of a module's name."""
    return path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]


class Overview:
    """The import statements of all files of a project, and which of the files may ask for something."""

    def __init__(self, vocabulary: Vocabulary = NOTHING_MORE) -> None:
        self.vocabulary = vocabulary
        self._in_file = re.compile("|".join([_IN_FILE, *vocabulary.names()]).encode(), re.DOTALL)
        self._statements: dict[str, list[str]] = {}
        """The import statements of each file, but for those of Airflow."""
        self._parts: set[str] = set()
        """Every folder and file of the project, by its name."""
        self._imported: frozenset[str] = frozenset()
        """The words of all import statements that may mean a file of the project."""
        self._asking: set[str] = set()

    def add(self, path: str, data: bytes) -> None:
        """Looks over one file. All are added before anything else is asked."""
        self._parts.update(path.removesuffix(".py").split("/"))
        statements = _IMPORT.findall(data.decode(errors="replace"))
        self._statements[path] = [each for each in statements if not _AIRFLOW.match(each)]
        if b"airflow" in data or self._in_file.search(data):
            self._asking.add(path)

    def follow(self) -> None:
        """Files that import others that ask may ask, too."""
        said = {each: self._words(each) for each in set().union(*self._statements.values())}
        words = {
            path: frozenset().union(*map(said.__getitem__, each)) for path, each in self._statements.items()
        }
        self._imported = frozenset().union(*said.values())
        stems: set[str] = set()
        added: Iterable[str] = self._asking
        while added:
            stems.update(map(_stem, added))
            added = [path for path in words.keys() - self._asking if not stems.isdisjoint(words[path])]
            self._asking.update(added)
        self._statements = {path: [] for path in self._statements}

    def _words(self, statement: str) -> frozenset[str]:
        """The words of an import statement; none if it begins with no folder or file of the project."""
        words = _WORD.findall(statement)
        first = words[:1] if "import" in words else words
        inside = statement.startswith(".") or not self._parts.isdisjoint(first)
        return frozenset(words if inside else ())

    def may_ask(self, path: str) -> bool:
        """Whether the file could ask for something, itself or by what it imports."""
        return path in self._asking or path not in self._statements

    def places(self, name: str) -> Set[str]:
        """The folders that have a folder or a module of that name; none for a name of Python's own."""
        return self._places.get(name, frozenset()) if name not in sys.stdlib_module_names else frozenset()

    @cached_property
    def _places(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for path in self._statements:
            folder, _, name = path.removesuffix(".py").rpartition("/")
            while name:
                found.setdefault(name, set()).add(folder)
                folder, _, name = folder.rpartition("/")
        return found

    def may_be_imported(self, path: str) -> bool:
        """Whether some file could import it."""
        return path not in self._statements or _stem(path) in self._imported
