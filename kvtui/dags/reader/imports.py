"""What the text of files shows before it is read as code: which may ask for anything, and what imports mean.

A file asks only if its text has one of a few words, or if it imports a file that does. That errs on one side:
what has the words is read, and may ask for nothing.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable, Iterable, Set
from functools import cached_property

from kvtui.dags.reader.constructs import CONTEXT_NAMES, NOTHING_MORE, Vocabulary
from kvtui.dags.reader.values import HOLE

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
_ROOTS = ("", "src", "dags", "plugins", "include", "config")
"""What Airflow, and Astro's image, put on Python's path, relative to a folder around the file."""


def _stem(path: str) -> str:
    """The last part of a module's name."""
    return path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]


class Overview:
    """The import statements of all files of a project, and which of the files may ask for something."""

    def __init__(
        self, has: Callable[[str], bool], vocabulary: Vocabulary = NOTHING_MORE, name: str = ""
    ) -> None:
        """`has`: whether the project has a file or a folder of that path; `name`: that of its directory."""
        self._has = has
        self._name = name
        self.vocabulary = vocabulary
        self.added: dict[str, list[tuple[bool, str]]] = {}
        """What files add to `sys.path`: whether in front, and the folder."""
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
        words = {}
        for path, each in self._statements.items():
            around = path.split("/") if any(one.startswith(".") for one in each) else ()
            words[path] = frozenset(around).union(*map(said.__getitem__, each))
        self._imported = frozenset().union(*words.values())
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
        first = words[:2] if "import" in words else words  # the second: see `path_of`
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

    def path_of(self, name: str, path: str) -> str:
        """The file that a name means in the file `path`; empty: none of the project's."""
        if not name.strip("/"):
            return ""
        below = name.lstrip("/").replace(".", "/")
        first = below.partition("/")[0]
        folders, guesses = [""], self.places("")
        if not name.startswith("/"):
            folders = [f"{each}/{root}".strip("/") for each in folders_of(path) for root in _ROOTS]
            for in_front, folder in self.added.get(path, ()):
                folders.insert(0 if in_front else len(folders), folder)
            guesses = self.places(first)
        candidates = (self._file(folder, first, below, path) for folder in folders)
        found = next(filter(None, candidates), "")
        if found:
            return found
        if not guesses:  # perhaps the project's directory is the package, or one in it by another name
            within = below.partition("/")[2]
            around = folders_of(path) if first == self._name or "/" in within else ()
            inside = (self._file(each, within.partition("/")[0], within, path) for each in around)
            return next(filter(None, inside), "") if within else ""
        files = {self._file(folder, first, below, path) for folder in guesses} - {""}
        return files.pop() if len(files) == 1 else ""

    def add_to_search_path(self, path: str, written: str, *, in_front: bool) -> None:
        """The file of that path adds a folder to `sys.path`, in which its imports are looked for, too."""
        folder = _folder(f"/{written}" if HOLE in written else written, path, self._has)
        added = self.added.setdefault(path, [])
        if folder is not None and (in_front, folder) not in added:
            added.append((in_front, folder))

    def _file(self, folder: str, first: str, below: str, importer: str) -> str:
        """The module that has the path `below`, which begins with `first`, in a folder; empty if none has."""
        start = f"{folder}/{first}".lstrip("/")
        if self._has(start) or self._has(f"{start}.py"):
            start = f"{folder}/{below}".lstrip("/")
            for candidate in (f"{start}.py", f"{start}/__init__.py"):
                if candidate != importer and self._has(candidate):
                    return candidate
        return ""


def folders_of(path: str) -> list[str]:
    """The folders around a file, the nearest first; the last is the project's."""
    folders = []
    while path:
        path = path.rpartition("/")[0]
        folders.append(path)
    return folders


def _folder(written: str, path: str, has: Callable[[str], bool]) -> str | None:
    """The project's folder that is meant; of one outside, the nearest around the file with its last names."""
    normal = posixpath.normpath(written)
    if not normal.startswith(("/", "..")):
        return "" if normal == "." else normal if has(normal) else None
    parts = [part for part in normal.split("/") if part not in ("", "..")]
    for around in folders_of(path):
        for start in range(len(parts)):
            folder = "/".join([around, *parts[start:]]).lstrip("/")
            if has(folder):
                return folder
    return None
