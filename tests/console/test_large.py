"""A code in large letters."""

from __future__ import annotations

from string import ascii_uppercase, digits

from kvtui.console.dialogs.device_code import HEIGHT, large


def test_a_letter_is_drawn_in_blocks() -> None:
    assert large("T", 80) == ["██████", "  ██  ", "  ██  ", "  ██  ", "  ██  "]


def test_every_letter_and_digit_is_known_and_unlike_the_others() -> None:
    drawn = {tuple(large(letter, 80)) for letter in ascii_uppercase + digits}
    assert len(drawn) == 36
    assert {len(rows) for rows in drawn} == {HEIGHT}


def test_a_code_of_nine_fits_into_a_small_terminal() -> None:
    assert len(large("ABCDEFGHJ", 70)) == HEIGHT


def test_what_does_not_fit_is_left_to_plain_letters() -> None:
    assert large("ABCDEFGHJ", 60) == []
    assert large("Ä", 80) == []
