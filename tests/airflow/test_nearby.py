"""Near misses among the vault's names."""

from __future__ import annotations

import pytest

from kvtui.airflow.naming import Naming
from kvtui.airflow.nearby import collisions, comparable, likely, near_misses
from kvtui.settings.model import Kind

DEFAULTS = Naming()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("airflow-variables-mykey", "only separators differ"),
        (
            "airflow-connections-my-key",
            "it has the prefix of connections, not of variables",
        ),
        ("MY-KEY", "it has no prefix"),
        ("prod-my-key", "its name ends the same, but it has none of the prefixes"),
        ("airflow-variables-my-keys", "one character differs"),
        ("airflow-variables-my-eky", "one character differs"),
    ],
)
def test_a_name_that_is_almost_right_is_found_with_its_reason(name: str, why: str) -> None:
    (miss,) = near_misses("my_key", Kind.VARIABLE, DEFAULTS, ["unrelated", name, "airflow-variables-other"])
    assert (miss.name, miss.why) == (name, why)
    assert miss.fix.endswith(".")


def test_the_name_asked_for_is_no_near_miss_whatever_its_case() -> None:
    assert near_misses("my_key", Kind.VARIABLE, DEFAULTS, ["AIRFLOW-variables-My-Key"]) == ()


def test_an_empty_separator_is_what_sets_a_name_apart() -> None:
    naming = Naming(variable="", sep="")
    (miss,) = near_misses("MY_KEY", Kind.VARIABLE, naming, ["my-key"])
    assert (miss.why, miss.fix) == ("sep is empty, which deletes underscores", 'Set sep to "-".')


def test_a_null_prefix_is_what_sets_a_name_apart() -> None:
    naming = Naming(variable=None)
    (miss,) = near_misses("k1", Kind.VARIABLE, naming, ["k1"])
    assert miss.why == "the prefix for variables is null"


def test_the_nearest_come_first_and_only_so_many() -> None:
    names = ["prod-my-key", "airflow-variables-my-kex", "my-key", "airflow-variables-mykey"]
    found = near_misses("my_key", Kind.VARIABLE, DEFAULTS, names, limit=2)
    assert [miss.name for miss in found] == ["airflow-variables-mykey", "my-key"]


def test_a_key_without_letters_or_digits_has_no_neighbours() -> None:
    assert near_misses("_", Kind.VARIABLE, DEFAULTS, ["a", "b"]) == ()


def test_keys_that_lead_to_one_name_collide() -> None:
    assert collisions(["my_key", "my-key", "MY_KEY", "other"], Kind.VARIABLE, Naming(variable="p")) == (
        ("p-my-key", ("my_key", "my-key", "MY_KEY")),
    )
    assert collisions(["a", "A"], Kind.VARIABLE, Naming(variable=None)) == ()


NAMES = [
    "airflow-variables-etl-batchsize",
    "airflow-connections-etl-batch-size",
    "etl-batch-size",
    "prod-etl-batch-size",
    "airflow-variables-etl-batch-sizes",
    "airflow-variables-etl-bacth-size",
    "airflow-variables-ftl-batch-size",
    "airflow-variables-db",
    "airflow-variables-unrelated",
]


@pytest.mark.parametrize("key", ["etl_batch_size", "etl_batch_siz", "etlbatchsize", "dc", "d", "unrelate"])
def test_the_likely_names_hold_every_near_miss(key: str) -> None:
    among = likely(key, comparable(NAMES))
    whole = near_misses(key, Kind.VARIABLE, DEFAULTS, NAMES, limit=9)
    assert near_misses(key, Kind.VARIABLE, DEFAULTS, among, limit=9) == whole


def test_of_many_names_few_are_likely() -> None:
    names = comparable(f"airflow-variables-some-name-{n}" for n in range(1000))
    assert likely("quite_another_key", names) == []


def test_the_whole_name_as_a_key_is_reported_to_be_one_prefix_too_many() -> None:
    (found,) = near_misses("airflow-variables-my-key", Kind.VARIABLE, DEFAULTS, ["airflow-variables-my-key"])
    assert found.fix == "Use the key my_key: Airflow adds the prefix."


def test_a_key_to_ask_for_is_written_as_a_dag_writes_it() -> None:
    (found,) = near_misses("orders_api_tokn", Kind.VARIABLE, DEFAULTS, ["airflow-variables-orders-api-token"])
    assert found.fix.startswith("Use the key orders_api_token,")


def test_a_name_of_another_kind_with_a_longer_key_is_no_near_miss() -> None:
    names = ["airflow-variables-snowflake-warehouse"]
    assert near_misses("warehouse", Kind.CONNECTION, DEFAULTS, names) == ()


def test_a_name_with_a_longer_key_is_a_key_to_ask_for() -> None:
    names = ["airflow-connections-snowflake-warehouse"]
    (found,) = near_misses("warehouse", Kind.CONNECTION, DEFAULTS, names)
    assert (
        found.fix == "Use the key snowflake_warehouse, or store the value as airflow-connections-warehouse."
    )


@pytest.mark.parametrize("name", ["prod-my-key", "my-key", "airflow-variables-prod-my-key"])
def test_one_near_name_is_no_reason_to_change_a_prefix(name: str) -> None:
    (found,) = near_misses("my_key", Kind.VARIABLE, DEFAULTS, [name])
    assert "set " not in found.fix


def test_with_an_empty_prefix_the_reason_is_what_the_name_begins_with() -> None:
    (miss,) = near_misses("my_key", Kind.VARIABLE, Naming(variable=""), ["prod-my-key"])
    assert miss.why == "it begins with prod-, and the prefix for variables is empty"
    assert miss.fix == (
        "If it is the secret that you mean, use the key prod_my_key, or store the value as my-key."
    )
