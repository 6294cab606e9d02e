"""The alphabet that no reader interprets."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from kvtui.outputs.env.escape import kwargs_json, quoted


@given(st.dictionaries(st.text(), st.text() | st.none() | st.booleans() | st.integers()))
@settings(deadline=None)
def test_json_gives_every_value_back(kwargs: dict[str, object]) -> None:
    assert json.loads(kwargs_json(kwargs)) == kwargs


@given(st.text())
@settings(deadline=None)
def test_nothing_outside_the_safe_alphabet_is_written(text: str) -> None:
    assert re.fullmatch(r'"(?:[A-Za-z0-9 \-_.,:/{}\[\]=+@~]|\\u[0-9a-f]{4})*"', quoted(text))


def test_a_character_beyond_the_first_plane_becomes_a_surrogate_pair() -> None:
    assert quoted("🔑") == r'"\ud83d\udd11"'


def test_a_prefix_that_is_off_is_null() -> None:
    assert kwargs_json({"variables_prefix": None}) == '{"variables_prefix": null}'


def test_kwargs_of_kwargs_keep_their_shape() -> None:
    kwargs = {"retries": {"total": 3, "codes": [429, 503]}, "flag": True}
    assert json.loads(kwargs_json(kwargs)) == kwargs
