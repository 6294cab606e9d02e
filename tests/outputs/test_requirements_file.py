"""The provider's line in the requirements."""

from __future__ import annotations

import pytest

from kvtui.outputs.requirements_file import included_files, merge_requirements, names_provider

PROVIDER = "apache-airflow-providers-microsoft-azure"


@pytest.mark.parametrize(
    "line",
    [
        PROVIDER,
        f"{PROVIDER}==15.2.1",
        f"  {PROVIDER}[common-compat] ~= 15.0 ; python_version > '3.9'  # note",
        "Apache_Airflow.Providers-Microsoft_Azure>=13",
        f"{PROVIDER} @ https://example.com/p.whl",
        "./wheels/apache_airflow_providers_microsoft_azure-15.2.1-py3-none-any.whl",
        "apache-airflow[celery,microsoft-azure]==3.1.0",
    ],
)
def test_a_line_that_provides_it_is_enough(line: str) -> None:
    text = f"pandas\n{line}\n"
    assert merge_requirements(text) == text


@pytest.mark.parametrize(
    "line",
    [f"# {PROVIDER}", f"{PROVIDER}-extra", "apache-airflow-providers-microsoft-mssql", "#x/" + PROVIDER],
)
def test_a_comment_or_another_package_is_not(line: str) -> None:
    assert not names_provider(line)


def test_it_is_added_as_a_last_line() -> None:
    assert merge_requirements("pandas") == f"pandas\n{PROVIDER}\n"
    assert merge_requirements("pandas\r\n") == f"pandas\r\n{PROVIDER}\r\n"


@pytest.mark.parametrize("text", [None, ""])
def test_an_empty_file_gets_the_line_alone(text: str | None) -> None:
    assert merge_requirements(text) == f"{PROVIDER}\n"


def test_included_files_are_named() -> None:
    assert included_files("-r base.txt\npandas\n--requirement=more.txt\n") == ("base.txt", "more.txt")
