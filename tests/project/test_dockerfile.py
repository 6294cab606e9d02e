"""The environment of a Dockerfile."""

from __future__ import annotations

import pytest

from kvtui.project.dockerfile import dockerfile_warnings, environment_of


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
        ("ENV A {\"b\":  'c'}", {"A": "{b:  c}"}),
        ("ARG A=1", {}),
    ],
)
def test_the_variables_are_those_of_its_env_lines(text: str, expected: dict[str, str]) -> None:
    assert environment_of(text) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ENV AIRFLOW__SECRETS__BACKEND=x.Y", "Dockerfile sets AIRFLOW__SECRETS__BACKEND"),
        ("ENV AIRFLOW__WORKERS__SECRETS_BACKEND=x.Y", "sets AIRFLOW__WORKERS__SECRETS_BACKEND"),
        ("ENV AZURE_CLIENT_SECRET canary", "clear text (AZURE_CLIENT_SECRET)"),
        ("ARG AZURE_CLIENT_SECRET=canary", "clear text (AZURE_CLIENT_SECRET)"),
        (
            'ENV AIRFLOW__SECRETS__BACKEND_KWARGS=\'{"client_secret": "canary"}\'',
            "a client secret in clear text",
        ),
    ],
)
def test_what_a_dockerfile_should_not_set_is_named_without_its_value(line: str, words: str) -> None:
    told = " ".join(dockerfile_warnings(f"FROM x\n{line}\n", "Dockerfile"))
    assert (words in told, "canary" in told) == (True, False)


def test_a_dockerfile_of_other_variables_needs_no_warning() -> None:
    assert dockerfile_warnings("FROM x\nENV A=1\nARG AZURE_CLIENT_SECRET\n", "Dockerfile") == ()
