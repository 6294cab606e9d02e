"""What a search shows: each app once, the likeliest first."""

from __future__ import annotations

from dataclasses import replace

from kvtui.azure.entries import rank_entries
from kvtui.azure.model import DirectoryEntry, EntryKind

APP = DirectoryEntry(EntryKind.APPLICATION, "astro-prod", "c1", "o1")
PRINCIPAL = DirectoryEntry(EntryKind.SERVICE_PRINCIPAL, "astro-prod", "c1", "p1", enabled=False)
GALLERY = DirectoryEntry(EntryKind.SERVICE_PRINCIPAL, "Astro of another tenant", "c2", "p2")


def test_an_app_and_its_principal_are_one_entry_that_knows_both_ids() -> None:
    (entry,) = rank_entries([PRINCIPAL, APP], "")
    assert (entry.kind, entry.object_id, entry.principal_id) == (EntryKind.APPLICATION, "o1", "p1")


def test_an_app_whose_principal_is_disabled_is_disabled() -> None:
    (entry,) = rank_entries([APP, PRINCIPAL], "")
    assert not entry.enabled


def test_a_principal_whose_app_is_elsewhere_stays() -> None:
    assert [entry.client_id for entry in rank_entries([APP, GALLERY], "astro")] == ["c2", "c1"]


def test_a_principal_of_this_tenant_waits_for_its_app() -> None:
    own = replace(PRINCIPAL, home_tenant="t1")
    assert rank_entries([own], "", "t1") == ()
    assert rank_entries([own], "", "t2") == (own,)


def test_the_order_does_not_depend_on_what_came_first() -> None:
    assert rank_entries([GALLERY, PRINCIPAL, APP], "prod") == rank_entries([APP, GALLERY, PRINCIPAL], "prod")
