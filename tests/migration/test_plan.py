"""What becomes of an item in a vault."""

from __future__ import annotations

import pytest

from kvtui.airflow.naming import Naming
from kvtui.core.secret_text import SecretText
from kvtui.migration.items import Item
from kvtui.migration.plan import Entry, Plan, Status
from kvtui.settings.model import Kind


def item(key: str, value: str = "x", kind: Kind = Kind.VARIABLE) -> Item:
    return Item(kind, key, SecretText(value), "line 1")


def planned(*items: Item, naming: Naming | None = None, rename: bool = False, **held: bool) -> list[Entry]:
    names = {name.replace("_", "-"): enabled for name, enabled in held.items()}
    return list(Plan(naming or Naming(), names, "3.1.8").entries(items, rename=rename))


def test_a_name_that_the_vault_does_not_have_is_new() -> None:
    (entry,) = planned(item("my_key"))
    assert (entry.status, entry.name) == (Status.NEW, "airflow-variables-my-key")


def test_a_name_that_it_has_in_another_case_exists() -> None:
    (entry,) = planned(item("MY_KEY"), airflow_variables_my_key=True)
    assert entry.status is Status.EXISTS


def test_a_disabled_secret_differs_without_a_request() -> None:
    (entry,) = planned(item("a"), airflow_variables_a=False)
    assert (entry.status, entry.disabled) == (Status.DIFFERS, True)
    assert entry.why.startswith("The vault's secret is disabled")


@pytest.mark.parametrize(
    ("key", "rename"), [("my.key", "my_key"), ("a/b c", "a_b_c"), ("ä", ""), ("x" * 200, "")]
)
def test_a_key_without_a_name_has_a_suggestion_if_there_is_one(key: str, rename: str) -> None:
    (entry,) = planned(item(key))
    assert (entry.status, entry.rename, entry.name) == (Status.IMPOSSIBLE, rename, "")


def test_a_renamed_key_is_stored_under_its_suggestion() -> None:
    (entry,) = planned(item("my.key"), rename=True)
    assert (entry.status, entry.key, entry.name) == (Status.NEW, "my_key", "airflow-variables-my-key")
    assert entry.renamed


def test_a_suggestion_that_another_item_has_is_not_made() -> None:
    _, entry = planned(item("my_key"), item("my.key"))
    assert (entry.status, entry.rename) == (Status.IMPOSSIBLE, "")


def test_of_two_keys_with_one_name_the_first_is_stored() -> None:
    first, second = planned(item("my_key"), item("my-key"))
    assert (first.status, second.status) == (Status.NEW, Status.SHADOWED)
    assert second.why == "The variable my_key needs the same secret name, and only that one is stored."


def test_a_renamed_key_does_not_take_the_name_of_one_that_needs_no_rename() -> None:
    renamed, valid = planned(item("my.var"), item("my-var"), rename=True)
    assert (renamed.status, valid.status) == (Status.SHADOWED, Status.NEW)


def test_a_connection_shadows_a_variable_where_the_prefixes_are_the_same() -> None:
    _, second = planned(item("a", "http://x", Kind.CONNECTION), item("a"), naming=Naming("", ""))
    assert second.status is Status.SHADOWED


def test_a_kind_whose_prefix_is_null_cannot_be_stored() -> None:
    (entry,) = planned(item("a"), naming=Naming(variable=None))
    assert entry.status is Status.IMPOSSIBLE
    assert entry.why == "Variables are off (variables_prefix is null)."


def test_a_connection_that_airflow_cannot_read_is_not_stored() -> None:
    (entry,) = planned(item("a", "kvtui-canary{", Kind.CONNECTION), item("b", '{"x": 1}', Kind.CONNECTION))[
        1:
    ]
    assert entry.status is Status.IMPOSSIBLE
    assert entry.why.startswith("Airflow cannot read it as a connection")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not a uri", "has no //"),
        ("postgres://u:p@x@h/db", "Airflow reads parts of it as other fields"),
        ('{"host": "h"}', "has no type"),
        ("postgres://u:p@h/db", ""),
        ('{"conn_type": "http", "host": "h"}', ""),
        ("aws://?region_name=eu-central-1", ""),
    ],
)
def test_a_connection_that_airflow_may_read_otherwise_than_meant_is_stored_with_a_warning(
    text: str, why: str
) -> None:
    (entry,) = planned(item("c", text, Kind.CONNECTION))
    assert (entry.status, why in entry.warning, bool(entry.warning)) == (Status.NEW, True, bool(why))


def test_a_value_that_is_too_large_is_not_stored() -> None:
    (entry,) = planned(item("a", "é" * 12_801))
    assert entry.why == "Its value has 25,602 bytes, and Key Vault stores at most 25,600."


def test_an_item_whose_value_is_not_known_still_has_a_name() -> None:
    (entry,) = planned(Item(Kind.VARIABLE, "my_key", None, "x", "it is disabled in kv-other"))
    assert (entry.status, entry.name) == (Status.IMPOSSIBLE, "airflow-variables-my-key")
    assert entry.why == "It is disabled in kv-other."
