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
from typing import TypeAlias

from kvtui.dags.reader import operators
from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import Call

_DEPLOYED = re.compile("^/(?:usr/local|opt)/airflow/")
"""Where the project is in an image of Astro's, and of Airflow's."""
_ROOTS = ("", "dags", "include", "plugins", "config")
"""Folders of a project from which a path may be meant."""
_DATA = re.compile(r"(?!.*airflow_settings).*\.(?:json|ya?ml|toml)")
_LARGEST = 100_000
"""Characters of data that is loaded; YAML of that length takes a second."""
_MOST = 10_000
"""Values that data may hold; an alias in YAML can repeat them."""
_MOST_FILES = 1_000
_SECRET = re.compile(r"(?i:pass(?:word|wd)?|pwd)=|=.*(?=[A-Za-z]{,19}[0-9])[A-Za-z0-9]{20}")
"""A name and a value of data that may be a secret, which is not taken as a key."""
_NO_TEXT = "the key is not plain text"
_MAGIC = re.compile(r"[*?\[]")
_PARTS: dict[str, Callable[[str], str]] = {
    "name": posixpath.basename,
    "stem": lambda path: posixpath.splitext(posixpath.basename(path))[0],
    "suffix": lambda path: posixpath.splitext(path)[1],
}
"""Attributes of a path that are texts."""


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
    if written.startswith("/"):  # of `f"{ROOT}/…"`: the project's own path is empty
        yield posixpath.normpath(written).lstrip("/")


def attribute_of(path: v.File, name: str) -> v.Values:
    """`path.name`, `path.parent` and the like; a method by its dotted name."""
    if name == "parent":
        return operators.paths([(path,)], posixpath.dirname)
    if name == "parents":
        above: list[v.Values] = [(path,)]
        above += (operators.paths([above[-1]], posixpath.dirname) for _ in range(path.path.count("/") + 3))
        return v.as_items(above[1:])
    if name not in _PARTS:
        return v.external(f"{_METHODS}{name}")
    made = operators.each_of([(path,)], _PARTS[name])
    return v.unknown(f"the key is made of a path's {name}") if made == (v.Const(""),) else made


def from_library(name: str, call: Call, files: Files, code: str) -> v.Values | None:
    """What a function that makes or reads paths gives in the file `code`; None if it is another one."""
    make = _FUNCTIONS.get(name)
    if make is None:
        return None
    base = [call.base] if name.startswith(_METHODS) else []
    return make([*base, *call.positional()], files, code)


Given: TypeAlias = "list[v.Values]"
"""A function's arguments by position; a method's begin with its object."""
Make: TypeAlias = "Callable[[Given, Files, str], v.Values | None]"


def _text(make: Callable[..., str]) -> Make:
    return lambda given, *_: operators.each_of(given, make)


def _path(make: Callable[..., str]) -> Make:
    return lambda given, *_: operators.paths(given, make)


def _listing(pattern: Callable[..., str], give: Callable[[str], v.Value]) -> Make:
    """Lists files by the pattern that the arguments make."""
    return lambda given, files, code: _listed(operators.paths(given, pattern), files, code, give)


def _loader(ending: str) -> Make:
    return lambda given, files, code: _loaded(given[0], ending, files, code) if given else None


def _opened(given: Given, *_: object) -> v.Values | None:
    path = v.only(given[0] if given else ())
    path = path if isinstance(path, v.File) else v.only(operators.paths(given[:1], str))
    return (replace(path, is_read=True),) if isinstance(path, v.File) else None


def _split(given: Given, *_: object) -> v.Values:
    stem = operators.each_of(given, lambda path: posixpath.splitext(path)[0])
    return v.as_items([stem, operators.each_of(given, _PARTS["suffix"])])


def _listed(pattern: v.Values, files: Files, code: str, give: Callable[[str], v.Value]) -> v.Values | None:
    path = v.only(pattern)
    if not isinstance(path, v.File) or path.why is v.BY_CALLER:
        return v.unknown(v.BY_CALLER) if v.by_caller(pattern) else None
    parts = path.path.split("/")
    plain = list(takewhile(lambda part: not _MAGIC.search(part), parts))
    folder = files.find("/".join(plain), code)
    found = files.listed(folder, "/".join(parts[len(plain) :])) if folder is not None else []
    return v.as_items([(give(each),) for each in found]) if found else None


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


def _same(path: str, *_: object) -> str:
    return path


_METHODS = "pathlib.Path."
_FUNCTIONS: dict[str, Make] = {
    **dict.fromkeys(("pathlib.Path", "pathlib.PurePath"), _path(lambda *parts: posixpath.join("", *parts))),
    **{f"{_METHODS}{name}": _path(_same) for name in ("resolve", "absolute", "expanduser")},
    f"{_METHODS}joinpath": _path(posixpath.join),
    f"{_METHODS}with_name": _path(lambda path, name: posixpath.join(posixpath.dirname(path), name)),
    f"{_METHODS}with_suffix": _path(lambda path, suffix: posixpath.splitext(path)[0] + suffix),
    f"{_METHODS}as_posix": _text(_same),
    "os.fspath": _text(_same),
    **{
        f"os.path.{name}": _text(_same)
        for name in ("abspath", "realpath", "normpath", "expanduser", "expandvars")
    },
    "os.path.join": _text(posixpath.join),
    "os.path.dirname": _text(posixpath.dirname),
    "os.path.basename": _text(posixpath.basename),
    "os.path.splitext": _split,
    f"{_METHODS}glob": _listing(posixpath.join, v.File),
    f"{_METHODS}rglob": _listing(lambda path, pattern: f"{path}/**/{pattern}", v.File),
    f"{_METHODS}iterdir": _listing(lambda path: f"{path}/*", v.File),
    **dict.fromkeys(("glob.glob", "glob.iglob"), _listing(_same, v.Const)),
    "os.listdir": _listing(lambda path: f"{path}/*", lambda path: v.Const(posixpath.basename(path))),
    **dict.fromkeys(("builtins.open", "io.open"), _opened),
    **{f"{_METHODS}{name}": _opened for name in ("open", "read", "read_text", "read_bytes")},
    **{f"json.{name}": _loader("json") for name in ("load", "loads")},
    **{
        f"{module}.{name}": _loader("toml")
        for module in ("tomllib", "tomli", "toml")
        for name in ("load", "loads")
    },
    **{f"yaml.{name}": _loader("yaml") for name in ("load", "safe_load", "full_load", "unsafe_load")},
    "ruamel.yaml.YAML.load": _loader("yaml"),
}
"""What makes paths, lists files or loads data, by its dotted name."""
