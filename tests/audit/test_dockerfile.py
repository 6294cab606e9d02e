"""The environment of a Dockerfile."""

from __future__ import annotations

import pytest

from kvtui.audit.dockerfile import environment_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV A=1", {"A": "1"}),
        ("env A=1 B=2", {"A": "1", "B": "2"}),
        ('ENV A="a b" B=c\\ d', {"A": "a b", "B": "c d"}),
        ("ENV A one two", {"A": "one two"}),
        ("ENV A=1 \\\n    B=2", {"A": "1", "B": "2"}),
        ("ENV A=1\nENV A=2", {"A": "2"}),
        ("ENV A=http://x?y=z", {"A": "http://x?y=z"}),
        ("RUN ENV\n# ENV A=1\nENV", {}),
        ('ENV A="open', {}),
    ],
)
def test_the_variables_are_those_of_its_env_lines(text: str, expected: dict[str, str]) -> None:
    assert environment_of(text) == expected
