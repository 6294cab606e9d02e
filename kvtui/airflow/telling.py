"""What a lookup tells on its way: its steps, what Airflow logs, and what a human must not miss."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kvtui.airflow import rules
from kvtui.airflow.connections import odd_scheme
from kvtui.airflow.model import LogLine, Step
from kvtui.airflow.vault import Answer

_CONNECTION_LOGGER = "airflow.models.connection.Connection"


@dataclass
class Telling:
    """Collects what is told about one key."""

    key: str
    kind: str
    airflow_version: str
    steps: list[Step] = field(default_factory=list, kw_only=True)
    logs: list[LogLine] = field(default_factory=list, kw_only=True)
    notes: list[str] = field(default_factory=list, kw_only=True)
    """Headlines that come up on the way."""

    def note(self, headline: str) -> None:
        """Adds a headline, once."""
        if headline and headline not in self.notes:
            self.notes.append(headline)

    def settle(self, at: int, outcome: str, detail: str) -> None:
        """The end of a step that others came after."""
        self.steps[at] = replace(self.steps[at], outcome=outcome, detail=detail)

    def log_missing(self) -> None:
        """The API server has not what a task asked for: its client says so in some versions."""
        rule = rules.MISSING_VARIABLE_AT_ERROR
        if self.kind == "connection":
            rule = rules.MISSING_CONNECTION_AT_ERROR
        logger = "airflow.sdk.api.client"
        if rules.SERVER_ERROR_AT_WARNING.holds(self.airflow_version):
            self.logs.append(LogLine("WARNING", logger, "Server error", "supervisor"))
        if rule.holds(self.airflow_version):
            text = f"{self.kind.capitalize()} not found"
            self.logs.append(LogLine("ERROR", logger, text, "supervisor"))

    def unable(self, name: str) -> str:
        """What Airflow says of a backend that failed."""
        return (
            f"Unable to retrieve {self.kind} from secrets backend ({name}). "
            "Checking subsequent secrets backend."
        )

    def log_failure(self, name: str, where: str, logger: str) -> None:
        """The last step's backend failed, and Airflow goes on."""
        text = self.unable(name)
        if self._is_visible(where):
            self.logs.append(LogLine("ERROR", logger, text, where))
            self.steps[-1] = replace(self.steps[-1], logged=text)
        else:
            self.logs.append(LogLine("DEBUG", logger, text, where))

    def note_failure(self, answer: Answer, where: str) -> None:
        """The vault did not answer: who will see it, and what would end it."""
        if not answer.asked:
            place = "" if where == "process" else f" of the {where.replace('-', ' ')}"
            self.note(f"Every lookup in the vault{place} fails: {answer.detail}.")
            return
        if self._is_visible(where):
            seen = "Airflow logs it as an ERROR and goes on as if the secret were not there."
        else:
            seen = "Airflow logs it at DEBUG only and goes on: nobody will see it."
        self.note(f"The vault did not give {answer.asked}: {answer.detail}. {seen} {answer.remedy}".strip())

    def note_bad_json(self, error: Exception) -> None:
        """A task asked for JSON, and the value is none."""
        self.note(f"The value is no JSON ({error}): a task logs that, and the next backend is asked.")

    def warn_of_scheme(self, text: str, conn_type: object, where: str) -> None:
        """See `odd_scheme`."""
        odd = odd_scheme(text, conn_type, self.airflow_version)
        if odd:
            warning = f"Connection schemes (type: {odd}) shall not contain '_' according to RFC3986."
            self.logs.append(LogLine("WARNING", _CONNECTION_LOGGER, warning, where))

    def log_unread_extra(self, where: str, *, task: bool) -> None:
        """A connection's extra is text that is no JSON."""
        if task:
            logger = "airflow.sdk.definitions.connection"
            text = "Failed to deserialize extra property `extra`, returning empty dictionary"
        else:
            logger, text = _CONNECTION_LOGGER, f"Failed parsing the json for conn_id {self.key}"
        self.logs.append(LogLine("ERROR", logger, text, where))

    def _is_visible(self, where: str) -> bool:
        """Whether a backend's failure is logged at a level that is shown."""
        if self.kind == "variable" or not rules.QUIET_CONNECTION_ERRORS.holds(self.airflow_version):
            return True
        return where in ("worker", "triggerer") and rules.CONNECTION_ERRORS_IN_TASK_LOG.holds(
            self.airflow_version
        )
