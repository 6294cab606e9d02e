"""Which calls in Python code ask for a variable."""

from __future__ import annotations

import pytest

from tests.dags.scan_desk import IMPORT, keys, scan, undecided, variables


@pytest.mark.parametrize(
    "code",
    [
        'from airflow.sdk import Variable\nVariable.get("k")',
        'from airflow.models import Variable\nVariable.get("k")',
        'from airflow.models.variable import Variable as V\nV.get("k")',
        'import airflow.models as m\nm.Variable.get("k")',
        'import airflow.sdk\nairflow.sdk.Variable.get("k")',
        'from airflow import models\nmodels.Variable.get("k")',
        'from airflow.models import *\nVariable.get("k")',
        'from airflow.sdk import Variable\nVariable.get(key="k")',
        'from airflow.sdk import Variable\nget = Variable.get\nget("k")',
        'from airflow.sdk import Variable\ngetattr(Variable, "get")("k")',
        'import importlib\nimportlib.import_module("airflow.sdk").Variable.get("k")',
        'from airflow.sdk import Variable\nlist(map(Variable.get, ["k"]))',
        'from functools import partial\nfrom airflow.sdk import Variable\nread = partial(Variable.get, "k")',
        'from airflow.models import Variable\nVariable.setdefault("k", 1)',
        'from airflow.models import Variable\nVariable.get_variable_from_secrets("k")',
        'from airflow.models import Variable\nclass Mine(Variable): pass\nMine.get("k")',
        "try:\n    from airflow.sdk import Variable\nexcept ImportError:\n"
        '    from airflow.models import Variable\nVariable.get("k")',
        'def f():\n    from airflow.sdk import Variable\n    return Variable.get("k")',
        'from airflow.sdk import Variable\nasync def f():\n    return [Variable.get("k")]',
        'from airflow.sdk import Variable\nread = lambda: Variable.get("k")',
        'def f(**context):\n    context["var"]["value"].get("k")',
        'def f(**kwargs):\n    kwargs["var"]["json"].k["deep"]',
    ],
)
def test_a_variable_is_found_however_it_is_asked_for(code: str) -> None:
    assert variables(code) == {"k"}


@pytest.mark.parametrize(
    "code",
    [
        'from tkinter import Variable\nVariable.get("k")',
        'from torch.autograd import Variable\nVariable.get("k")',
        'class Variable:\n    pass\nVariable.get("k")',
        'from airflow.sdk import Variable\nVariable = dict()\nVariable.get("k")',
        'from airflow.sdk import Variable\nVariable.set("k", 1)',
        'from airflow.sdk import Variable\nVariable.delete("k")',
        'from airflow.models import Variable\nVariable.update("k", 1)',
        'from airflow.sdk import Variable\n# Variable.get("k")',
        "from airflow.sdk import Variable\ntext = \"Variable.get('k')\"",
        'Variable.get("k")',
        'settings = {}\nsettings.get("k")',
        'def f(**context):\n    context["params"]["var"]["value"].get("k")',
    ],
)
def test_what_is_no_lookup_of_airflow_is_not_found(code: str) -> None:
    assert variables(code) == set()


def test_the_line_is_that_of_the_call() -> None:
    found = scan(f'{IMPORT}\nx = 1\ny = Variable.get(\n    "k",\n)')
    assert [(use.key, use.line) for use in found.uses] == [("k", 4)]


@pytest.mark.parametrize("arguments", ['"k", None', '"k", default=None', '"k", default_var="x"'])
def test_a_default_is_seen(arguments: str) -> None:
    assert [use.default_given for use in scan(f"{IMPORT}Variable.get({arguments})").uses] == [True]


def test_no_default_is_seen_where_none_is_given() -> None:
    assert [use.default_given for use in scan(f'{IMPORT}Variable.get("k")').uses] == [False]


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ('os.environ["K"]', "the key depends on the environment variable K"),
        ('os.environ.get("K", "dev")', "the key depends on the environment variable K (default: 'dev')"),
        ('os.getenv("K")', "the key depends on the environment variable K"),
        ('os.getenv("K") or "dev"', "the key depends on the environment variable K (default: 'dev')"),
        ("compute()", "the key comes from compute()"),
        ('Variable.get("other")', "the key comes from Variable.get"),
        ('Variable.get("other", "dev")', "the key comes from Variable.get: perhaps 'dev'"),
        (
            '"a_" + Variable.get("other", default_var="dev")',
            "the key comes from Variable.get: perhaps 'a_dev'",
        ),
        ('"a_" + Variable.get("other", default=None)', "the key comes from Variable.get"),
        ('"{{ params.key }}"', "the key is a template itself"),
        ("7", "the key is not plain text"),
        ('{"a": "x", **more}["b"]', "the key comes from a dict's 'b', which the code does not show"),
        ('{"a": "x"}.get(choice, more)', "the dict's key is computed: perhaps 'x'"),
        ('{"a": "x:y"}.get(choice, more).split(":")[1]', "the dict's key is computed: perhaps 'y'"),
        ('{"a": "x"}.get(choice, more).encode()', "the dict's key is computed"),
        ('compute().conf.get("k", "dev")', "the key comes from compute(): perhaps 'dev'"),
        ('{"a": "x", **more}.get(choice, "z")', "the dict's key is computed: perhaps 'x', 'z'"),
    ],
)
def test_a_computed_key_is_listed_with_its_expression_and_why(key: str, why: str) -> None:
    found = scan(f"import os\n{IMPORT}def compute(): return 1\nVariable.get({key})").undecided
    assert [(each.kind, each.expression, each.line, each.why) for each in found] == [
        ("variable", key, 4, why)
    ]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ('{"a": "x", "b": "y"}[choice]', {"x", "y"}),
        ('{"a": "x", "b": "y"}.get(choice)', {"x", "y"}),
        ('{"a": ["x"], "b": ["y"]}[choice][0]', {"x", "y"}),
        ('{"a": {"k": "x"}, "b": {}}[choice].get("k")', {"x"}),
        ('{"a": {"k": "x"}}.get(choice)["k"]', {"x"}),
        ('"p_" + {"a": "x", "b": "y"}[choice]', {"p_x", "p_y"}),
    ],
)
def test_each_value_of_a_dict_whose_key_is_computed_is_a_key(key: str, expected: set[str]) -> None:
    code = f"{IMPORT}Variable.get({key})"
    assert (variables(code), undecided(code)) == (expected, [])


