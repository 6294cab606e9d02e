"""What the tests may do to the embedded Azure, and what it reports to them: faults and the request log.

Plain data that crosses the process boundary as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    """What goes wrong with a matching request."""

    DELAY = "delay"
    """Answers as usual, `seconds` later."""
    STATUS = "status"
    """Answers `status`, with `retry_after` as Retry-After when it is given.

    With method CONNECT the proxy refuses the tunnel."""
    RESET = "reset"
    """Sends half of the body, then resets the connection."""
    TRUNCATED = "truncated"
    """Sends half of the body, then closes the connection in good order."""
    SLOW = "slow"
    """Sends the body in single bytes, `seconds` apart."""
    DRIP = "drip"
    """Sends the headers in single bytes, `seconds` apart."""
    ENDLESS = "endless"
    """Sends a body that never ends."""
    BOMB = "bomb"
    """Sends a small compressed body that holds 80 MiB."""
    HANG = "hang"
    """Never answers."""
    BAD_JSON = "bad-json"
    """Status 200, an answer that ends in mid-sentence."""
    HTML = "html"
    """Status 200, the login page of a captive portal."""
    BODY = "body"
    """Answers `status` with `body` as it is."""
    REDIRECT = "redirect"
    """Status 302 to `target`, a URL."""
    FOREIGN_NEXT_LINK = "foreign-next-link"
    """Answers as usual, but the next page is said to be at `target`, a URL."""
    FOREIGN_CHALLENGE = "foreign-challenge"
    """Status 401 whose challenge names `target` as the tenant, and `resource` when it is given."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, for requests whose host, path and method match (shell patterns, case matters)."""

    kind: FaultKind
    host: str = "*"
    path: str = "*"
    method: str = "*"
    times: int | None = 1
    """How many matching requests it hits; None: all of them."""
    after: int = 0
    """How many matching requests it lets pass first."""
    with_token: bool = False
    """Lets requests without a token pass: the first one to a vault only fetches the challenge."""
    seconds: float = 0.0
    status: int = 500
    retry_after: str = ""
    target: str = "https://attacker.example/"
    resource: str = ""
    body: str = ""
    content_type: str = "application/json; charset=utf-8"

    def matches(self, host: str, path: str, method: str, *, token: bool) -> bool:
        """Whether this fault is meant for such a request. A CONNECT must be named: `*` is what is inside."""
        if method == "CONNECT" and self.method != "CONNECT":
            return False
        if not token and (self.with_token or self.kind is FaultKind.FOREIGN_NEXT_LINK):
            return False
        return (
            fnmatchcase(host, self.host) and fnmatchcase(path, self.path) and fnmatchcase(method, self.method)
        )


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request as the embedded Azure saw it. Carries no header and no body, so no token and no secret."""

    method: str
    """`CONNECT` for a tunnel through the proxy; its path is empty."""
    host: str
    path: str
    query: str
    status: int
    """0 while there is no answer."""
    caller: str
    """A user's principal name or an app's display name, as the token says; empty without a token."""


def value_requests(records: Iterable[RequestRecord]) -> list[RequestRecord]:
    """Of `records` those that asked a vault for a secret's value, answered or not."""
    return [record for record in records if _asks_for_value(record)]


def _asks_for_value(record: RequestRecord) -> bool:
    parts = record.path.strip("/").lower().split("/")
    return (
        record.method == "GET"
        and ".vault." in record.host
        and len(parts) >= 2
        and parts[0] == "secrets"
        and parts[2:] != ["versions"]
    )
