"""The folders that a file adds to `sys.path`, as far as its text shows them."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Iterator, Mapping

_ANYWHERE = "/?"
"""A path that the text does not show; what is joined to it may still be a folder of the project."""
_SAME = (
    "Path",
    "PurePath",
    "str",
    "fspath",
    "abspath",
    "realpath",
    "normpath",
    "resolve",
    "absolute",
    "as_posix",
)
"""Functions and methods that give the same path in another form."""


def folders_of(path: str) -> list[str]:
    """The folders around a file, the nearest first; the last is the project's."""
    folders = []
    while path:
        path = path.rpartition("/")[0]
        folders.append(path)
    return folders


def added_folders(tree: ast.Module, path: str, has: Callable[[str], bool]) -> Iterator[tuple[bool, str]]:
    """Each folder, relative to the project, and whether it is put before all others.

    `path`: the file's; `has`: whether the project has a file or a folder of that path.
    """
    names: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                names[name] = value
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(ast.Attribute(ast.Name("sys"), "path"), "insert" | "append" as how),
                args=[*_, written],
            ):
                folder = _folder(_path(written, names, path), path, has)
                if folder is not None:
                    yield how == "insert", folder


def _path(node: ast.expr, names: Mapping[str, ast.expr], path: str, depth: int = 5) -> str:
    """What an expression gives as a path: relative to the project, or absolute. `depth`: names in names."""

    def of(each: ast.expr) -> str:
        return _path(each, names, path, depth)

    match node:
        case ast.Constant(str(text)):
            return text
        case ast.Name("__file__"):
            return path
        case ast.Name(name) if depth and name in names:
            return _path(names[name], names, path, depth - 1)
        case ast.Attribute(_, "pardir"):
            return ".."
        case ast.Attribute(value, "parent") | ast.Call(
            ast.Attribute(_, "dirname") | ast.Name("dirname"), [value]
        ):
            return posixpath.dirname(of(value))
        case ast.Subscript(ast.Attribute(value, "parents"), ast.Constant(int(number))):
            return "/".join(of(value).split("/")[: -number - 1])
        case ast.BinOp(left, ast.Div(), right):
            return posixpath.join(of(left), of(right))
        case ast.BinOp(left, ast.Add(), right):
            return of(left) + of(right)
        case ast.JoinedStr(values):
            return "".join(map(of, values))
        case ast.FormattedValue(value):
            return of(value)
        case ast.Call(ast.Attribute(value, "joinpath"), args):
            return posixpath.join(of(value), *map(of, args))
        case ast.Call(ast.Attribute(_, "join"), [first, *args]):
            return posixpath.join(of(first), *map(of, args))
        case ast.Call(ast.Attribute(_, name) | ast.Name(name), [first, *args]) if name in _SAME:
            return posixpath.join(of(first), *map(of, args))
        case ast.Call(ast.Attribute(value, name), []) if name in _SAME:
            return of(value)
    return _ANYWHERE


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
