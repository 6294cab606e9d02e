"""Pane 3's filter: words, beginnings, names that are only similar; and the order while names arrive."""

from __future__ import annotations

import pytest

from kvtui.azure.model import SecretName
from kvtui.console.panes.secrets.names import Names
from kvtui.settings.model import Settings
from tests.console.conftest import Console

NAMES = [
    "airflow-variables-api-base-url",
    "airflow-variables-alerts-email",
    "airflow-connections-orders-db",
    "airflow-variables-Orders-Limit",
    "vpn-preshared-key",
]


def read(names: list[str], *pages: int) -> Names:
    listed = [SecretName(name) for name in names]
    out = Names(Settings())
    for end in (*pages, len(names)):
        out.take(listed[:end])
    return out


def found(filter: str) -> set[str]:
    return {entry.name for entries in read(NAMES).matching(filter).entries.values() for entry in entries}


def test_letters_of_the_prefix_do_not_make_a_key_similar() -> None:
    assert found("cos") == set()


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ("base", {NAMES[0]}),
        ("BASE_url", {NAMES[0]}),
        ("base-url", {NAMES[0]}),
        ("orders", {NAMES[2], NAMES[3]}),
        ("orders conn", {NAMES[2]}),
        ("^alerts", {NAMES[1]}),
        ("^airflow-connections", {NAMES[2]}),
        ("^orders ^airflow-variables", {NAMES[3]}),
        ("^base", set()),
        ("apburl", {NAMES[0]}),
        ("x", {*()}),
    ],
)
def test_the_filter_leaves(filter: str, names: set[str]) -> None:
    assert found(filter) == names


def test_names_that_only_have_the_letters_are_said_to_be_similar() -> None:
    names = read(NAMES)
    assert names.matching("ordb").similar
    assert not names.matching("orders").similar


def test_pages_are_merged_into_the_order() -> None:
    at_once = read(NAMES).matching("").entries
    by_page = read(NAMES, 1, 3).matching("").entries
    assert {k: [e.name for e in v] for k, v in by_page.items()} == {
        k: [e.name for e in v] for k, v in at_once.items()
    }


def test_a_page_is_read_once() -> None:
    names = read(NAMES[:3])
    before = names.entry(NAMES[0])
    names.take([SecretName(name) for name in NAMES])
    assert names.entry(NAMES[0]) is before


async def test_a_typed_name_that_is_not_listed_is_looked_up(console: Console) -> None:
    await console.press("3", "slash")
    await console.type("airflow-variables-not-listed")
    await console.press("enter")
    await console.press("u")
    assert console.state.lookup.key == "not_listed"


async def test_the_border_says_that_names_are_similar(console: Console) -> None:
    await console.until(lambda state: state.secrets.seconds > 0)
    await console.press("3", "slash")
    await console.type("apbaurl")
    assert "1 similar of 120 names" in console.screen()
