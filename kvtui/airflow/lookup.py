"""One lookup, backend by backend, in Airflow's own order. Collects the steps, the logs and the notes.

Mirrors `Variable.get` and `Connection.get_connection_from_secrets` of `airflow/models` (Airflow 2 and the
server of 3) and `_get_variable`, `_get_connection` of `airflow/sdk/execution_time/context.py` (tasks of 3).
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kvtui.airflow import rules
from kvtui.airflow.backend import Backend
from kvtui.airflow.connections import UnparsedError, doubt, odd_scheme, parse_connection, unread_extra
from kvtui.airflow.execution_api import is_sent, key_at_server
from kvtui.airflow.model import ExceptionInfo, LookupTrace, Outcome
from kvtui.airflow.option import NotABooleanError, is_true
from kvtui.airflow.platforms import AGENTS, ASTRO, ENVIRONMENT_MANAGER
from kvtui.airflow.vault import Answer, VaultAsker, characters
from kvtui.settings.model import Kind

Reader = Callable[[str], Awaitable[str | None]]

ENVIRONMENT = "EnvironmentVariablesBackend"
METASTORE = "MetastoreBackend"
EXECUTION_API = "ExecutionAPISecretsBackend"
_CONNECTION_LOGGER = "airflow.models.connection.Connection"
_TEAM_NAME = re.compile(r"_[^_]+___.+")


class Raised(Exception):  # noqa: N818 - Airflow raised; this carries it to the caller
    """The exception that leaves `Variable.get` or `get_connection`."""

    def __init__(self, type_name: str, message: str) -> None:
        super().__init__(message)
        self.info = ExceptionInfo(type_name, message)


@dataclass(frozen=True, slots=True)
class Found:
    """What a chain of backends found."""

    value: object = field(repr=False)
    """A variable's text or decoded value; a connection's fields."""
    length: int
    by: str
    """`AzureKeyVaultBackend@worker`"""
    doubtful: bool = False
    """A connection whose URI does not parse cleanly: see `doubt`."""


@dataclass
class Lookup:
    """The state of one lookup. `task` and `server` are its two entrances."""

    key: str
    kind: Kind
    airflow_version: str
    environment: Mapping[str, str] = field(repr=False)
    deserialize_json: bool
    vault: VaultAsker
    metastore: Mapping[str, str] | None = field(repr=False)
    caller: str
    """Where the caller runs: `worker`, `triggerer` or `process`."""
    platform: str = field(default="", kw_only=True)
    """One of `PLATFORMS`."""
    trace: LookupTrace = field(default_factory=LookupTrace, kw_only=True)
    assumes_metastore_empty: bool = field(default=False, kw_only=True)
    unknown: str = field(default="", kw_only=True)
    """Why a backend that Airflow asks was not asked here."""

    async def server(self, custom: Backend | None, where: str) -> Found | None:
        """Airflow 2 everywhere, Airflow 3 outside tasks. A variable's text is not decoded here."""
        logger = f"airflow.models.{self.kind}"
        if where == "api-server":
            if self.platform == AGENTS:
                self._skip_astro_plane(where)
                return await self._first((METASTORE,), where, logger)
            return await self._first((custom, ENVIRONMENT, METASTORE), where, logger)
        return await self._first((custom, *self._manager(), ENVIRONMENT, METASTORE), where, logger)

    async def task(self, custom: Backend | None, server_custom: Backend | None) -> Found | None:
        """A task of Airflow 3: the worker's own backends, then the API server's whole chain."""
        found = await self._first((custom, *self._manager(), ENVIRONMENT), self.caller, "task", task=True)
        return await self._through_api(server_custom) if found is None else found

    def _manager(self) -> tuple[str, ...]:
        """Astro puts its Environment Manager's connections before the environment's."""
        return (ENVIRONMENT_MANAGER,) if self.platform == ASTRO and self.kind is Kind.CONNECTION else ()

    def _skip_astro_plane(self, where: str) -> None:
        """The API server of Remote Execution has no vault backend, and an environment of its own."""
        no_backend = "Astro's orchestration plane: the API server has no vault backend"
        self.trace.step("AzureKeyVaultBackend", where, "", Outcome.NOT_ASKED, no_backend)
        unseen = "Astro's orchestration plane: kvtui cannot see the API server's environment; assumed absent"
        self.trace.step(ENVIRONMENT, where, "", Outcome.NOT_ASKED, unseen)
        self.trace.note("The API server runs in Astro's orchestration plane: it never asks the vault.")

    async def _first(
        self, chain: Sequence[Backend | str | None], where: str, logger: str, *, task: bool = False
    ) -> Found | None:
        """The first answer that Airflow accepts."""
        for backend in chain:
            if backend is None:
                continue
            name = backend if isinstance(backend, str) else backend.name
            text = await self._ask(backend, where)
            if isinstance(text, Answer):
                self._log_failure(name, where, logger)
                if name != ENVIRONMENT:
                    self._note_failure(text, where)
            elif text is not None:
                found = self._accept(text, name, where, logger, task=task)
                if found is not None:
                    return found
        return None

    async def _through_api(self, server_custom: Backend | None) -> Found | None:
        """The Execution API: the server's chain, its answer read once more by the task."""
        at = len(self.trace.steps)
        self.trace.step(EXECUTION_API, self.caller, "", Outcome.ABSENT, self._asks_the_api())
        if why := self._server_fails():
            self.trace.revise(at, detail=why)
            logger = "airflow.api_fastapi.execution_api.app"
            self.trace.log("ERROR", logger, "Handle died with an error", "api-server")
            return None
        key = key_at_server(self.kind, self.key, self.airflow_version)
        if key is None:
            why = "the key does not fit into"
            self.trace.revise(
                at, outcome=Outcome.ABSENT, detail=f"{why} the request's URL: nothing is looked up"
            )
            self.trace.note(f"A task cannot ask the API server for {self.key!r}: {why} a URL.")
            if is_sent(self.key):
                self._log_missing()  # an unknown route gives the same 404
            return None
        if key != self.key:
            self.trace.note(f"A task asks the API server for {key!r}: the key travels in a URL, unescaped.")
        there = replace(self, key=key)
        found = await there.server(server_custom, "api-server")
        self.assumes_metastore_empty = self.assumes_metastore_empty or there.assumes_metastore_empty
        self.unknown = self.unknown or there.unknown
        nothing = "the API server found nothing"
        if found is not None and self.kind is Kind.CONNECTION:
            found = self._over_the_wire(found)
            nothing = "the API server cannot send a connection without a type"
        if found is None:
            self.trace.revise(at, detail=nothing)
            self._log_missing()
            return None
        self.trace.revise(
            at, outcome=Outcome.FOUND, detail=f"the API server answers with the value from {found.by}"
        )
        if self.kind is Kind.CONNECTION or not self.deserialize_json:
            return found
        return self._decoded_from_api(found, at)

    def _asks_the_api(self) -> str:
        if self.caller == "triggerer":
            return "the trigger asks the API inside its triggerer, which does its own lookup"
        return "the task asks the API server, which does its own lookup"

    def _server_fails(self) -> str:
        """Why the API server answers no lookup at all; empty if it does."""
        if rules.MULTI_TEAM.holds(self.airflow_version):
            try:
                is_true(self.environment, "core", "multi_team")  # it looks for the task's team first
            except NotABooleanError:
                return "the API server fails: [core] multi_team is not a boolean"
        return ""

    def _decoded_from_api(self, found: Found, at: int) -> Found | None:
        try:
            return replace(found, value=json.loads(str(found.value)))
        except (ValueError, RecursionError) as error:
            if not rules.EXECUTION_API_BACKEND.holds(self.airflow_version):
                raise Raised(type(error).__name__, str(error)) from None
            logged = self._unable(EXECUTION_API)
            self.trace.log("ERROR", "task", logged, self.caller)
            self.trace.revise(at, detail=f"the API server's answer is not JSON: {error}", logged=logged)
            self._note_bad_json(error)
            return None

    def _over_the_wire(self, found: Found) -> Found | None:
        """A connection as the API server sends it: it must have a type, and its description is not sent."""
        fields = dict(found.value) if isinstance(found.value, Mapping) else {}
        texts = ("host", "schema", "login", "password", "extra")
        if not all(isinstance(fields.get(name), str) for name in ("conn_id", "conn_type")) or not all(
            fields.get(name) is None or isinstance(fields.get(name), str) for name in texts
        ):
            return None
        return replace(found, value={**fields, "description": None})

    # --- one backend ---

    async def _ask(self, backend: Backend | str, where: str) -> str | Answer | None:
        """The text that a backend holds, None if it has none, an `Answer` if it failed."""
        name = backend if isinstance(backend, str) else backend.name
        if name == ENVIRONMENT:
            try:
                return self._from_environment(where)
            except NotABooleanError as error:
                detail = f"[core] multi_team is not a boolean (AirflowConfigException: {error})"
                self.trace.step(ENVIRONMENT, where, "", Outcome.ERROR, detail)
                return Answer("", None, Outcome.ERROR, detail, "AirflowConfigException", str(error))
        if name == METASTORE:
            return self._from_metastore(where)
        if name == ENVIRONMENT_MANAGER:
            self.trace.step(name, where, "", Outcome.NOT_ASKED, "not visible from here; assumed empty")
            self.trace.note(
                f"This assumes that {name} (which kvtui cannot see) has no connection {self.key}."
            )
            return None
        if not isinstance(backend, Backend) or backend.unasked:
            why = backend.unasked if isinstance(backend, Backend) else ""
            self.trace.step(name, where, "", Outcome.NOT_ASKED, f"{why}; assumed empty")
            self._take_for_empty(name, why)
            return None
        answer = await self.vault.ask(backend, self.key, self.kind)
        if answer.warning:
            self.trace.log("WARNING", self.vault.logger, answer.warning, where)
        self.trace.step(name, where, answer.asked, answer.outcome, answer.detail, logged=answer.warning)
        if answer.another_vault:
            self._take_for_empty(name, answer.detail)
        if answer.exception:
            return answer
        return answer.text

    def _take_for_empty(self, name: str, why: str) -> None:
        self.unknown = self.unknown or f"{name} was not asked: {why}."
        self.trace.note(f"{name} was not asked: {why}. The rest assumes that it is empty.")

    def _from_environment(self, where: str) -> str | None:
        prefix = "AIRFLOW_CONN_" if self.kind is Kind.CONNECTION else "AIRFLOW_VAR_"
        if why := self._rejected_as_team():
            self.trace.step(ENVIRONMENT, where, "", Outcome.NOT_ASKED, why)
            return None
        name = prefix + self.key.upper()
        text = self.environment.get(name)
        if text is None or (self.kind is Kind.CONNECTION and not text):
            detail = "not set" if text is None else "empty, which counts as absent for a connection"
            self.trace.step(ENVIRONMENT, where, name, Outcome.ABSENT, detail)
            return None
        self.trace.step(ENVIRONMENT, where, name, Outcome.FOUND, characters(text))
        return text

    def _rejected_as_team(self) -> str:
        """Why the environment's backend does not look the key up; empty if it does."""
        if rules.ENV_REFUSES_TEAM_NAMES.holds(self.airflow_version) and _TEAM_NAME.fullmatch(self.key):
            return "a key such as _TEAM___key is reserved for teams"
        if (
            rules.ENV_REFUSES_TEAM_SEP.holds(self.airflow_version)
            and self.vault.multi_team
            and "___" in self.key
        ):
            return "with [core] multi_team a key that contains ___ is reserved for teams"
        return ""

    def _from_metastore(self, where: str) -> str | None:
        if self.metastore is None:
            self.assumes_metastore_empty = True
            detail = "kvtui cannot see the metastore; assumed empty"
            self.trace.step(METASTORE, where, "", Outcome.NOT_ASKED, detail)
            return None
        text = self.metastore.get(self.key)
        if text is None or (self.kind is Kind.CONNECTION and not text):
            self.trace.step(METASTORE, where, self.key, Outcome.ABSENT, "no such row")
            return None
        self.trace.step(METASTORE, where, self.key, Outcome.FOUND, characters(text))
        return text

    # --- how the caller reads a text ---

    def _accept(self, text: str, name: str, where: str, logger: str, *, task: bool) -> Found | None:
        """The text as the caller gets it; None if Airflow treats it as a failed backend and continues."""
        by = f"{name}@{where}"
        decode = task and self.deserialize_json and not rules.SDK_IGNORES_JSON.holds(self.airflow_version)
        try:
            if self.kind is Kind.CONNECTION:
                fields = parse_connection(self.key, text, self.airflow_version, task=task)
                if not task:
                    self._warn_of_scheme("" if name == METASTORE else text, fields["conn_type"], where)
                if unread_extra(fields["extra"]):
                    self._log_unread_extra(where, task=task)
                if why := doubt(text):
                    self.trace.note(why)
                return Found(fields, len(text), by, doubtful=bool(why))
            return Found(json.loads(text) if decode else text, len(text), by)
        except UnparsedError as error:
            detail = f"{characters(text)} that are not a connection: {error.words}; Airflow continues"
            outcome = Outcome.FOUND if error.parsed else Outcome.ERROR
            self.trace.revise(-1, outcome=outcome, detail=detail)
            self._log_failure(name, where, logger)
            self.trace.note(
                f"The value from {by} is not a connection ({error.words}); Airflow reports only that it "
                "isn't defined."
            )
        except (ValueError, RecursionError) as error:
            detail = f"{characters(text)} that are not JSON ({error}); Airflow continues"
            self.trace.revise(-1, detail=detail)
            self._log_failure(name, where, logger)
            self._note_bad_json(error)
        return None

    # --- what Airflow logs, and the headlines ---

    def _log_missing(self) -> None:
        """Logs, in some versions, that the API server does not have what a task requested."""
        rule = rules.MISSING_VARIABLE_AT_ERROR
        if self.kind is Kind.CONNECTION:
            rule = rules.MISSING_CONNECTION_AT_ERROR
        logger = "airflow.sdk.api.client"
        if rules.SERVER_ERROR_AT_WARNING.holds(self.airflow_version):
            self.trace.log("WARNING", logger, "Server error", "supervisor")
        if rule.holds(self.airflow_version):
            text = f"{self.kind.capitalize()} not found"
            self.trace.log("ERROR", logger, text, "supervisor")

    def _unable(self, name: str) -> str:
        """What Airflow logs about a backend that failed."""
        return (
            f"Unable to retrieve {self.kind} from secrets backend ({name}). "
            "Checking subsequent secrets backend."
        )

    def _log_failure(self, name: str, where: str, logger: str) -> None:
        """The last step's backend failed, and Airflow continues."""
        text = self._unable(name)
        if self._is_visible(where):
            self.trace.log("ERROR", logger, text, where)
            self.trace.revise(-1, logged=text)
        else:
            self.trace.log("DEBUG", logger, text, where)

    def _note_failure(self, answer: Answer, where: str) -> None:
        """The vault did not answer: where that is logged, and how to fix it."""
        if not answer.asked:
            place = "" if where == "process" else f" of the {where.replace('-', ' ')}"
            self.trace.note(f"Every lookup in the vault{place} fails: {answer.detail}.")
            return
        if self._is_visible(where):
            seen = "Airflow logs it as an ERROR and continues as if the secret did not exist."
        else:
            seen = "Airflow logs it at DEBUG only and continues, so it is easy to miss."
        self.trace.note(
            f"The vault did not return {answer.asked}: {answer.detail}. {seen} {answer.remedy}".strip()
        )

    def _note_bad_json(self, error: Exception) -> None:
        """A task requested JSON, and the value is not JSON."""
        self.trace.note(
            f"The value is not JSON ({error}): the task logs an error, and Airflow asks the next backend."
        )

    def _warn_of_scheme(self, text: str, conn_type: object, where: str) -> None:
        """See `odd_scheme`."""
        odd = odd_scheme(text, conn_type, self.airflow_version)
        if odd:
            warning = f"Connection schemes (type: {odd}) shall not contain '_' according to RFC3986."
            self.trace.log("WARNING", _CONNECTION_LOGGER, warning, where)

    def _log_unread_extra(self, where: str, *, task: bool) -> None:
        """A connection's extra is text but not JSON."""
        if task:
            logger = "airflow.sdk.definitions.connection"
            text = "Failed to deserialize extra property `extra`, returning empty dictionary"
        else:
            logger, text = _CONNECTION_LOGGER, f"Failed parsing the json for conn_id {self.key}"
        self.trace.log("ERROR", logger, text, where)

    def _is_visible(self, where: str) -> bool:
        """Whether a backend's failure is logged at a level that is shown."""
        if self.kind is Kind.VARIABLE or not rules.QUIET_CONNECTION_ERRORS.holds(self.airflow_version):
            return True
        return where in ("worker", "triggerer") and rules.CONNECTION_ERRORS_IN_TASK_LOG.holds(
            self.airflow_version
        )
