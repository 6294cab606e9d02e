"""Asks the vault the way `AzureKeyVaultBackend` does, each name once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from kvtui.airflow import rules
from kvtui.airflow.backend import Backend, has_path
from kvtui.airflow.model import Outcome
from kvtui.airflow.naming import NameAsked, fault
from kvtui.airflow.option import NotABooleanError, is_true
from kvtui.airflow.vault_errors import VaultError, consequence, remedy
from kvtui.core.words import count
from kvtui.settings.model import Kind


@dataclass(frozen=True, slots=True)
class Answer:
    """What the backend got for one key."""

    asked: str
    """The name that went to the vault; empty if no request was sent."""
    text: str | None = field(repr=False)
    """The value; None if there is none."""
    outcome: Outcome
    detail: str
    exception: str = ""
    """The class of the exception that leaves the backend; empty if there is none."""
    message: str = ""
    warning: str = ""
    remedy: str = ""
    """How to make the vault answer, one sentence; empty if that is not known."""
    another_vault: bool = False
    """The name is in a vault that the reader does not read."""


@dataclass
class VaultAsker:
    """One lookup's requests to the vault. A name is read once and the answer kept."""

    read: Callable[[str], Awaitable[str | None]]
    provider_version: str
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    vault_url: str | None = None
    """The one vault that `read` reads; None: any; empty: none."""
    answers: dict[tuple[object, ...], Answer] = field(default_factory=dict, repr=False)

    logger = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend"

    @property
    def multi_team(self) -> bool:
        """`[core] multi_team`. Raises `NotABooleanError` where Airflow cannot read it."""
        return is_true(self.environment, "core", "multi_team")

    def name_of(self, backend: Backend, key: str, kind: Kind) -> NameAsked:
        """The name that `backend` builds for `key`."""
        naming = backend.naming
        reads_option = rules.TEAM_REFUSAL_MULTI_TEAM.holds(self.provider_version)
        if reads_option and naming.prefix(kind) is not None:
            try:
                naming = replace(naming, multi_team=self.multi_team)
            except NotABooleanError as error:
                return NameAsked(None, error=str(error), error_type="AirflowConfigException")
        return naming.secret_name(kind, key)

    async def ask(self, backend: Backend, key: str, kind: Kind) -> Answer:
        """What `backend` answers for `key`. Reads the name at most once."""
        named = self.name_of(backend, key, kind)
        if named.error:
            detail = f"building the name fails ({named.error_type}: {named.error})"
            return Answer("", None, Outcome.ERROR, detail, named.error_type, named.error)
        if named.name is None or named.why_not:
            return Answer("", None, Outcome.NOT_ASKED, named.why_not, warning=named.warning)
        if backend.client_fault is not None:
            failed = backend.client_fault
            detail = f"no request is sent ({failed.type}: {failed.message})"
            return Answer("", None, Outcome.ERROR, detail, failed.type, failed.message)
        if backend.request_fault is not None:
            failed = backend.request_fault
            detail = f"the vault is not reached ({failed.type}: {failed.message})"
            return Answer(named.name, None, Outcome.ERROR, detail, failed.type, failed.message)
        if elsewhere := self._another_vault(backend):
            only = _host(self.vault_url) if self.vault_url else "vaults of Azure's own domains"
            detail = f"its vault is {elsewhere}, and kvtui asks only {only}"
            return Answer(named.name, None, Outcome.NOT_ASKED, detail, another_vault=True)
        if named.illegal or has_path(backend):
            return _bad_request(named)
        asked = (named.name, *backend.identity())
        if asked not in self.answers:
            self.answers[asked] = await self._read(named.name, backend, kind)
        return self.answers[asked]

    def _another_vault(self, backend: Backend) -> str:
        """The host of the backend's vault, if it is not the one that is read."""
        host = _host(backend.values["vault_url"])
        return host if self.vault_url is not None and host != _host(self.vault_url) else ""

    async def _read(self, name: str, backend: Backend, kind: Kind) -> Answer:
        more = ""
        try:
            text = await self.read(name)
        except VaultError as error:
            if error.status != 404:
                return _failed(name, error, backend)
            text, more = None, f"; {error.message}" if error.message else ""
        if text is None:
            return Answer(name, None, Outcome.ABSENT, f"404, the vault has no such secret{more}")
        if text == "" and kind is Kind.CONNECTION:
            return Answer(name, None, Outcome.ABSENT, "empty, which counts as absent for a connection")
        detail = characters(text) if text else "empty, which counts as a value: Airflow asks no other backend"
        return Answer(name, text, Outcome.FOUND, detail)


def _host(url: object) -> str:
    return urlsplit(str(url).strip(" /")).netloc.lower().removesuffix(":443")


def characters(text: str) -> str:
    """How long a text is, in words."""
    return count(len(text), "character")


def _bad_request(named: NameAsked) -> Answer:
    """The service's 400 for a name that it does not allow, known without sending it."""
    name = named.name or ""
    if named.illegal:
        detail = f"the vault answers 400 BadParameter: it does not allow that name, {fault(name)}"
    else:
        detail = "the vault answers 400: vault_url goes on after the host"
    words = f"The request URI contains an invalid name: {name}"
    message = f"(BadParameter) {words}\nCode: BadParameter\nMessage: {words}"
    return Answer(name, None, Outcome.ERROR, detail, "HttpResponseError", message)


def _failed(name: str, error: VaultError, backend: Backend) -> Answer:
    result = consequence(error, retries=backend.retries)
    detail = result.words
    if result.attempts > 1:
        detail += f"; {result.attempts} attempts, about {result.seconds:g} s"
    return Answer(name, None, result.outcome, detail, result.exception, error.message, remedy=remedy(error))
