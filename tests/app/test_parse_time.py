"""What lookups at parse time cost, in words."""

from __future__ import annotations

import pytest

from kvtui.app.audit.advice import ParseTime, of_parse_time


@pytest.mark.parametrize(
    ("places", "lookups", "requests", "words"),
    [
        (("a.py:1", "a.py:2"), 2, 240, "2 lookups run whenever"),
        (("a.py:1",), 1, 120, "1 lookup runs whenever"),
        (("a.py:1", "a.py:2"), 3, 360, "3 lookups on 2 lines run whenever"),
        (("a.py:1",), 1, 1, "about 1 request to the vault"),
    ],
)
def test_every_lookup_is_counted_and_the_lines_apart(
    places: tuple[str, ...], lookups: int, requests: int, words: str
) -> None:
    assert words in of_parse_time(ParseTime(places, lookups, requests, 30, cached=False)).what
