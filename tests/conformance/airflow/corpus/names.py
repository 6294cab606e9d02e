"""From a key to a name: prefixes, separators, keys that no vault can hold, teams' names."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from kvtui.airflow.naming import Naming, is_legal
from kvtui.settings.model import Kind
from tests.conformance.airflow.case import CONTEXTS, PROVIDERS, Case, env

_KEYS = (
    "hello", "my_key", "MY_KEY", "my-key", "My-Key_2", "my__key", "my--key", "a--b", "--", "-", "_", "___",
    "_lead", "trail_", "my.key", "my key", " padded ", "team/my_key", "", "1", "0123456789", "a" * 109,
    "a" * 110, "a_" * 60, "ключ", "naïve", "ｆｕｌｌ", "٣", "tab\tkey", "line\n", "quote'd", 'dquote"d',
    "back\\slash", "a?b", "a#b", "a%20b", "a%2Fb", "a:b", "a@b", "a+b", "a=b", "a,b", "{{ k }}", "$HOME",
    "_TEAM___key", "TEAM___key", "🔑", ".", "..", "a/../b", "a/./b", "a//b", "/a", "a/", "100%", "%41", "%zz",
    "a;b", "a&b", "a|b", "a^b", "a`b", "a<b", "a[b]", "a~b", "a!b", "a*b", "keys", "?", "#", "a?", "http://h",
)  # fmt: skip
_KWARGS: tuple[Mapping[str, Any], ...] = (
    {"variables_prefix": "team-a-"},
    {"variables_prefix": "team-a"},
    {"variables_prefix": "team_a"},
    {"variables_prefix": "team_"},
    {"variables_prefix": "team-a---"},
    {"variables_prefix": ""},
    {"variables_prefix": "-"},
    {"variables_prefix": "---"},
    {"variables_prefix": "_"},
    {"variables_prefix": None},
    {"variables_prefix": 0},
    {"variables_prefix": False},
    {"variables_prefix": []},
    {"variables_prefix": 5},
    {"variables_prefix": ["x"]},
    {"variables_prefix": True},
    {"variables_prefix": {"a": 1}},
    {"variables_prefix": "my.team"},
    {"variables_prefix": "my team"},
    {"variables_prefix": "xaya", "sep": "ay"},
    {"variables_prefix": "airflow-variables-", "sep": ""},
    {"variables_prefix": "", "sep": ""},
    {"sep": ""},
    {"sep": "_"},
    {"sep": "--"},
    {"sep": "."},
    {"sep": "/"},
    {"sep": "X"},
    {"sep": " "},
    {"sep": None},
    {"sep": 0},
    {"sep": 1},
    {"sep": True},
    {"sep": []},
    {"sep": ["-"]},
    {"variables_prefix": "", "sep": None},
    {"variables_prefix": None, "sep": None},
    {"variables_prefix": "  v  ", "sep": None},
    {"connections_prefix": None},
    {"connections_prefix": 3},
    {"config_prefix": 3},
)


def cases() -> Iterator[Case]:
    """Each key with the defaults, each set of kwargs with two keys, and random pairs of both."""
    for number, key in enumerate(_KEYS):
        yield _case(f"key-{number}", key, {}, everywhere=number % 2 == 0 or "_" in key)
        if number % 3 == 0:
            yield _case(f"key-{number}-conn", key, {}, kind="connection")
    for number, kwargs in enumerate(_KWARGS):
        for key in ("k", "My_Key"):
            yield _case(f"kwargs-{number}-{key}", key, kwargs, everywhere=key == "My_Key")
    chosen = random.Random(20261124)  # noqa: S311 - the same cases every time
    for number in range(40):
        kwargs = {
            "variables_prefix": "".join(chosen.choices("ab-_", k=chosen.randint(0, 5))),
            "sep": "".join(chosen.choices("ab-_", k=chosen.randint(0, 2))),
        }
        key = "".join(chosen.choices("abB-_", k=chosen.randint(0, 6)))
        yield _case(f"random-{number}", key, kwargs)
    yield from _teams()


def _teams() -> Iterator[Case]:
    multi = {"AIRFLOW__CORE__MULTI_TEAM": "True"}
    for number, key in enumerate(("my_key", "my__key", "my--key", "--", "a___b", "_A___b", "__")):
        for kind in ("variable", "connection"):
            yield _case(f"team-{number}-{kind}", key, {}, kind=kind, more=multi)
    word = {"AIRFLOW__CORE__MULTI_TEAM": "yes"}
    yield _case("team-word", "my__key", {}, more=word)
    yield _case("team-env", "a___b", {}, more={**multi, "AIRFLOW_VAR_A___B": "of the environment"})
    yield _case("team-env-name", "_a___b", {}, more={**multi, "AIRFLOW_VAR__A___B": "of the environment"})
    yield _case("team-env-off", "_a___b", {}, more={"AIRFLOW_VAR__A___B": "of the environment"})


def _case(
    name: str,
    key: str,
    kwargs: Mapping[str, Any],
    *,
    kind: str = "variable",
    more: Mapping[str, str] = {},
    everywhere: bool = False,
) -> Case:
    """The vault holds a value under the name that the key ought to lead to, if it can hold it at all."""
    value = "postgres://u:p@h/d" if kind == "connection" else "the value"
    vault = {}
    prefix = "connections_prefix" if kind == "connection" else "variables_prefix"
    try:
        given = kwargs.get(prefix, f"airflow-{prefix.removesuffix('_prefix')}")
        naming = Naming(given, given, sep=kwargs.get("sep", "-"))
        named = naming.secret_name(Kind(kind), key)
    except (TypeError, AttributeError):
        named = None
    if named is not None and named.name is not None and is_legal(named.name):
        vault = {named.name: value}
    contexts = CONTEXTS + tuple(f"provider-{version}" for version in PROVIDERS if everywhere)
    return Case(f"name-{name}", key, kind, env(kwargs, **more), vault, contexts=contexts)