def test_what_a_function_may_give_beside_something_computed_is_possible_not_used() -> None:
    found = scan(
        """
        import os
        from airflow.sdk import Variable
        def env():
            found = os.environ["ENV"]
            if found not in ("dev", "prod"):
                return "dev"
            return found
        Variable.get(f"{env()}_key")
        """
    )
    assert not found.uses
    assert [each.why for each in found.undecided] == ["the key comes from env(): perhaps 'dev_key'"]


def test_a_choice_by_environment_keeps_its_keys_through_functions() -> None:
    code = """
        import os
        from airflow.sdk import Variable
        KEYS = {"aws": {"db": "rds", "store": "s3"}, "local": {"db": "pg", "store": "minio"}}
        def env():
            return os.environ.get("ENV", "aws")
        def key(part):
            return KEYS[env()][part]
        def store():
            return key("store")
        Variable.get(store())
        """
    assert (variables(code), undecided(code)) == ({"s3", "minio"}, [])


def test_a_parameter_is_not_decided_where_nobody_in_the_file_calls_the_function() -> None:
    assert undecided(f"{IMPORT}def read(key):\n    return Variable.get(key)") == ["key"]


def test_a_computed_default_that_no_call_replaces_is_why_the_key_is_not_known() -> None:
    found = scan(f'{IMPORT}import os\ndef read(key=os.environ["K"]):\n    return Variable.get(key)')
    assert [each.why for each in found.undecided] == ["the key depends on the environment variable K"]


def test_a_call_in_the_same_file_decides_a_parameter() -> None:
    assert variables(f'{IMPORT}def read(key):\n    return Variable.get(key)\nread("k")') == {"k"}


def test_a_lookup_that_is_handed_on_is_listed() -> None:
    found = scan(f"{IMPORT}run(Variable.get)").undecided
    assert [each.why for each in found] == ["Variable.get is handed on, not called"]


def test_a_lookup_that_is_handed_to_a_function_of_the_file_is_followed() -> None:
    code = f'{IMPORT}def retry(read, *args):\n    return read(*args)\nretry(Variable.get, "k")'
    assert variables(code) == {"k"}
    assert scan(code).undecided == ()


def test_none_on_one_of_several_ways_is_no_key() -> None:
    code = f'{IMPORT}K = "k" if x() else None\nVariable.get(K)'
    assert (variables(code), undecided(code)) == ({"k"}, [])


def test_a_key_in_two_places_is_found_in_both() -> None:
    found = scan(f'{IMPORT}Variable.get("k")\nVariable.get("k", None)')
    assert [(use.line, use.default_given) for use in found.uses] == [(2, False), (3, True)]


def test_what_is_no_python_is_said_with_its_line() -> None:
    found = scan("x = 1\nif x\n    y = 2\n")
    assert [(each.line, each.why) for each in found.unreadable] == [(2, "not Python: expected ':'")]


def test_deeply_nested_code_is_said_and_stops_nothing() -> None:
    assert scan("x = " + "[" * 150 + "]" * 150).unreadable or keys(scan("x = " + "-" * 20_000 + "1")) == set()


@pytest.mark.parametrize("code", ['"ab" * 2', '2 * "ab"', "x * 2"])
def test_a_repeated_text_is_a_key(code: str) -> None:
    assert keys(scan(f'from airflow.sdk import Variable\nx = "ab"\nVariable.get({code})')) == {"abab"}


def test_a_text_repeated_too_often_is_not_made() -> None:
    found = scan(
        'from airflow.sdk import Variable\nVariable.get("ab" * 10**9)\nVariable.get("ab" * 999999999)'
    )
    assert [each.line for each in found.undecided] == [2, 3]


@pytest.mark.parametrize(
    ("handler", "only"),
    [
        ("except KeyError:", "dags/x.py:4"),
        ("except (KeyError, ValueError):", "dags/x.py:4"),
        ("except (KeyError, AirflowRuntimeError):", ""),
        ("except Exception:", ""),
        ("except:", ""),
        ("except ValueError:", ""),
    ],
)
def test_a_use_knows_whether_only_a_key_error_is_caught_around_it(handler: str, only: str) -> None:
    found = scan(f'{IMPORT}try:\n    Variable.get("k")\n{handler}\n    pass\nVariable.get("after")')
    assert [(use.key, use.key_error) for use in found.uses] == [("k", only), ("after", "")]


def test_a_handler_that_raises_again_catches_nothing() -> None:
    found = scan(f'{IMPORT}try:\n    Variable.get("k")\nexcept KeyError as error:\n    raise Stop from error')
    assert [use.key_error for use in found.uses] == [""]


@pytest.mark.parametrize("rest", ["", "for key in open(path):\n    pass\n"])
def test_an_empty_text_under_a_name_is_no_key(rest: str) -> None:
    assert variables(f'key = ""\n{rest}{IMPORT}Variable.get(key)') == set()
