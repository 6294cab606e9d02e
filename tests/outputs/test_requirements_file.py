"""The provider's line in the requirements."""

from __future__ import annotations

import pytest

from kvtui.outputs.requirements import accepts_line, merge_requirements, names_provider

PROVIDER = "apache-airflow-providers-microsoft-azure"
LINE = f"{PROVIDER}>=8.0.0"


@pytest.mark.parametrize(
    "line",
    [
        PROVIDER,
        f"{PROVIDER}==15.2.1",
        f"  {PROVIDER}[common-compat] ~= 15.0 ; python_version > '3.9'  # note",
        "Apache_Airflow.Providers-Microsoft_Azure>=13",
        f"{PROVIDER} @ https://example.com/p.whl",
        f"{PROVIDER} @ git+https://example.com/airflow.git@main#subdirectory=providers/microsoft/azure",
        f"git+https://example.com/x.git@main#egg={PROVIDER}&subdirectory=azure",
        f"-e ./vendor/{PROVIDER}",
        "./wheels/apache_airflow_providers_microsoft_azure-15.2.1-py3-none-any.whl",
        "apache-airflow[celery,microsoft-azure]==3.1.0",
        f"{PROVIDER}==15.2.1 \\\n    --hash=sha256:{'0' * 64}",
    ],
)
def test_a_line_that_provides_it_is_enough(line: str) -> None:
    text = f"pandas\n{line}\n"
    assert merge_requirements(text, LINE) == text


@pytest.mark.parametrize(
    "line",
    [
        f"# {PROVIDER}",
        f"{PROVIDER}-extra",
        "apache-airflow-providers-microsoft-mssql",
        "#x/" + PROVIDER,
        f"-c {PROVIDER}.txt",
        "apache-airflow[microsoft-mssql]",
        f"pandas  # as {PROVIDER} wants it",
    ],
)
def test_a_comment_or_another_package_is_not(line: str) -> None:
    assert not names_provider(line)


def test_it_is_added_as_a_last_line() -> None:
    assert merge_requirements("pandas", LINE) == f"pandas\n{LINE}\n"
    assert merge_requirements("pandas\r\n", LINE) == f"pandas\r\n{LINE}\r\n"


def test_an_empty_file_gets_only_the_line() -> None:
    assert merge_requirements("", LINE) == f"{LINE}\n"


@pytest.mark.parametrize(
    "text", [f"pandas==2.0.0 --hash=sha256:{'0' * 64}\n", "--require-hashes\npandas==2.0.0\n"]
)
def test_a_file_with_hashes_takes_no_line_without_one(text: str) -> None:
    assert not accepts_line(text)
    assert accepts_line("pandas==2.0.0\n")
