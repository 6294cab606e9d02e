"""What a vault is compared with: another vault, a list of names, or the DAGs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.app.audit.listed_names import read_names
from kvtui.app.compare.keys import Status
from kvtui.azure.model import SecretName
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import path_shown
from kvtui.settings.model import Kind, Settings, VaultAddress
from kvtui.settings.vault_address import parse_vault_address

if TYPE_CHECKING:
    from kvtui.app.audit.judging import Audit
    from kvtui.app.session import Session

STDIN = "-"
IN_CODE = (Kind.VARIABLE, Kind.CONNECTION)
"""The kinds that DAG code asks for."""


class SideKind(StrEnum):
    """What a side is; the values are those of the JSON."""

    VAULT = "vault"
    NAMES = "names"
    DAGS = "dags"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the user named to compare with."""

    kind: SideKind
    text: str
    """As it was typed."""
    vault: VaultAddress | None = None

    @property
    def label(self) -> str:
        """A few words for headings."""
        if self.vault is not None:
            return self.vault.name
        if self.kind is SideKind.DAGS:
            return f"the DAGs in {path_shown(self.text)}"
        return "stdin" if self.text == STDIN else path_shown(self.text)

    def settings(self, settings: Settings) -> Settings:
        """The settings with that vault, if it is one: prefixes and identities are the same."""
        return replace(settings, vault=self.vault) if self.vault is not None else settings


@dataclass(frozen=True, slots=True)
class Side:
    """One side with its names."""

    kind: SideKind
    label: str
    names: tuple[SecretName, ...]
    identity: str = ""
    """Who listed them; empty where no one had to."""
    vault: str = ""
    """The vault's URL, where it is known."""


def chosen(text: str, settings: Settings) -> Chosen:
    """What `text` names: `-` and a file are a list of names, a directory or .py file the DAGs; else a vault.

    Raises `ProblemError` (usage) for anything else, and for the vault that the settings name.
    """
    if text == STDIN:
        return Chosen(SideKind.NAMES, text)
    path = Path(text).expanduser()
    if text and _is_there(path):
        if path.is_dir() or path.suffix == ".py":
            return Chosen(SideKind.DAGS, text)
        return Chosen(SideKind.NAMES, text)
    try:
        vault = parse_vault_address(text, settings.cloud_name)
    except ProblemError as error:
        why, code = error.problem.what, error.problem.code
        what, remedy = "There is no such vault, file or directory.", "Check the name or the path."
        if "://" in text:  # only a vault's address is wrong in this way
            what, remedy = why, "Give the vault's name."
        raise ProblemError(Problem(what, remedy, ProblemKind.USAGE, code=code, detail=why)) from None
    if vault == settings.vault:
        what = f"{vault.name} would be compared with itself."
        raise ProblemError(Problem(what, "Name another vault.", ProblemKind.USAGE))
    return Chosen(SideKind.VAULT, text, vault)


def _is_there(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def in_order(there: Side) -> tuple[Status, ...]:
    """The statuses as a report has them: the keys of DAGs that the vault lacks come first."""
    if there.kind is not SideKind.DAGS:
        return tuple(Status)
    return Status.ONLY_THERE, Status.ONLY_HERE, Status.DIFFERS, Status.SAME


async def vault_side(session: Session, settings: Settings, *, deployment: bool = False) -> Side:
    """Every name of the settings' vault. Raises `ProblemError`."""
    vault = await session.vault(settings, deployment=deployment)
    names = [name async for page in vault.names() for name in page.items]
    address = settings.vault
    label, url = (address.name, address.url) if address is not None else ("", "")
    return Side(SideKind.VAULT, label, tuple(names), str(vault.identity), url)


def names_side(given: Chosen) -> Side:
    """The names of a file. Raises `ProblemError` (usage)."""
    found = read_names(given.text)
    return Side(given.kind, given.label, found.names, vault=found.vault)


def dags_side(given: Chosen, report: Audit) -> Side:
    """The secrets that the code asks the vault for; keys that are answered elsewhere are not among them."""
    return Side(given.kind, given.label, tuple(_asked(report)))


def _asked(report: Audit) -> Iterable[SecretName]:
    once = {
        each.secret_name.lower(): each.secret_name
        for each in report.judged
        if each.secret_name and each.outcome != "elsewhere"
    }
    return (SecretName(name) for name in once.values())
