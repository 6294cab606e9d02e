"""Everyone in the tenant, found by the ids that requests carry; changes included."""

from __future__ import annotations

from datetime import datetime

from kvtui.emulator.people import everybody
from kvtui.emulator.principals import Principal


class Directory:
    """Everyone in the tenant, found by the ids that requests carry."""

    def __init__(self, now: datetime, apps: int = 0) -> None:
        self.now = now
        self._apps = apps
        self.version = 0
        """Grows with every change."""
        self.unseen: dict[str, int] = {}
        """Object ids that are so new that the next requests do not find them; how many."""
        self.restore()

    def restore(self) -> None:
        """As at the start."""
        self.version += 1
        self.unseen.clear()
        self.principals = everybody(self.now, self._apps)
        self._index()

    def put(self, principal: Principal) -> None:
        """Adds a principal, or takes it in place of the one with the same client id."""
        others = [one for one in self.principals if one.client_id != principal.client_id]
        self.principals = (*others, principal)
        self.version += 1
        self._index()

    def sees(self, object_id: str) -> bool:
        """Whether a request finds the object by now; counts it."""
        left = self.unseen.get(object_id, 0)
        if left:
            self.unseen[object_id] = left - 1
        return not left

    def _index(self) -> None:
        self.by_client_id = {p.client_id: p for p in self.principals if p.client_id}
        self.by_object_id = {p.object_id: p for p in self.principals if p.object_id}
        self.by_name = {p.name: p for p in self.principals}
