"""The requirements in a plan: the line that is added, and what is said of the lines that are there."""

from __future__ import annotations

from kvtui.settings.model import Settings
from tests.outputs.samples import AGENTS, CLIENT_SECRET, MANAGED, plan, project

PROVIDER = "apache-airflow-providers-microsoft-azure"


def notices(chosen: Settings, **texts: str) -> str:
    texts.setdefault("gitignore", ".env\n*.secret.yaml\n")
    return "\n".join(plan(chosen, project(**texts), "all").notices)


def names(chosen: Settings, **texts: str) -> list[str]:
    return [planned.path.name for planned in plan(chosen, project(**texts), "all").files]


def added(chosen: Settings, **texts: str) -> str:
    return plan(chosen, project(**texts), "all").files[-1].after


def test_an_included_requirements_file_is_reported() -> None:
    assert "includes base.txt" in notices(CLIENT_SECRET, requirements="-r base.txt\n")


def test_agents_projects_need_the_provider_for_astro_dev_as_well() -> None:
    assert "`astro dev` needs the provider there as well" in notices(AGENTS, requirements="pandas\n")
    assert "as well" not in notices(AGENTS, requirements=f"{PROVIDER}\n")


def test_a_constraints_file_is_reported() -> None:
    found = notices(CLIENT_SECRET, requirements="-c limits.txt\n")
    assert (
        f"constrained by limits.txt, which kvtui does not read: make sure that it allows {PROVIDER}>=8.0.0"
        in found
    )


def test_the_line_follows_the_images_airflow() -> None:
    assert added(MANAGED, dockerfile="FROM apache/airflow:2.9.3\n") == f"{PROVIDER}>=8.2.0,<=12.3.1\n"


def test_a_file_with_hashes_is_left_alone_and_the_line_reported() -> None:
    hashed = f"pandas==2.0.0 --hash=sha256:{'0' * 64}\n"
    assert names(CLIENT_SECRET, requirements=hashed) == [".env"]
    assert f"add {PROVIDER}>=8.0.0 to the file that it is compiled from" in notices(
        CLIENT_SECRET, requirements=hashed
    )


def test_an_airflow_too_old_for_any_such_provider_is_reported_and_no_line_written() -> None:
    image = "FROM apache/airflow:2.4.3\n"
    assert names(CLIENT_SECRET, dockerfile=image) == [".env"]
    assert "Use Airflow 2.5.0 or newer" in notices(CLIENT_SECRET, dockerfile=image)


def test_a_pin_too_new_for_the_image_is_reported() -> None:
    found = notices(
        CLIENT_SECRET, requirements=f"{PROVIDER}==15.2.1\n", dockerfile="FROM apache/airflow:2.10.5\n"
    )
    assert "needs a newer Airflow than 2.10.5: 12.8.1 is the newest" in found


def test_a_provider_too_old_for_the_mode_is_reported_with_the_first_that_works() -> None:
    pinned = f"{PROVIDER}==8.1.0\n"
    assert "8.2.0 is the first that does" in notices(MANAGED, requirements=pinned)
    assert notices(CLIENT_SECRET, requirements=pinned) == ""


def test_a_pin_that_is_no_version_is_reported() -> None:
    assert "is not a version" in notices(CLIENT_SECRET, requirements=f"{PROVIDER}==newest\n")
