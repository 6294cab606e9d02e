"""Paths that the code makes, of its own file's or not, and the data that it loads from the project's files.

A path is relative to the project, with a `HOLE` for what is not known; `__file__` is that of the file itself.
"""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from pathlib import PurePosixPath

from kvtui.dags.reader import operators
from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import Call

_DEPLOYED = re.compile("^/(?:usr/local|opt)/airflow/")
"""Where the project is in an image of Astro's, and of Airflow's."""
_ROOTS = ("", "dags", "include", "plugins", "config")
"""Folders of a project from which a path may be meant."""
_DATA = re.compile(r"(?!.*airflow_settings).*\.(?:json|ya?ml|toml)")
_LOADER = re.compile(r"(json|yaml|toml|tomllib|tomli|ruamel\.yaml\.YAML)\.(?:(?:safe|full|unsafe)_)?loads?")
_LARGEST = 100_000
"""Characters of data that is loaded; YAML of that length takes a second."""
_MOST = 10_000
"""Values that data may hold; an alias in YAML can repeat them."""
_MOST_FILES = 1_000
_SECRET = re.compile(r"(?i:pass(?:word|wd)?|pwd)=|=.*(?=[A-Za-z]{,19}[0-9])[A-Za-z0-9]{20}")
"""A name and a value of data that may be a secret, which is not taken as a key."""
_NO_TEXT = "the key is not plain text"
_MAGIC = re.compile(r"[*?\[]")
_PATHS = ("pathlib.Path", "pathlib.PurePath")
_SAME = ("abspath", "realpath", "normpath", "expanduser", "expandvars", "fspath", "as_posix")
_TEXTS: dict[str, Callable[..., str]] = {
    **dict.fromkeys(_SAME, lambda path: path),
    "join": posixpath.join,
    "dirname": posixpath.dirname,
    "basename": posixpath.basename,
}
"""Functions of `os.path`, and methods of a path, that give a text."""
_NEW_PATHS: dict[str, Callable[..., str]] = {
    **dict.fromkeys(("resolve", "absolute", "expanduser"), lambda path, *_: path),
    "joinpath": posixpath.join,
    "with_name": lambda path, name: posixpath.join(posixpath.dirname(path), name),
    "with_suffix": lambda path, suffix: posixpath.splitext(path)[0] + suffix,
}
_PARTS: dict[str, Callable[[str], str]] = {
    "name": posixpath.basename,
    "stem": lambda path: posixpath.splitext(posixpath.basename(path))[0],
    "suffix": lambda path: posixpath.splitext(path)[1],
}
_PATTERNS: dict[str, Callable[..., str]] = {
    "pathlib.Path.glob": posixpath.join,
    "pathlib.Path.rglob": lambda path, pattern: f"{path}/**/{pattern}",
    "pathlib.Path.iterdir": lambda path: f"{path}/*",
    "glob.glob": lambda path: path,
    "glob.iglob": lambda path: path,
    "os.listdir": lambda path: f"{path}/*",
}
"""Functions that list files, by the pattern that their arguments make."""


@dataclass(frozen=True)
class Files:
    """The files of a project, by paths relative to it, with `/`."""

    names_in: Callable[[str], Collection[str]]
    """The names of the files and folders in a folder."""
    text: Callable[[str], str | None] = lambda path: None
    """What a file of data holds; None if it cannot be read."""
    _data: dict[str, v.Values] = field(default_factory=dict)

    def has(self, path: str) -> bool:
        """Whether there is a file or a folder of that path."""
        folder, _, name = path.rpartition("/")
        return name in self.names_in(folder)

    def find(self, written: str, code: str) -> str | None:
        """The file or folder that a path in the file `code` means; None: none of the project's."""
        return next((path for path in meant(written, code) if not path or self.has(path)), None)

    def data(self, path: str) -> v.Values:
        """What a file of JSON, YAML or TOML holds; nothing if it is another file, or not valid."""
        if path not in self._data:
            text = self.text(path) if _DATA.fullmatch(path) else None
            self._data[path] = data_of(text or "", path)
        return self._data[path]

    def listed(self, folder: str, pattern: str) -> list[str]:
        """The paths in a folder that a pattern fits: `*.yml`, `**/*.yml`."""
        every = islice(self._below(folder, deep="/" in pattern), _MOST_FILES)
        return [path for path in every if PurePosixPath(path).match(pattern)]

    def _below(self, folder: str, *, deep: bool) -> Iterator[str]:
        for name in sorted(self.names_in(folder)):
            path = posixpath.join(folder, name)
            yield path
            if deep and not name.startswith("."):
                yield from self._below(path, deep=deep)


def meant(written: str, code: str, *more: str) -> Iterator[str]:
    """What a path in the file `code` may mean inside the project, the likeliest first; `more`: folders."""
    start, hole, rest = written.rpartition(v.HOLE)
    if hole and (start or not rest.startswith("/")):
        return
    written = rest.lstrip("/") if hole else _DEPLOYED.sub("", written)
    for folder in (posixpath.dirname(code), *_ROOTS, *more):
        path = posixpath.normpath(posixpath.join(_DEPLOYED.sub("", folder), written))
        if not path.startswith(("/", "..")):
            yield "" if path == "." else path


