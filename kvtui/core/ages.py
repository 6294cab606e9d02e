"""How long until something expires, or since it did: one rule for every pane, option and check."""

from __future__ import annotations

from datetime import datetime, timedelta

from kvtui.core.words import count

DAY = timedelta(days=1)


def whole_days(when: datetime, at: datetime) -> int:
    """Whole days from `at` until `when`; negative when it is past: 4 days and 20 hours ago are -4."""
    return (when - at).days if when >= at else -(at - when).days


def expiry(when: datetime, at: datetime, *, short: bool = False) -> str:
    """`expires in 8 days`, `expired 3 days ago`, `expired less than a day ago`; short: `expires in 8 d`.

    Days that are left are rounded: a secret of 180 days has 180 left when it is a minute old. What expires
    soon is decided by `whole_days`.
    """
    days = abs(whole_days(when, at))
    if days and when > at:
        days = round((when - at) / DAY)
    age = f"{days} d" if short else count(days, "day")
    if not days:
        age = "< 1 d" if short else "less than a day"
    return f"expires in {age}" if when > at else f"expired {age} ago"
