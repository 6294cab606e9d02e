"""What a project configures: `[tool.kvtui.audit]` in pyproject.toml, or `[audit]` in .kvtui.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized
from kvtui.dags.reader.constructs import NOTHING_MORE, Read, Vocabulary
from kvtui.dags.setting_aside import KeyPattern
from kvtui.project.files import read_file
from kvtui.project.git import repository_root
from kvtui.settings.values import nearest

FILES = (".kvtui.toml", "pyproject.toml")
"""The first of a directory that has the section counts, of the nearest directory that has one."""
_KINDS = ("variable", "connection")
_NAME = re.compile(r"[A-Za-z_]\w*")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_KEYS = ("ignore", "connection-arguments", "wrappers", "folders")
_WRAPPER_KEYS = ("function", "kind", "argument", "default")


@dataclass(frozen=True, slots=True)
class AuditConfig:
    """What a project's file says; without one, nothing."""

    path: Path | None = None
    ignore: tuple[KeyPattern, ...] = ()
    vocabulary: Vocabulary = NOTHING_MORE
    """Argument names and functions of its own that name, or ask for, a key."""
    folders: tuple[str, ...] = ()
    """Folders that are read as `dags` is, relative to the file's directory."""
    warnings: tuple[str, ...] = ()

    def folders_read(self) -> frozenset[Path]:
        """The folders as real paths."""
        return frozenset(self.path.parent / name for name in self.folders) if self.path else frozenset()


def config_around(directory: Path) -> AuditConfig:
    """The configuration of the nearest directory, from `directory`, a real path, up to the repository's top.

    Outside a repository only `directory` itself counts. Raises `ProblemError` (usage), which names the file
    and the key, for what is not valid or cannot be read.
    """
    top = repository_root(directory) or directory
    for folder in (directory, *directory.parents):
        for name in FILES:
            state = read_file(folder / name, follow=True)
            if state.text is not None and (name == FILES[0] or "kvtui" in state.text):
                found = parse_config(state.text, state.path)
                if found is not None:
                    return found
        if folder == top:
            break
    return AuditConfig()


def parse_config(text: str, path: Path) -> AuditConfig | None:
    """The section of one file's text; None if it has none. Raises `ProblemError` (usage)."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _reject(path, "", f"is not TOML: {sanitized(error, 120)}")
    warnings: list[str] = []
    section: object = document
    names = ("audit",) if path.name == FILES[0] else ("tool", "kvtui", "audit")
    for name in names:
        section = section.get(name) if isinstance(section, dict) else None
    if path.name == FILES[0]:
        warnings += _unknown(path, "", document, names)
    if section is None:
        return AuditConfig(path, warnings=tuple(warnings)) if path.name == FILES[0] else None
    if not isinstance(section, dict):
        _reject(path, ".".join(names), "must be a table")
    warnings += _unknown(path, "", section, _KEYS)
    wrappers = section.get("wrappers", [])
    if not isinstance(wrappers, list):
        _reject(path, "wrappers", "must be a list of tables")
    for number, each in enumerate(wrappers):
        if not isinstance(each, dict):
            _reject(path, f"wrappers[{number}]", "must be a table")
        warnings += _unknown(path, f"wrappers[{number}].", each, _WRAPPER_KEYS)
    return AuditConfig(
        path,
        tuple(_pattern(path, n, each) for n, each in enumerate(_texts(path, section, "ignore"))),
        Vocabulary(
            tuple(_wrapper(path, f"wrappers[{n}]", each) for n, each in enumerate(wrappers)),
            frozenset(
                _matching(path, f"connection-arguments[{n}]", each, _NAME, "the name of an argument")
                for n, each in enumerate(_texts(path, section, "connection-arguments"))
            ),
        ),
        tuple(_folder(path, n, each) for n, each in enumerate(_texts(path, section, "folders"))),
        tuple(warnings),
    )


def _texts(path: Path, section: Mapping[str, object], key: str) -> list[str]:
    value = section.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        _reject(path, key, "must be a list of texts")
    return value


def _pattern(path: Path, number: int, text: str) -> KeyPattern:
    kind, colon, pattern = text.partition(":")
    if not colon:
        kind, pattern = "", text
    if kind and kind not in _KINDS:
        _reject(path, f"ignore[{number}]", f'must begin with "variable:" or "connection:", not "{kind}:"')
    if not pattern:
        _reject(path, f"ignore[{number}]", "must name a key")
    return KeyPattern(pattern, kind, path.name)


def _wrapper(path: Path, key: str, wrapper: Mapping[str, object]) -> Read:
    named = _matching(
        path, f"{key}.function", wrapper.get("function"), _DOTTED, "a name such as package.module.get"
    )
    owner, _, function = named.rpartition(".")
    kind = wrapper.get("kind")
    if kind not in _KINDS:
        _reject(path, f"{key}.kind", 'must be "variable" or "connection"')
    usual = "key" if kind == "variable" else "conn_id"
    argument = _matching(
        path, f"{key}.argument", wrapper.get("argument", usual), _NAME, "the name of an argument"
    )
    default = wrapper.get("default", False)
    if not isinstance(default, bool):
        _reject(path, f"{key}.default", "must be true or false")
    read = Read(re.escape(owner), (function,), str(kind), argument)
    return replace(read, may_default=not default, always_default=default)


def _folder(path: Path, number: int, text: str) -> str:
    folder = text.strip("/")
    if text.startswith("/") or not folder or ".." in folder.split("/"):
        _reject(path, f"folders[{number}]", "must be a folder below the file's own")
    return folder


def _matching(path: Path, key: str, value: object, pattern: re.Pattern[str], what: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        _reject(path, key, f"must be {what}")
    return value


def _unknown(path: Path, above: str, table: Mapping[str, object], known: tuple[str, ...]) -> list[str]:
    """A warning for each key that does not exist: it may be a typing error."""
    warnings = []
    for name in table:
        if name not in known:
            near = nearest(name, list(known))
            hint = f"; did you mean {near}?" if near else "."
            warnings.append(f"{path.name}: there is no key {above}{sanitized(name, 60)}{hint}")
    return warnings


def _reject(path: Path, key: str, why: str) -> NoReturn:
    what = f"{path.name}: {key} {why}." if key else f"{path.name} {why}."
    raise ProblemError(Problem(what, f"Correct {path}.", ProblemKind.USAGE)) from None
