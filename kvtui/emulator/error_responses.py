"""Errors of the services, and those of Entra: OAuth error, status and sentence by number."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from kvtui.emulator import company
from kvtui.emulator.http import Response, answer_json

_TABLE = company.table("entra_errors")


class ServiceError(Exception):
    """A service's error response; the text is the message in its body."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class EntraError(Exception):
    """Entra's error with `number`; its text is Entra's sentence, the names in it filled in."""

    def __init__(self, number: int, **names: str) -> None:
        self.number = number
        row = _TABLE[str(number)]
        self.error, self.status = row["error"], row["status"]
        super().__init__(f"AADSTS{number}: {row['words'].format(**names)}")


def error_response(error: EntraError, host: str) -> Response:
    """The body that the login host `host` sends for an error."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    trace, correlation = str(uuid4()), str(uuid4())
    body = {
        "error": error.error,
        "error_description": f"{error} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}",
        "error_codes": [error.number],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://{host}/error?code={error.number}",
    }
    return answer_json(error.status, body)