def attribute_of(path: v.File, name: str) -> v.Values:
    """`path.name`, `path.parent` and the like; a method by its dotted name."""
    if name == "parent":
        return operators.paths([(path,)], posixpath.dirname)
    if name == "parents":
        above: list[v.Values] = [(path,)]
        above += (operators.paths([above[-1]], posixpath.dirname) for _ in range(path.path.count("/") + 3))
        return v.as_items(above[1:])
    if name not in _PARTS:
        return v.external(f"{_PATHS[0]}.{name}")
    made = operators.each_of([(path,)], _PARTS[name])
    return v.unknown(f"the key is made of a path's {name}") if made == (v.Const(""),) else made


def from_library(name: str, call: Call, files: Files, code: str) -> v.Values | None:
    """What a function that makes or reads paths gives in the file `code`; None if it is another one."""
    owner, _, last = name.rpartition(".")
    base = call.base if owner in _PATHS else ()
    given = [base, *call.positional()] if base else call.positional()
    if name in _PATHS:
        return operators.paths(given or [(v.Const(""),)], posixpath.join)
    if not given:
        return None
    if base and last in _NEW_PATHS:
        return operators.paths(given, _NEW_PATHS[last])
    if last in _TEXTS and (base or owner in ("os.path", "os")):
        return operators.each_of(given, _TEXTS[last])
    if name == "os.path.splitext":
        stem = operators.each_of(given, lambda path: posixpath.splitext(path)[0])
        return v.as_items([stem, operators.each_of(given, _PARTS["suffix"])])
    if name in _PATTERNS:
        return _listed(operators.paths(given, _PATTERNS[name]), files, code, name)
    if (base and last in ("open", "read", "read_text", "read_bytes")) or name in ("builtins.open", "io.open"):
        path = v.only(base if last == "read" else operators.paths(given[:1], str))
        return (replace(path, is_read=True),) if isinstance(path, v.File) else None
    found = _LOADER.fullmatch(name)
    return _loaded(given[0], found[1], files, code) if found else None


def _listed(pattern: v.Values, files: Files, code: str, function: str) -> v.Values | None:
    """The files that are there now, by a pattern of paths, as the function gives them."""
    path = v.only(pattern)
    if not isinstance(path, v.File) or path.why is v.BY_CALLER:
        return v.unknown(v.BY_CALLER) if v.by_caller(pattern) else None
    parts = path.path.split("/")
    plain = list(takewhile(lambda part: not _MAGIC.search(part), parts))
    folder = files.find("/".join(plain), code)
    found = files.listed(folder, "/".join(parts[len(plain) :])) if folder is not None else []
    if function == "os.listdir":
        found = [*map(posixpath.basename, found)]
    make = v.File if function.startswith(_PATHS) else v.Const
    return v.as_items([(make(each),) for each in found]) if found else None


def _loaded(source: v.Values, loader: str, files: Files, code: str) -> v.Values | None:
    """What a file, or a text, holds as data."""
    value = v.only(source)
    if isinstance(value, v.Const) and isinstance(value.value, str) and "." not in value.value:
        return data_of(value.value, f"{code}.{loader}") or None
    path = v.only(operators.paths([source], str)) if isinstance(value, v.Const) else value
    if not isinstance(path, v.File) or path.why is v.BY_CALLER:
        return v.unknown(v.BY_CALLER) if v.by_caller(source) else None
    found = files.find(path.path, code)
    return (found and files.data(found)) or None


def data_of(text: str, path: str) -> v.Values:
    """What a text of JSON, YAML or TOML, by the ending of its file, holds; nothing if it is not valid."""
    if not text.strip() or len(text) > _LARGEST:
        return ()
    try:
        return _values(_parsed(text, path.rpartition(".")[2]), path, iter(range(_MOST)))
    except Exception:  # of three parsers; a file of data never ends the audit
        return ()


def _parsed(text: str, ending: str) -> object:
    if ending == "json":
        return json.loads(text)
    if ending.startswith("toml"):
        return tomllib.loads(text)
    from ruamel.yaml import YAML

    reader = YAML(typ="safe")
    reader.allow_duplicate_keys = True
    return reader.load(text)


def _values(data: object, path: str, left: Iterator[int], name: str = "") -> v.Values:
    """The same as values; `name`: the key that it is under. Raises StopIteration if there is too much."""
    next(left)
    if isinstance(data, dict):
        held = [v.Entry(key, _values(each, path, left, str(key)), path, 0) for key, each in data.items()]
        return (v.Table(tuple(held)),)
    if isinstance(data, list):
        return (v.Items(tuple([_values(each, path, left, name) for each in data])),)
    if isinstance(data, str) and ("$" in data or _SECRET.search(f"{name}={data}")):
        return v.unknown(f"the key comes from {path}, which does not show it")
    return (v.Const(data),) if isinstance(data, (str, int, float)) or data is None else v.unknown(_NO_TEXT)
