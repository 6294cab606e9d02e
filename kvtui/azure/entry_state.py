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


def entry_state(entry: DirectoryEntry, at: datetime) -> tuple[str, Urgency]:
    """Its longest-lived credential counts."""
    if not entry.enabled:
        return "disabled", "bad"
    if entry.kind is EntryKind.MANAGED_IDENTITY:
        return "needs no secret", "good"
    if entry.kind is EntryKind.SERVICE_PRINCIPAL and not entry.credentials:
        return "its app has the secret", "dim"
    dates = [each.expires for each in entry.credentials if each.expires is not None]
    if not entry.credentials:
        return "no secret", "warn"
    if not dates:
        return "credential ok", "good"
    ends = max(dates)
    left = days_left(ends, at)
    if ends <= at:
        return (f"expired {-left} days ago" if left < -1 else "expired"), "bad"
    if left >= SOON_DAYS:
        return f"ok until {ends:%Y-%m-%d}", "good"
    words = f"expires in {left} day{'' if left == 1 else 's'}" if left else "expires today"
    return words, "warn"
