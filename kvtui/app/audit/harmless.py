"""Why a key that has no value makes nothing fail: the same words in each form of the report. Pure."""

from __future__ import annotations

from kvtui.core.words import listed
from kvtui.dags.reader import Use
from kvtui.dags.scanning import AskedKey

_WORDS = {
    "default": "has a default",
    "caught": "catches the KeyError",
    "test": "is in a test",
    "main": 'is under `if __name__ == "__main__"`',
}
"""What is said of a use, in the order of a sentence."""
_IGNORED = "is ignored"


def why_harmless(asked: AskedKey, set_at: tuple[str, ...]) -> str:
    """Why nothing fails by the key, a sentence without its period; empty: its outcome counts.

    `set_at`: where the code stores it, if it does.
    """
    if asked.is_needed:
        return "The code stores it" if set_at else ""
    if any(place.aside == "known" for place in asked.places):
        return "It is in the baseline"
    reasons = "; ".join(dict.fromkeys(place.reason for place in asked.places if _of(place) == "ignored"))
    found = {_of(place) for place in asked.places}
    if found == {"ignored"}:
        return f"Ignored: {reasons}"
    words = [said for reason, said in _WORDS.items() if reason in found]
    words += [f"{_IGNORED} ({reasons})"] if "ignored" in found else []
    return f"Every use {listed(words, 'or')}"


def use_harmless(place: Use) -> str:
    """The same of one place; empty also where a comment, the configuration or the baseline is the reason."""
    said = _WORDS.get(_of(place))
    return f"This use {said}" if said else ""


def _of(place: Use) -> str:
    return "default" if place.default_given else place.aside
