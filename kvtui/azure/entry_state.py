"""In a few words, whether an app or an identity can sign in: the same in both doors. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from kvtui.azure.model import DirectoryEntry, EntryKind

Urgency = Literal["good", "warn", "bad", "dim"]

SOON_DAYS = 30


def days_left(when: datetime, at: datetime) -> int:
    """Whole days until `when`; negative when it is past."""
    return (when - at).days


def next_expiry(entry: DirectoryEntry, at: datetime) -> datetime | None:
    """When its next credential expires, of those that have not; the last one that did; None: never."""
    dates = sorted(each.expires for each in entry.credentials if each.expires is not None)
    coming = [date for date in dates if date > at]
    if coming or not dates:
        return coming[0] if coming else None
    return None if len(dates) < len(entry.credentials) else dates[-1]


def entry_state(entry: DirectoryEntry, at: datetime) -> tuple[str, Urgency]:
    """Of several credentials, the one that expires next counts; the expired ones only without another."""
    if not entry.enabled:
        return "disabled", "bad"
    if entry.kind is EntryKind.MANAGED_IDENTITY:
        return "needs no secret", "good"
    if entry.kind is EntryKind.SERVICE_PRINCIPAL and not entry.credentials:
        return "its app has the secret", "dim"
    if not entry.credentials:
        return "no secret", "warn"
    ends = next_expiry(entry, at)
    if ends is None:
        return "credential ok", "good"
    left = days_left(ends, at)
    number = len(entry.credentials)
    what = "secrets" if all(each.kind == "secret" for each in entry.credentials) else "credentials"
    if ends <= at:
        words = f"expired {-left} d ago" if left < -1 else "expired"
        return (f"{number} {what}, {words}" if number > 1 else words), "bad"
    words = f"expires in {left} d" if left else "expires today"
    urgency: Urgency = "warn" if left < SOON_DAYS else "good"
    return (f"{number} {what}, next {words}" if number > 1 else words), urgency
