"""What a requirements file says of the provider, and the line that suits a mode and an Airflow."""

from __future__ import annotations

import pytest

from kvtui.airflow.provider_line import no_provider, objection, provider_line
from kvtui.airflow.releases import NEWEST_OF_SERIES, NEWEST_PROVIDER, PROVIDER_PACKAGE
from kvtui.airflow.requirements import read_requirements
from kvtui.airflow.versions import detect_provider, newest_provider_for
from kvtui.settings.model import AuthMode

SECRET, IDENTITY = AuthMode.CLIENT_SECRET, AuthMode.MANAGED_IDENTITY


def test_included_files_and_constraints_are_kept_apart() -> None:
    read = read_requirements(
        "-r base.txt\npandas\n--requirement=more.txt\n-c limits.txt\n--constraint x.txt\n"
    )
    assert read.included == ("base.txt", "more.txt")
    assert read.constraints == ("limits.txt", "x.txt")


@pytest.mark.parametrize(
    "line",
    [
        f"{PROVIDER_PACKAGE} @ https://example.com/apache_airflow_providers_microsoft_azure-8.1.0-py3-none-any.whl",
        "wheels/apache_airflow_providers_microsoft_azure-8.1.0-py3-none-any.whl",
        "https://example.com/apache_airflow_providers_microsoft_azure-8.1.0.tar.gz",
    ],
)
def test_an_archives_name_shows_its_version(line: str) -> None:
    assert detect_provider(line, "3.3.2").version == "8.1.0"


def test_a_hash_is_no_part_of_a_version() -> None:
    text = f"{PROVIDER_PACKAGE}==14.0.0 --hash=sha256:{'a' * 64}\n"
    assert read_requirements(text).provider == ("==14.0.0",)


def test_each_line_keeps_its_own_clauses() -> None:
    old, new = f"{PROVIDER_PACKAGE}==12.0.0; python_version < '3.10'", f"{PROVIDER_PACKAGE}==15.2.1"
    assert read_requirements(f"{old}\n{new}\n").provider == ("==12.0.0", "==15.2.1")


@pytest.mark.parametrize(
    ("mode", "airflow", "line"),
    [
        (SECRET, "", ">=8.0.0"),
        (SECRET, "3.3.2", ">=8.0.0"),
        (IDENTITY, "2.11.2", ">=8.2.0"),
        (AuthMode.WORKLOAD_IDENTITY, "2.10.5", ">=8.2.0,<=12.8.1"),
        (SECRET, "2.5.3", ">=8.0.0,<=8.3.0"),
    ],
)
def test_the_line_is_bounded_by_the_mode_below_and_by_an_old_airflow_above(
    mode: AuthMode, airflow: str, line: str
) -> None:
    assert provider_line(mode, airflow) == f"{PROVIDER_PACKAGE}{line}"


@pytest.mark.parametrize("mode", list(AuthMode))
@pytest.mark.parametrize("airflow", sorted(set(NEWEST_OF_SERIES.values()) - {"2.4.3"}))
def test_kvtuis_own_line_is_never_objected_to(mode: AuthMode, airflow: str) -> None:
    read = read_requirements(provider_line(mode, airflow))
    assert objection("requirements.txt", read.provider[0], mode, airflow) == ""
    assert detect_provider(provider_line(mode, airflow), airflow).version == newest_provider_for(airflow)


def test_an_airflow_that_can_have_no_such_provider_is_named_with_the_first_that_can() -> None:
    assert "Use Airflow 2.5.0 or newer" in no_provider(SECRET, "2.4.3")
    assert no_provider(SECRET, "2.5.3") == ""


@pytest.mark.parametrize(
    ("line", "mode", "airflow", "words"),
    [
        ("==7.0.0", SECRET, "", "pins the provider to 7.0.0"),
        ("==7.0.0", SECRET, "", "8.0.0 is the first that does"),
        ("==8.1.0", IDENTITY, "", "8.2.0 is the first that does"),
        ("~=7.0", SECRET, "", "keeps the provider below 8.0.0"),
        ("<8", SECRET, "", "keeps the provider below 8.0.0"),
        ("==15.2.1", SECRET, "2.10.5", "needs a newer Airflow than 2.10.5: 12.8.1 is the newest"),
        (">=13", SECRET, "2.10.5", "asks for provider 13.0.0 or newer"),
        ("==9.0.0,!=9.0.0", SECRET, "", "excludes it in the same line"),
    ],
)
def test_a_line_that_does_not_do_is_reported_with_what_does(
    line: str, mode: AuthMode, airflow: str, words: str
) -> None:
    clauses = read_requirements(f"{PROVIDER_PACKAGE}{line}").provider[0]
    assert words in objection("requirements.txt", clauses, mode, airflow)


@pytest.mark.parametrize("line", ["", "==8.0.0", ">=6", "<=12", f"=={NEWEST_PROVIDER}", "==99.0.0"])
def test_a_line_that_does_is_not_objected_to(line: str) -> None:
    clauses = read_requirements(f"{PROVIDER_PACKAGE}{line}").provider[0]
    assert objection("requirements.txt", clauses, SECRET, "3.3.2") == ""
