"""What one controller announces to the others: typed events on a small bus. `composition` says who
listens, and in which order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from kvtui.settings.model import Settings


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The user changed one or more settings; the state has the new ones already."""

    before: Settings
    after: Settings


@dataclass(frozen=True, slots=True)
class SignInChanged:
    """A sign-in began, failed or was stopped: nobody is signed in by it."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """There is a sign-in."""


@dataclass(frozen=True, slots=True)
class NamesListed:
    """The listing of the vault's names ended, in whatever way."""


@dataclass(frozen=True, slots=True)
class EntriesFound:
    """A search in the directory ended, in whatever way, or an entry was loaded again."""


@dataclass(frozen=True, slots=True)
class PlanReady:
    """It is known what would be written, or why nothing can be."""


@dataclass(frozen=True, slots=True)
class LookupAnswered:
    """A lookup was answered by the vault."""

    deployment: bool
    """As the deployment identity."""


@dataclass(frozen=True, slots=True)
class IdentityRead:
    """The deployment identity, with the settings as they are, has read from the vault."""


@dataclass(frozen=True, slots=True)
class AuditFinished:
    """The project's keys were judged."""


Event = TypeVar("Event")


class EventBus:
    """Calls the subscribers of an event's class, in the order in which they subscribed."""

    def __init__(self) -> None:
        self._handlers: dict[type, list[Callable[[Any], object]]] = defaultdict(list)

    def subscribe(self, event: type[Event], *handlers: Callable[[Event], object]) -> None:
        """Has the handlers called for every event of that class."""
        self._handlers[event].extend(handlers)

    def publish(self, event: object) -> None:
        """Calls the handlers, now."""
        for handler in self._handlers[type(event)]:
            handler(event)
