"""How long until something expires, the same in every place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kvtui.app.expiry import Expiring, Thing
from kvtui.azure.entries import SOON_DAYS, next_state
from kvtui.azure.model import AppCredential, DirectoryEntry, EntryKind
from kvtui.console.words import expiry as in_pane_3
from kvtui.core.ages import expiry, whole_days

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAST = NOW - timedelta(days=4, hours=20)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (5 * 24 + 1, "expires in 5 days"),
        (180 * 24 - 1, "expires in 180 days"),
        (30 * 24 - 1, "expires in 30 days"),
        (23, "expires in less than a day"),
        (25, "expires in 1 day"),
        (1, "expires in less than a day"),
        (-1, "expired less than a day ago"),
        (-25, "expired 1 day ago"),
        (-116, "expired 4 days ago"),
    ],
)
def test_whole_days_are_counted_before_and_after(hours: int, words: str) -> None:
    assert expiry(NOW + timedelta(hours=hours), NOW) == words


def test_what_is_past_has_a_negative_number_of_days() -> None:
    assert whole_days(PAST, NOW) == -4


def test_what_is_shown_as_30_days_still_expires_soon_an_hour_before_they_are_full() -> None:
    assert whole_days(NOW + timedelta(hours=30 * 24 - 1), NOW) < SOON_DAYS


def test_every_pane_and_option_counts_the_same_days() -> None:
    app = DirectoryEntry(
        EntryKind.APPLICATION, "a", "c", "o", credentials=(AppCredential("secret", "abc", PAST),)
    )
    assert in_pane_3(PAST, NOW)[0] == next_state(app, NOW)[0] == "expired 4 d ago"
    found = Expiring(Thing.VAULT_SECRET, "n", "kv", PAST)
    assert (found.when(NOW), found.days_left(NOW)) == ("expired 4 days ago (2026-11-19)", -4)
