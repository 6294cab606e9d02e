"""Remedies as data, and the words that each front end has for them."""

from __future__ import annotations

import pytest

from kvtui.console import remedies as console
from kvtui.core.remedies import HOW, Do, Remedy, worded
from kvtui.headless import remedies as headless


def test_a_remedy_names_no_key_and_no_option_by_itself() -> None:
    assert Remedy(Do.SIGN_IN, f"Sign in: {HOW}. Run az login.", " auto") == "Sign in. Run az login."


def test_a_front_end_puts_its_own_words_in() -> None:
    remedy = Remedy(Do.SIGN_IN, f"Sign in: {HOW}.", "auto")
    assert worded(remedy, {Do.SIGN_IN: "--sign-in {0}"}) == "Sign in: --sign-in auto."


def test_a_plain_sentence_is_the_same_everywhere() -> None:
    assert worded("Wait.", {}) == "Wait."


@pytest.mark.parametrize("words", [console.WORDS, headless.WORDS])
def test_each_front_end_has_words_for_everything_that_is_to_be_done(words: dict[Do, str]) -> None:
    assert list(words) == list(Do)
