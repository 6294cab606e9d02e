from __future__ import annotations

from typing import Any

import pytest

from kvtui.emulator.error_responses import ServiceError
from kvtui.emulator.graph_filter import parse_filter

THINGS: list[dict[str, Any]] = [
    {
        "displayName": "astro-prod",
        "appId": "a1",
        "enabled": True,
        "names": ["isExplicit=1"],
        "end": "2026-03",
    },
    {"displayName": "Ana's tool", "appId": "b2", "enabled": False, "names": [], "end": "2027-01"},
    {"displayName": "Astro Dev", "appId": "c3", "enabled": True, "names": ["x"], "end": None},
]


def found(text: str, *, eventual: bool = False) -> list[str]:
    """The ids of the things that a filter lets through."""
    predicate = parse_filter(text, eventual=eventual)
    return [str(thing["appId"]) for thing in THINGS if predicate(thing)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("appId eq 'a1'", ["a1"]),
        ("displayName eq 'ASTRO-PROD'", ["a1"]),
        ("displayName eq 'Ana''s tool'", ["b2"]),
        ("startswith(displayName,'astro')", ["a1", "c3"]),
        ("startsWith(displayName, 'astro') and enabled eq true", ["a1", "c3"]),
        ("appId in ('a1', 'b2')", ["a1", "b2"]),
        ("appId eq 'a1' or appId eq 'c3' and enabled eq false", ["a1"]),
        ("(appId eq 'a1' or appId eq 'b2') and enabled eq false", ["b2"]),
        ("names/any(n:n eq 'x')", ["c3"]),
        ("names/any(n:startswith(n,'isExplicit'))", ["a1"]),
        ("end le 2026-12-31", ["a1"]),
        ("end ge 2026-12-31", ["b2"]),
    ],
)
def test_a_filter_lets_through_what_it_says(text: str, ids: list[str]) -> None:
    assert found(text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("endswith(displayName,'tool')", ["b2"]),
        ("appId ne 'a1'", ["b2", "c3"]),
        ("not startswith(displayName,'astro')", ["b2"]),
        ("end eq null", ["c3"]),
    ],
)
def test_an_advanced_filter_needs_the_header(text: str, ids: list[str]) -> None:
    assert found(text, eventual=True) == ids
    with pytest.raises(ServiceError, match="'ConsistencyLevel:eventual' header is missing"):
        found(text)


@pytest.mark.parametrize(
    "text",
    [
        "displayName",
        "displayName eq",
        "displayName eq 'open",
        "eq 'a1'",
        "(appId eq 'a1'",
        "appId eq 'a1') ",
        "appId in ()",
        "appId in 'a1'",
        "startswith(displayName)",
        "names/any(n n eq 'x')",
        "appId eq 'a1' and",
        "appId eq b2",
        "#",
    ],
)
def test_a_filter_that_cannot_be_read_is_rejected(text: str) -> None:
    with pytest.raises(ServiceError) as caught:
        found(text)
    assert caught.value.code == "BadRequest"


@pytest.mark.parametrize("text", ["contains(displayName,'x')", "appId has 'x'"])
def test_a_filter_that_graph_does_not_offer_is_rejected(text: str) -> None:
    with pytest.raises(ServiceError) as caught:
        found(text)
    assert caught.value.code == "Request_UnsupportedQuery"
