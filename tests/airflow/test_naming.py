"""From keys to secret names and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvtui.airflow.naming import is_legal, read_name, secret_name, strip_prefix, unreachable

NEWEST = "15.2.1"
DEFAULTS: dict[str, Any] = {
    "variables_prefix": "airflow-variables",
    "connections_prefix": "airflow-connections",
    "config_prefix": "airflow-config",
    "sep": "-",
}


@pytest.mark.parametrize(
    ("prefix", "key", "sep", "name"),
    [
        ("airflow-variables", "my_key", "-", "airflow-variables-my-key"),
        ("airflow-variables", "my-key", "-", "airflow-variables-my-key"),
        ("airflow-variables", "MY_KEY", "-", "airflow-variables-MY-KEY"),
        ("airflow-variables", "my__key", "-", "airflow-variables-my--key"),
        ("airflow-variables", "", "-", "airflow-variables-"),
        ("team_a", "k", "-", "team-a-k"),
        ("team-a--", "k", "-", "team-a-k"),
        ("team_", "k", "-", "team--k"),
        ("-", "my_key", "-", "my-key"),
        ("", "my_key", "-", "my-key"),
        ("", "MY_API_KEY", "", "MYAPIKEY"),
        ("", "my-key", "", "my-key"),
        ("airflow-variables-", "my_key", "", "airflow-variables-mykey"),
        ("p", "my_key", "--", "p--my--key"),
        ("xaya", "k", "ay", "xayk"),
    ],
)
def test_prefix_separator_and_key_make_the_name(prefix: str, key: str, sep: str, name: str) -> None:
    asked = secret_name(prefix, key, sep, NEWEST)
    assert (asked.name, asked.is_asked) == (name, True)


def test_a_null_prefix_is_never_asked() -> None:
    asked = secret_name(None, "k", "-", NEWEST)
    assert (asked.name, asked.is_asked) == (None, False)
    assert asked.why_not == "the prefix for variables is null: the vault is never asked for them"


def test_before_5_0_an_empty_prefix_keeps_the_separator() -> None:
    assert secret_name("", "k", "-", "4.3.0").name == "-k"
    assert secret_name("", "k", "-", "5.0.0").name == "k"


@pytest.mark.parametrize("key", ["a.b", "a b", "a/b", "é", "k\n", "x" * 120])
def test_an_illegal_name_is_kept_back_from_13_3_on(key: str) -> None:
    asked = secret_name("airflow-variables", key, "-", "13.3.0")
    assert not asked.is_asked
    assert asked.warning.startswith(f"Secret name {asked.name!r} is not valid.")


def test_before_13_3_an_illegal_name_is_sent() -> None:
    asked = secret_name("airflow-variables", "a.b", "-", "13.2.0")
    assert (asked.is_asked, asked.illegal) == (True, True)


@pytest.mark.parametrize("version", ["13.2.0", "13.3.0", "13.5.1", "14.0.0"])
def test_two_underscores_are_refused_from_13_2_to_14_0(version: str) -> None:
    assert not secret_name("airflow-variables", "my__key", "-", version).is_asked


@pytest.mark.parametrize("version", ["13.1.0", "14.1.0", "15.2.1"])
def test_two_underscores_are_fine_before_and_after(version: str) -> None:
    assert secret_name("airflow-variables", "my__key", "-", version).name == "airflow-variables-my--key"


def test_an_edge_of_underscores_names_no_team() -> None:
    assert secret_name("airflow-variables", "__key", "-", "13.2.0").is_asked
    assert secret_name("airflow-variables", "key__", "-", "13.2.0").is_asked


def test_config_is_not_refused_before_14_1() -> None:
    assert secret_name("airflow-config", "my__key", "-", "13.5.1", kind="config").is_asked


def test_multi_team_refuses_with_a_warning_from_14_1_on() -> None:
    asked = secret_name("airflow-config", "my__key", "-", "14.1.0", kind="config", multi_team=True)
    assert not asked.is_asked
    assert asked.warning.startswith("Configuration option id 'my__key' resolves to a name containing '--'")


def test_a_null_separator_raises_while_the_name_is_built() -> None:
    assert secret_name("p", "k", None, NEWEST).error == "replace() argument 2 must be str, not None"


def test_a_prefix_that_is_no_text_raises_what_the_constructor_raises() -> None:
    with pytest.raises(AttributeError, match="'int' object has no attribute 'rstrip'"):
        strip_prefix(5, "-", NEWEST)
    with pytest.raises(TypeError, match="rstrip arg must be None or str"):
        strip_prefix("p", 5, NEWEST)


def test_a_prefix_of_zero_raises_before_12_7_only() -> None:
    with pytest.raises(AttributeError):
        strip_prefix(0, "-", "12.6.1")
    assert strip_prefix(0, "-", "12.7.0") == 0


KEYS = st.text(st.sampled_from("abzABZ019_-"), min_size=1, max_size=40)
PREFIXES = st.text(st.sampled_from("abzABZ019_-"), max_size=20)


@given(KEYS, PREFIXES)
def test_a_name_made_of_legal_characters_is_legal(key: str, prefix: str) -> None:
    name = secret_name(prefix, key, "-", NEWEST).name
    assert name is not None
    assert is_legal(name)
    assert "_" not in name


@given(KEYS, PREFIXES)
def test_underscores_and_hyphens_in_a_key_make_no_difference(key: str, prefix: str) -> None:
    assert secret_name(prefix, key, "-", NEWEST) == secret_name(prefix, key.replace("_", "-"), "-", NEWEST)


@given(KEYS)
def test_reading_a_name_gives_a_key_that_leads_back_to_it(key: str) -> None:
    name = secret_name("airflow-variables", key, "-", NEWEST).name
    assert name is not None
    kind, read = read_name(name, **DEFAULTS)
    assert kind == "variable"
    assert secret_name("airflow-variables", read, "-", NEWEST).name == name
    assert unreachable(name, **DEFAULTS, provider_version=NEWEST) == ""


@given(st.text(max_size=30), st.sampled_from(["-", "", "_", "--", ".", "ay"]), st.text(max_size=10))
def test_any_text_gets_an_answer(key: str, sep: str, prefix: str) -> None:
    asked = secret_name(prefix, key, sep, NEWEST)
    assert asked.is_asked == (asked.name is not None and is_legal(asked.name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("airflow-variables-my-key", ("variable", "my_key")),
        ("AIRFLOW-Variables-My-Key", ("variable", "My_Key")),
        ("airflow-connections-pg", ("connection", "pg")),
        ("airflow-config-fernet-key", ("config", "fernet_key")),
        ("airflow-variables-", ("other", "")),
        ("airflow-variables", ("other", "")),
        ("tls-certificate", ("other", "")),
    ],
)
def test_a_vault_name_is_read_by_its_prefix(name: str, expected: tuple[str, str]) -> None:
    assert read_name(name, **DEFAULTS) == expected


def test_the_longest_prefix_wins() -> None:
    prefixes = {**DEFAULTS, "variables_prefix": "", "connections_prefix": "conn"}
    assert read_name("conn-pg", **prefixes) == ("connection", "pg")
    assert read_name("other-pg", **prefixes) == ("variable", "other_pg")


def test_a_name_under_no_prefix_is_unreachable() -> None:
    assert unreachable("tls-certificate", **DEFAULTS, provider_version=NEWEST).startswith("Its name begins")


def test_a_double_hyphen_is_unreachable_with_the_providers_that_refuse_it() -> None:
    name = "airflow-variables-my--key"
    assert unreachable(name, **DEFAULTS, provider_version="13.2.0").startswith("No key leads to it")
    assert unreachable(name, **DEFAULTS, provider_version="15.2.1") == ""


def test_with_all_prefixes_null_nothing_is_reachable() -> None:
    nulls: dict[str, Any] = dict.fromkeys(("variables_prefix", "connections_prefix", "config_prefix"))
    assert unreachable("a", **nulls, sep="-", provider_version=NEWEST).startswith("All prefixes are null")
