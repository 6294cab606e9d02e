"""From keys to secret names and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvtui.airflow.naming import NameAsked, Naming, is_legal, strip_prefix
from kvtui.settings.model import Kind

NEWEST = "15.2.1"
DEFAULTS = Naming()


def asked_for(prefix: object, key: str, sep: object = "-", provider: str = NEWEST) -> NameAsked:
    """What is asked for a variable's key."""
    return Naming(variable=prefix, sep=sep, provider_version=provider).secret_name(Kind.VARIABLE, key)


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
    asked = asked_for(prefix, key, sep, NEWEST)
    assert (asked.name, asked.is_asked) == (name, True)


def test_a_null_prefix_is_never_asked() -> None:
    asked = asked_for(None, "k", "-", NEWEST)
    assert (asked.name, asked.is_asked) == (None, False)
    assert asked.why_not == "variables are off (variables_prefix is null)"


@pytest.mark.parametrize("key", ["a.b", "a b", "a/b", "é", "k\n", "x" * 120])
def test_an_illegal_name_is_kept_back_from_13_3_on(key: str) -> None:
    asked = asked_for("airflow-variables", key, "-", "13.3.0")
    assert not asked.is_asked
    assert asked.warning.startswith(f"Secret name {asked.name!r} is not valid.")


def test_before_13_3_an_illegal_name_is_sent() -> None:
    asked = asked_for("airflow-variables", "a.b", "-", "13.2.0")
    assert (asked.is_asked, asked.illegal) == (True, True)


@pytest.mark.parametrize("version", ["13.2.0", "13.3.0", "13.5.1", "14.0.0"])
def test_two_underscores_are_rejected_from_13_2_to_14_0(version: str) -> None:
    assert not asked_for("airflow-variables", "my__key", "-", version).is_asked


@pytest.mark.parametrize("version", ["13.1.0", "14.1.0", "15.2.1"])
def test_two_underscores_are_fine_before_and_after(version: str) -> None:
    assert asked_for("airflow-variables", "my__key", "-", version).name == "airflow-variables-my--key"


def test_an_edge_of_underscores_names_no_team() -> None:
    assert asked_for("airflow-variables", "__key", "-", "13.2.0").is_asked
    assert asked_for("airflow-variables", "key__", "-", "13.2.0").is_asked


def test_config_is_not_rejected_before_14_1() -> None:
    assert Naming(provider_version="13.5.1").secret_name(Kind.CONFIG, "my__key").is_asked


def test_multi_team_rejects_with_a_warning_from_14_1_on() -> None:
    asked = Naming(provider_version="14.1.0", multi_team=True).secret_name(Kind.CONFIG, "my__key")
    assert not asked.is_asked
    assert asked.warning.startswith("Configuration option id 'my__key' resolves to a name containing '--'")


def test_a_null_separator_raises_while_the_name_is_built() -> None:
    assert asked_for("p", "k", None, NEWEST).error == "replace() argument 2 must be str, not None"


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
    name = asked_for(prefix, key, "-", NEWEST).name
    assert name is not None
    assert is_legal(name)
    assert "_" not in name


@given(KEYS, PREFIXES)
def test_underscores_and_hyphens_in_a_key_make_no_difference(key: str, prefix: str) -> None:
    assert asked_for(prefix, key, "-", NEWEST) == asked_for(prefix, key.replace("_", "-"), "-", NEWEST)


@given(KEYS)
def test_reading_a_name_gives_a_key_that_leads_back_to_it(key: str) -> None:
    name = asked_for("airflow-variables", key, "-", NEWEST).name
    assert name is not None
    found = DEFAULTS.read(name)
    assert found is not None
    assert found[0] is Kind.VARIABLE
    assert DEFAULTS.secret_name(*found).name == name
    assert DEFAULTS.unreachable(name) == ""


@given(st.text(max_size=30), st.sampled_from(["-", "", "_", "--", ".", "ay"]), st.text(max_size=10))
def test_any_text_gets_an_answer(key: str, sep: str, prefix: str) -> None:
    asked = asked_for(prefix, key, sep, NEWEST)
    assert asked.is_asked == (asked.name is not None and is_legal(asked.name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("airflow-variables-my-key", ("variable", "my_key")),
        ("AIRFLOW-Variables-My-Key", ("variable", "My_Key")),
        ("airflow-connections-pg", ("connection", "pg")),
        ("airflow-config-fernet-key", ("config", "fernet_key")),
        ("airflow-variables-", None),
        ("airflow-variables", None),
        ("tls-certificate", None),
    ],
)
def test_a_vault_name_is_read_by_its_prefix(name: str, expected: tuple[str, str] | None) -> None:
    assert DEFAULTS.read(name) == expected


def test_the_longest_prefix_wins() -> None:
    naming = Naming(variable="", connection="conn")
    assert naming.read("conn-pg") == ("connection", "pg")
    assert naming.read("other-pg") == ("variable", "other_pg")


def test_a_name_under_no_prefix_is_unreachable() -> None:
    assert DEFAULTS.unreachable("tls-certificate").startswith("Its name begins")


def test_a_double_hyphen_is_unreachable_with_the_providers_that_rejected_it() -> None:
    name = "airflow-variables-my--key"
    assert Naming(provider_version="13.2.0").unreachable(name).startswith("No key reaches it")
    assert Naming(provider_version="15.2.1").unreachable(name) == ""


def test_with_all_prefixes_null_nothing_is_reachable() -> None:
    assert Naming(None, None, None).unreachable("a").startswith("All prefixes are null")
