"""`--apps`: what the directory knows by name or id."""

from __future__ import annotations

from typing import Any

from kvtui.app.exits import Exit
from kvtui.emulator import company
from tests.headless.conftest import Run


def test_finds_an_app_by_its_name(on_vault: Run) -> None:
    ran = on_vault("--apps", "astro-prod")
    assert ran.code == Exit.OK
    assert any("application" in line and company.ASTRO_PROD in line for line in ran.out.splitlines())


def test_as_json_each_entry_has_its_ids_and_credentials(on_vault: Run) -> None:
    document: Any = on_vault("--apps", company.ASTRO_PROD, "--json").document
    entry = next(each for each in document["apps"] if each["kind"] == "application")
    assert list(entry) == ["kind", "display_name", "client_id", "object_id", "credentials"]
    assert (entry["display_name"], entry["client_id"]) == ("astro-prod", company.ASTRO_PROD)
    assert all(list(each) == ["kind", "hint", "expires"] for each in entry["credentials"])


def test_nothing_found_exits_5_with_an_empty_list(on_vault: Run) -> None:
    ran = on_vault("--apps", "no-such-app-anywhere", "--json")
    assert (ran.code, ran.document) == (Exit.UNRESOLVED, {"apps": []})


def test_an_app_and_its_service_principal_are_one_entry(on_vault: Run) -> None:
    document: Any = on_vault("--apps", "astro", "--json").document
    ids = [each["client_id"] for each in document["apps"]]
    assert len(ids) == len(set(ids))
    assert company.ASTRO_PROD in ids


def test_the_likeliest_comes_first_in_the_same_order_each_time(on_vault: Run) -> None:
    first = on_vault("--apps", "astro").out
    assert on_vault("--apps", "astro").out == first
    names = [line.split()[2] for line in first.splitlines()]
    beginning = [name.startswith("astro") for name in names]
    assert beginning == sorted(beginning, reverse=True)


def test_the_state_is_said_as_in_the_console(on_vault: Run) -> None:
    assert "astro-staging  expired " in on_vault("--apps", "astro-staging").out


def test_half_an_id_finds_nothing_and_is_reported_why(on_vault: Run) -> None:
    ran = on_vault("--apps", company.ASTRO_PROD[:8])
    assert ran.code == Exit.UNRESOLVED
    assert "all of its 36 characters" in ran.err
