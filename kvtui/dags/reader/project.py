"""The project's other files: which one an import means, and what its names are. Opens no file itself."""

from __future__ import annotations

import ast
import posixpath
import warnings
from collections.abc import Callable

from kvtui.dags.reader.model import Unreadable
from kvtui.dags.reader.scopes import Scope
from kvtui.dags.reader.values import External, ModuleRef, Values, unknown

Look = Callable[[str], str | None]
"""A path relative to the project, with `/`, in; the file's text out, None if there is none."""
_ROOTS = ("", "dags", "plugins", "include", "config", "src")
"""What Airflow, and Astro's image, put on Python's path."""


class Sources:
    """Finds and reads the modules of one project, each once."""

    def __init__(self, look: Look, read: Callable[[str, str, ast.Module, Sources], Scope | None]) -> None:
        self._look = look
        self._read = read
        self._scopes: dict[str, Scope | None] = {}
        self._places: dict[tuple[str, str], str | None] = {}
        self._trees: dict[str, ast.Module | Unreadable] = {}
        """Of modules that were imported, until they are scanned: then they are not parsed again."""

    def tree(self, path: str, text: str) -> ast.Module | Unreadable:
        """The syntax tree of a file that is scanned."""
        return self._trees.pop(path, None) or _parsed(text)

    def import_module(self, name: str, path: str) -> Values:
        """`import name`, in the file `path`: the project's module, or one from outside."""
        found = self._find(name, path)
        return (ModuleRef(found),) if found is not None else (External(name),)

    def import_from(self, node: ast.ImportFrom, name: str, path: str) -> Values:
        """One name of `from module import name`, in the file `path`."""
        module = _module_name(node, path)
        scope = self._find(module, path)
        if scope is not None:
            held = scope.names.get(name)
            return held if held is not None else self.inside(scope, name)
        below = self._find(f"{module}.{name}" if module.strip("/") else module + name, path)
        if below is not None:
            return (ModuleRef(below),)
        if node.level:
            return unknown(f"{'.' * node.level}{node.module or ''} is not in the project")
        return (External(f"{module}.{name}"),)

    def everything(self, node: ast.ImportFrom, path: str) -> Scope | None:
        """The module of `from module import *`; None if it is from outside."""
        return self._find(_module_name(node, path), path)

    def inside(self, scope: Scope, name: str) -> Values:
        """A submodule of a package, or what the text of a module does not tell."""
        folder, _, file = scope.path.rpartition("/")
        if file == "__init__.py":
            for path in (f"{folder}/{name}.py", f"{folder}/{name}/__init__.py"):
                found = self._scope(path.lstrip("/"))
                if found is not None:
                    return (ModuleRef(found),)
        return unknown(f"{name} is not assigned in {scope.path}")

    def has_read(self, path: str) -> bool:
        """Whether some import led to that file."""
        return self._scopes.get(path) is not None

    def _find(self, name: str, path: str) -> Scope | None:
        """The project's module of that name, seen from `path`."""
        if name.split(".")[0] == "airflow" or not name.strip("/"):
            return None
        place = (name, posixpath.dirname(path))
        if place not in self._places:
            self._places[place] = self._path_of(name, path)
        found = self._places[place]
        return self._scope(found) if found is not None else None

    def _path_of(self, name: str, path: str) -> str | None:
        below = name.lstrip("/").replace(".", "/")
        folders = [""]
        if not name.startswith("/"):
            folders = _folders_of(path)
            folders += [root for root in _ROOTS if root not in folders]
        for folder in folders:
            start = posixpath.join(folder, below)
            for candidate in (f"{start}.py", f"{start}/__init__.py"):
                if candidate != path and self._look(candidate) is not None:
                    return candidate
        return None

    def _scope(self, path: str) -> Scope | None:
        if path not in self._scopes:
            self._scopes[path] = None  # while it is read: modules that import each other
            text = self._look(path)
            if text is not None:
                tree = self._trees[path] = _parsed(text)
                if isinstance(tree, ast.Module):
                    self._scopes[path] = self._read(path, text, tree, self)
        return self._scopes[path]


def _folders_of(path: str) -> list[str]:
    """The folders around a file, the nearest first; the last is the project's."""
    folders = [posixpath.dirname(path)]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    return folders


def _module_name(node: ast.ImportFrom, path: str) -> str:
    """The absolute name; of a relative import a path's folders as packages: `/dags.etl`."""
    if not node.level:
        return node.module or ""
    folder = _folders_of(path)[min(node.level, len(_folders_of(path))) - 1]
    return "/" + ".".join(part for part in (folder.replace("/", "."), node.module) if part)


def _parsed(text: str) -> ast.Module | Unreadable:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        return Unreadable(error.lineno or 1, f"not Python: {error.msg}", python=True)
    except ValueError:
        return Unreadable(1, "not Python: it holds null bytes", python=True)
    except (RecursionError, MemoryError):
        return Unreadable(1, "its code is nested too deeply", python=True)
