"""`--apps`: what the directory knows by name or id."""

from __future__ import annotations

from typing import Any

from kvtui.emulator import company
from kvtui.exits import Exit
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
