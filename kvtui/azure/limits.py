"""How long kvtui waits and how much it accepts. One object, so that a test can make the times short."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes."""

    connect: float = 5
    """Until there is a connection, the proxy's part included."""
    read: float = 15
    """Until the next byte of an answer."""
    body: float = 30
    """For the whole body of one answer."""
    retries: int = 3
    """After 429 and 5xx."""
    retries_network: int = 1
    """After a connection that failed or an answer that broke off."""
    backoff: float = 0.8
    """The SDK's factor: it waits 0, 2, 4, … times this."""
    retry_after: float = 30
    """The longest wait a service may ask for; a longer one ends the request."""
    answer: int = 1_000_000
    """One answer, after decoding. A secret's value has 25,600 bytes at most."""
    names: int = 1_000_000
    pages: int = 100_000
    """Of one listing. The service makes pages of 25 names at most, and may send short and empty ones."""
    found_pages: int = 8
    """Of one directory search, 25 entries each."""
    token: float = 45
    """For one token, if nobody has to do anything."""
    poll: float = 3
    """Between two tries whether a change is visible."""
    settle: float = 900
    """Until a change is visible everywhere; role assignments take up to ten minutes."""
    probe: float = 1
    """Until a host without a managed identity is known to have none."""


LIMITS = Limits()
