"""What a project configures: `[tool.kvtui.audit]` in pyproject.toml, or `[audit]` in .kvtui.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
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

    def folders_missing(self) -> list[str]:
        """A sentence for each folder that is not there."""
        if self.path is None:
            return []
        where = self.path.parent
        return [
            f'{self.path.name}: folders has "{sanitized(name, 60)}", which is not a folder in {where}.'
            for name in self.folders
            if not (where / name).is_dir()
        ]


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
        _Parser(path)._reject("", f"is not TOML: {sanitized(error, 120)}")
    return _Parser(path).parsed(document)


@dataclass(slots=True)
class _Parser:
    """Checks one file's section; what may only be a typing error is a warning."""

    path: Path
    warnings: list[str] = field(default_factory=list)

    def parsed(self, document: Mapping[str, object]) -> AuditConfig | None:
        is_own = self.path.name == FILES[0]
        names = ("audit",) if is_own else ("tool", "kvtui", "audit")
        if is_own:
            self._check_keys("", document, names)
        section: object = document
        for name in names:
            section = section.get(name) if isinstance(section, dict) else None
        if section is None:
            return AuditConfig(self.path, warnings=tuple(self.warnings)) if is_own else None
        if not isinstance(section, dict):
            self._reject(".".join(names), "must be a table")
        self._check_keys("", section, _KEYS)
        wrappers = section.get("wrappers", [])
        if not isinstance(wrappers, list):
            self._reject("wrappers", "must be a list of tables")
        reads = tuple(self._wrapper(f"wrappers[{number}]", each) for number, each in enumerate(wrappers))
        ignore = tuple(self._pattern(*each) for each in self._texts(section, "ignore"))
        arguments = frozenset(
            self._matching(key, text, _NAME, "the name of an argument")
            for key, text in self._texts(section, "connection-arguments")
        )
        folders = tuple(self._folder(*each) for each in self._texts(section, "folders"))
        return AuditConfig(self.path, ignore, Vocabulary(reads, arguments), folders, tuple(self.warnings))

    def _texts(self, section: Mapping[str, object], key: str) -> list[tuple[str, str]]:
        """Each text of a list, with what it is called in a message."""
        value = section.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._reject(key, "must be a list of texts")
        return [(f"{key}[{number}]", each) for number, each in enumerate(value)]

    def _pattern(self, key: str, text: str) -> KeyPattern:
        kind, pattern = text.split(":", 1) if ":" in text else ("", text)
        if kind and kind not in _KINDS:
            self._reject(key, f'must begin with "variable:" or "connection:", not "{kind}:"')
        if not pattern:
            self._reject(key, "must name a key")
        return KeyPattern(pattern, kind, self.path.name)

    def _wrapper(self, key: str, wrapper: object) -> Read:
        if not isinstance(wrapper, dict):
            self._reject(key, "must be a table")
        self._check_keys(f"{key}.", wrapper, _WRAPPER_KEYS)
        what = "a name such as package.module.get"
        named = self._matching(f"{key}.function", wrapper.get("function"), _DOTTED, what)
        kind, default = wrapper.get("kind"), wrapper.get("default", False)
        if kind not in _KINDS:
            self._reject(f"{key}.kind", 'must be "variable" or "connection"')
        written = wrapper.get("argument", "key" if kind == "variable" else "conn_id")
        argument = self._matching(f"{key}.argument", written, _NAME, "the name of an argument")
        if not isinstance(default, bool):
            self._reject(f"{key}.default", "must be true or false")
        owner, _, function = named.rpartition(".")
        return Read(re.escape(owner), (function,), kind, argument, not default, default)

    def _folder(self, key: str, text: str) -> str:
        folder = text.strip("/")
        if text.startswith("/") or not folder or ".." in folder.split("/"):
            self._reject(key, "must be a folder below the file's own")
        return folder

    def _matching(self, key: str, value: object, pattern: re.Pattern[str], what: str) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self._reject(key, f"must be {what}")
        return value

    def _check_keys(self, above: str, table: Mapping[str, object], known: tuple[str, ...]) -> None:
        """A warning for each key that does not exist."""
        for name in table:
            if name not in known:
                near = nearest(name, list(known))
                hint = f"; did you mean {near}?" if near else "."
                self.warnings.append(f"{self.path.name}: there is no key {above}{sanitized(name, 60)}{hint}")

    def _reject(self, key: str, why: str) -> NoReturn:
        what = f"{self.path.name}: {key} {why}." if key else f"{self.path.name} {why}."
        raise ProblemError(Problem(what, f"Correct {self.path}.", ProblemKind.USAGE)) from None
