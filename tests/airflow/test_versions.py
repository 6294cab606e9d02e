"""Versions read from the text of a project's files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvtui.airflow.releases import NEWEST_AIRFLOW, NEWEST_PROVIDER
from kvtui.airflow.rules import Rule, numbers
from kvtui.airflow.versions import detect_airflow, detect_provider, newest_provider_for
from kvtui.core.problems import ProblemError

PACKAGE = "apache-airflow-providers-microsoft-azure"


@pytest.mark.parametrize(
    ("image", "version", "exact"),
    [
        ("astrocrpublic.azurecr.io/runtime:3.3-8", "3.3.2", True),
        ("astrocrpublic.azurecr.io/runtime:3.2-4-python-3.12-base", "3.2.1", True),
        ("astrocrpublic.azurecr.io/runtime:3.1-20", "3.1.8", True),
        ("astrocrpublic.azurecr.io/runtime:3.1-5-base", "3.1.8", False),
        ("astrocrpublic.azurecr.io/runtime:3.1", "3.1.8", False),
        ("astrocrpublic.azurecr.io/runtime:9.9-1", NEWEST_AIRFLOW, False),
        ("quay.io/astronomer/astro-runtime:13.11.0-base", "2.11.2", True),
        ("quay.io/astronomer/astro-runtime:12.8.0-python-3.11", "2.10.5", False),
        ("quay.io/astronomer/astro-runtime:11.3.0@sha256:abc", "2.9.3", False),
        (
            "images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.1-20-python-3.12-astro-agent-1.2.0",
            "3.1.8",
            True,
        ),
        ("apache/airflow:2.10.5-python3.11", "2.10.5", True),
        ("apache/airflow:slim-3.1.0", "3.1.0", True),
        ("registry.example.com:5000/mirror/airflow:3.2", "3.2.2", False),
        ("apache/airflow:latest", NEWEST_AIRFLOW, False),
    ],
)
def test_an_image_gives_its_airflow(image: str, version: str, exact: bool) -> None:
    found = detect_airflow(f"FROM {image}\nRUN true\n")
    assert found is not None
    assert (found.version, found.exact, found.source) == (version, exact, "Dockerfile")
    assert exact or found.note


@pytest.mark.parametrize(
    "text", ["", "FROM python:3.12", "FROM apache/airflow", "# FROM apache/airflow:3.1.0", "FROM $BASE"]
)
def test_a_file_that_names_no_airflow_gives_none(text: str) -> None:
    assert detect_airflow(text) is None


def test_arguments_stages_and_comments_are_followed() -> None:
    text = """
    # syntax=docker/dockerfile:1
    ARG TAG="3.3-8"
    ARG BASE=astrocrpublic.azurecr.io/runtime:${TAG}
    FROM --platform=linux/amd64 \\
        ${BASE} AS airflow
    FROM python:3.12 AS tools
    FROM airflow
    """
    found = detect_airflow(text, "Dockerfile.client")
    assert found is not None
    assert (found.version, found.source) == ("3.3.2", "Dockerfile.client")


def test_an_argument_may_have_a_default_where_it_is_used() -> None:
    found = detect_airflow("FROM apache/airflow:${TAG:-3.2.2}")
    assert found is not None
    assert found.version == "3.2.2"


@pytest.mark.parametrize(
    ("line", "version", "exact"),
    [
        (f"{PACKAGE}==12.10.3", "12.10.3", True),
        (f"{PACKAGE}[amazon] == 13.2.0 ; python_version > '3.9'  # pinned", "13.2.0", True),
        ("Apache_Airflow.providers-microsoft_azure===14.0.0", "14.0.0", True),
        (f"{PACKAGE}~=12.4", "12.10.3", False),
        (f"{PACKAGE}~=12.4.0", "12.4.1", False),
        (f"{PACKAGE}>=12,<13.3", "13.2.0", False),
        (f"{PACKAGE}==13.*", "13.5.1", False),
        (f"{PACKAGE}>12,!=15.2.1", "15.2.0", False),
        (PACKAGE, NEWEST_PROVIDER, False),
        ("apache-airflow[microsoft.azure]==3.3.2", NEWEST_PROVIDER, False),
        ("pandas==2.0.0", NEWEST_PROVIDER, False),
        (f"# {PACKAGE}==1.0.0", NEWEST_PROVIDER, False),
    ],
)
def test_a_requirement_gives_the_provider(line: str, version: str, exact: bool) -> None:
    found = detect_provider(f"numpy\n{line}\n", "3.3.2")
    assert (found.version, found.exact) == (version, exact)
    assert exact or found.note


def test_other_files_are_named_and_not_read() -> None:
    note = detect_provider("-r base.txt\n--constraint=limits.txt\n", "3.3.2").note
    assert "base.txt, limits.txt may name another version" in note


@pytest.mark.parametrize(
    ("airflow", "newest"),
    [("3.3.2", "15.2.1"), ("2.10.5", "12.8.1"), ("2.9.3", "12.3.1"), ("2.4.3", "7.0.0")],
)
def test_an_older_airflow_allows_older_providers_only(airflow: str, newest: str) -> None:
    assert newest_provider_for(airflow) == newest
    assert detect_provider(PACKAGE, airflow).version == newest


def test_a_pin_that_airflow_cannot_have_says_so() -> None:
    assert "needs a newer Airflow" in detect_provider(f"{PACKAGE}==15.2.1", "2.10.5").note
    assert "newer than kvtui knows" in detect_provider(f"{PACKAGE}==99.0.0", "3.3.2").note


def test_a_rule_holds_from_its_first_version_to_the_one_that_ends_it() -> None:
    rule = Rule("it rains", (13, 2, 0), (14, 1, 0))
    assert [rule.holds(version) for version in ("13.1.2", "13.2.0", "14.0.9", "14.1.0")] == [
        False,
        True,
        True,
        False,
    ]


def test_what_follows_three_numbers_does_not_count() -> None:
    assert numbers("3.2.1+astro.4") == numbers("v3.2.1rc1") == (3, 2, 1)
    assert numbers("3.1") == (3, 1, 0)


def test_a_text_without_numbers_is_no_version() -> None:
    with pytest.raises(ProblemError):
        numbers("latest")


@given(st.text(st.sampled_from("FROM ARG=$}{:/airflow-runtime@.0123456789\n\\ ")), st.text())
def test_no_text_stops_the_detection(start: str, rest: str) -> None:
    for text in (start + rest, f"FROM airflow:{start}", f"FROM runtime:{rest}"):
        found = detect_airflow(text)
        assert found is None or numbers(found.version)


@pytest.mark.parametrize("pin", ["==newest", ">=latest", "==x.1"])
def test_a_pin_that_is_no_version_is_a_problem(pin: str) -> None:
    with pytest.raises(ProblemError, match="is not a version"):
        detect_provider(f"{PACKAGE}{pin}", "3.3.2")
