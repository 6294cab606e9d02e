"""The names of a vault from a file: what `--list --json` prints, or one name a line. No vault is asked."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kvtui.airflow.naming import is_legal
from kvtui.azure.model import SecretName
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import path_shown, sanitized

LARGEST_LIST = 64 * 1024 * 1024
"""Bytes of a list of names: a vault of 250,000 has less."""
_MAKE_IT = Remedy(Do.LIST_NAMES, f"Make it {HOW}.")


@dataclass(frozen=True, slots=True)
class ListedNames:
    """What a file says that a vault has."""

    names: tuple[SecretName, ...]
    vault: str = ""
    """The vault's URL, where the file names it."""


def read_names(named: str) -> ListedNames:
    """The names in a file; `-` reads stdin. Raises `ProblemError` (usage)."""
    where = "stdin" if named == "-" else path_shown(named)
    try:
        if named != "-":
            with Path(named).expanduser().open("rb") as file:
                data = file.read(LARGEST_LIST + 1)
        else:
            data = sys.stdin.buffer.read(LARGEST_LIST + 1) if sys.stdin else b""
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _rejected(f"{where} is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not a path").lower()
        raise _rejected(f"{where} cannot be read ({reason})") from None
    if len(data) > LARGEST_LIST:
        raise _rejected(f"{where} is too large for a list of names")
    return parse_names(text, where)


def parse_names(text: str, where: str) -> ListedNames:
    """The names in `text`, the content of `where`. Empty lines and lines that begin with # do not count.

    Raises `ProblemError` (usage) for anything else, also for a list that ended early.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith(("{", "[")):
        return _of_json(text, where)
    names = []
    for number, line in enumerate(text.splitlines(), 1):
        name = line.strip()
        if name and not name.startswith("#"):
            if not is_legal(name):
                raise _rejected(f"{where}, line {number}: not a name that a vault can have")
            names.append(SecretName(name))
    return ListedNames(tuple(names))


def _of_json(text: str, where: str) -> ListedNames:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise _rejected(f"{where} is not JSON") from None
    vault, secrets = "", content
    if isinstance(content, dict):
        if "problem" in content:
            raise _rejected(f"{where} is an incomplete list: its run ended with a problem")
        vault, secrets = content.get("vault", ""), content.get("secrets")
    if not isinstance(secrets, list) or not isinstance(vault, str):
        raise _rejected(f"{where} has no list of secrets")
    return ListedNames(tuple(_one(each, n, where) for n, each in enumerate(secrets)), vault)


def _one(entry: object, number: int, where: str) -> SecretName:
    given = entry if isinstance(entry, dict) else {"name": entry}
    name, enabled = given.get("name"), given.get("enabled", True)
    if not isinstance(name, str) or not is_legal(name) or not isinstance(enabled, bool):
        raise _rejected(f"{where}: entry {number + 1} of the list is not a secret")
    return SecretName(name, enabled, _date(given.get("expires")), _date(given.get("not_before")))


def _date(text: object) -> datetime | None:
    """A date as `--list --json` writes it; None for anything else."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _rejected(what: str) -> ProblemError:
    return ProblemError(Problem(f"List of names: {sanitized(what, 300)}.", _MAKE_IT, ProblemKind.USAGE))
