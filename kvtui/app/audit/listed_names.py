"""The names of a vault from a file, for an audit that asks no vault: `--list --json`, or one name a line."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kvtui.airflow.naming import is_legal
from kvtui.azure.model import SecretName
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import sanitized

_MAKE_IT = Remedy(Do.LIST_NAMES, f"Make it {HOW}.")


@dataclass(frozen=True, slots=True)
class ListedNames:
    """What a file says that a vault has."""

    names: tuple[SecretName, ...]
    vault: str = ""
    """The vault's URL, where the file names it."""


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
    name, enabled = (
        (entry.get("name"), entry.get("enabled", True)) if isinstance(entry, dict) else (entry, True)
    )
    if not isinstance(name, str) or not is_legal(name) or not isinstance(enabled, bool):
        raise _rejected(f"{where}: entry {number + 1} of the list is not a secret")
    return SecretName(name, enabled)


def _rejected(what: str) -> ProblemError:
    return ProblemError(Problem(f"List of names: {sanitized(what, 300)}.", _MAKE_IT, ProblemKind.USAGE))
