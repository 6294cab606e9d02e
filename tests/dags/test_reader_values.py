"""What a key may be, as far as the text tells."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.dags.scan_desk import IMPORT, keys, scan_among, undecided, variables


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('K = "a"\nVariable.get(K)', {"a"}),
        ('P = "a"\nVariable.get(f"{P}_b")', {"a_b"}),
        ('P = "a"\nVariable.get(f"{P!s:>3}")', {"  a"}),
        ('P = "a"\nVariable.get(P + "_b")', {"a_b"}),
        ('P = "a"\nVariable.get("%s_b" % P)', {"a_b"}),
        ('P = "a"\nVariable.get("{}_{x}".format(P, x=1))', {"a_1"}),
        ('Variable.get("A".lower())', {"a"}),
        ('class C:\n    K = "a"\nVariable.get(C.K)', {"a"}),
        ('class C:\n    class D:\n        K = "a"\nVariable.get(C.D.K)', {"a"}),
        ('class B:\n    K = "a"\nclass C(B): ...\nVariable.get(C().K)', {"a"}),
        ('from enum import Enum\nclass E(Enum):\n    A = "a"\nVariable.get(E.A.value)', {"a"}),
        (
            'import enum\nclass E(enum.Enum):\n    A = "a"\n    B = "b"\nfor e in E: Variable.get(e.value)',
            {"a", "b"},
        ),
        (
            'from dataclasses import dataclass\n@dataclass\nclass C:\n    k: str\nVariable.get(C("a").k)',
            {"a"},
        ),
        ('Variable.get("a" if x() else "b")', {"a", "b"}),
        ('if x():\n    K = "a"\nelse:\n    K = "b"\nVariable.get(K)', {"a", "b"}),
        ('K = "a"\nVariable.get(K)\nK = "b"\nVariable.get(K)', {"a", "b"}),
        ('K = "a"\nK = "b"\nVariable.get(K)', {"b"}),
        ('K = "a"\nif x():\n    K = "b"\n    raise SystemExit\nVariable.get(K)', {"a"}),
        ('for k in ["a", "b"]:\n    Variable.get(k)', {"a", "b"}),
        ('for k in sorted({"a", "b"}):\n    Variable.get(k)', {"a", "b"}),
        ('for k, v in {"a": "1", "b": "2"}.items():\n    Variable.get(k + v)', {"a1", "b2"}),
        ('for n, k in enumerate(["a", "b"]):\n    Variable.get(f"{k}{n}")', {"a0", "b1"}),
        ('for k, v in zip(["a", "b"], ["1"]):\n    Variable.get(k + v)', {"a1"}),
        ('for n in range(2):\n    Variable.get(f"k{n + 1}")', {"k1", "k2"}),
        ('[Variable.get(k) for k in ("a", "b") if k != "b"]', {"a"}),
        ('found = {k: Variable.get(k) for k in ["a"]}', {"a"}),
        (
            'ks = []\nfor k in ["a", "b"]:\n    ks.append("x" + k)\nfor k in ks:\n    Variable.get(k)',
            {"xa", "xb"},
        ),
        ('D = {"x": {"y": "a"}}\nVariable.get(D["x"]["y"])', {"a"}),
        ('D = {"x": "a"}\nVariable.get(D.get("x"))', {"a"}),
        ('D = {**{"x": "b"}, "x": "a"}\nVariable.get(D["x"])', {"a"}),
        ('L = ["a", "b"]\nVariable.get(L[-1])', {"b"}),
        ('x, y = "a", "b"\nVariable.get(y)', {"b"}),
        ('x, *y = ["a", "b", "c"]\nVariable.get(x)\nfor k in y: Variable.get(k)', {"a", "b", "c"}),
        (
            'class S:\n    def __init__(self, env):\n        self.k = f"k_{env}"\nVariable.get(S("a").k)',
            {"k_a"},
        ),
        (
            "from airflow.sdk import task\n@task\ndef f(x):\n    Variable.get(x)\n"
            'f.expand(x=[])\nf.expand(x=["a"])',
            {"a"},
        ),
        (
            'for ks in (["a"], []):\n    def f(x):\n        Variable.get(x)\n'
            "    if 1 == 2:\n        f(input())\n    for k in ks:\n        f(k)",
            {"a"},
        ),
        ('for k in {"a"} | {"b"}:\n    Variable.get(k)', {"a", "b"}),
        ('from typing import Final\nK: Final = "a"\nVariable.get(*[K])', {"a"}),
        ('Variable.get(**{"key": "a"})', {"a"}),
        ('if (k := "a"): Variable.get(k)', {"a"}),
        ('K = None or "a"\nVariable.get(K)', {"a"}),
        ('def f(k="a"):\n    Variable.get(k)', {"a"}),
        ('def f(k="a"):\n    Variable.get(k)\nf()', {"a"}),
        ('def f(k="a"):\n    Variable.get(k)\nf("b")\nf()', {"a", "b"}),
        ('def f(p, q):\n    Variable.get(p + q)\nf("a", "1")\nf(q="2", p="b")', {"a1", "b2"}),
        ('def f(k):\n    Variable.get(k)\nPythonOperator(python_callable=f, op_kwargs={"k": "a"})', {"a"}),
        (
            'from airflow.sdk import task\n@task\ndef f(k):\n    Variable.get(k)\nf.expand(k=["a", "b"])',
            {"a", "b"},
        ),
        (
            'from airflow.sdk import task\n@task\ndef f(k):\n    Variable.get(k)\nf.override(retries=1)("a")',
            {"a"},
        ),
        ('def outer():\n    k = "a"\n    def inner():\n        Variable.get(k)\n    return inner', {"a"}),
        (
            'match x():\n    case 1:\n        k = "a"\n    case _:\n        k = "b"\nVariable.get(k)',
            {"a", "b"},
        ),
        ('def f():\n    global K\n    K = "a"\ndef g():\n    Variable.get(K)', {"a"}),
        (
            'for e, d in [("dev", "a"), ("prod", "b")]:\n    def f():\n        Variable.get(f"{e}_{d}")',
            {"dev_a", "prod_b"},
        ),
    ],
)
def test_a_key_that_the_text_shows_is_decided(code: str, expected: set[str]) -> None:
    assert variables(IMPORT + code) == expected
    assert not [each for each in undecided(IMPORT + code) if each not in ("k", "x", "p + q")]


@pytest.mark.parametrize(
    "code",
    [
        'n = 0\nwhile x():\n    n += 1\n    Variable.get(f"k{n}")',
        "for k in rows():\n    Variable.get(k)",
        'k = "a"\nfor _ in rows():\n    k = k + "b"\n    Variable.get(k)',
        "def f(*keys):\n    for k in keys:\n        Variable.get(k)",
        "Variable.get(input())",
        'Variable.get("{:9999999999}".format("a"))',
        'import json\nVariable.get(json.loads("{}")["k"])',
        "from datetime import datetime\nVariable.get(f'k_{datetime.now():%Y}')",
    ],
)
def test_a_key_that_the_text_does_not_tell_is_not_guessed(code: str) -> None:
    assert variables(IMPORT + code) == set()
    assert len(undecided(IMPORT + code)) == 1


def test_one_side_that_is_known_is_found_and_the_other_is_listed() -> None:
    code = f'{IMPORT}Variable.get("a" if x() else compute())'
    assert variables(code) == {"a"}
    assert len(undecided(code)) == 1


@pytest.mark.parametrize(
    ("statement", "expression", "file"),
    [
        ("from include.names import KEY", "KEY", "include/names.py"),
        ("from include.names import KEY as K", "K", "include/names.py"),
        ("import include.names as n", "n.KEY", "include/names.py"),
        ("import include.names", "include.names.KEY", "include/names.py"),
        ("from include import names", "names.KEY", "include/names.py"),
        ("from include.names import *", "KEY", "include/names.py"),
        ("from names import KEY", "KEY", "dags/names.py"),
        ("from dags.names import KEY", "KEY", "dags/names.py"),
        ("from .names import KEY", "KEY", "dags/etl/names.py"),
        ("from . import names", "names.KEY", "dags/etl/names.py"),
        ("from ..names import KEY", "KEY", "dags/names.py"),
        ("from helpers.names import KEY", "KEY", "plugins/helpers/names.py"),
        ("from names.deep import KEY", "KEY", "dags/names/deep/__init__.py"),
    ],
)
def test_a_constant_of_another_file_is_followed(statement: str, expression: str, file: str) -> None:
    code = f"{IMPORT}{statement}\nVariable.get({expression})"
    assert keys(scan_among({"dags/etl/x.py": code, file: 'KEY = "far"'}, "dags/etl/x.py")) == {"far"}


def test_a_constant_is_followed_through_several_files() -> None:
    files = {
        "dags/x.py": f"{IMPORT}from include import KEY\nVariable.get(KEY)",
        "include/__init__.py": "from include.names import KEY",
        "include/names.py": 'PREFIX = "far"\nKEY = f"{PREFIX}_away"',
    }
    assert keys(scan_among(files, "dags/x.py")) == {"far_away"}


def test_files_that_import_each_other_end() -> None:
    files = {
        "dags/x.py": f"{IMPORT}from dags.y import KEY\nOWN = 1\nVariable.get(KEY)",
        "dags/y.py": 'from dags.x import OWN\nKEY = "k"',
    }
    assert keys(scan_among(files, "dags/x.py")) == {"k"}


def test_the_projects_own_file_comes_before_the_fallback_of_a_failed_import() -> None:
    code = f'{IMPORT}try:\n    from include.names import KEY\nexcept ImportError:\n    KEY = "b"\n'
    code += "Variable.get(KEY)"
    assert keys(scan_among({"dags/x.py": code, "include/names.py": 'KEY = "a"'}, "dags/x.py")) == {"a"}


@pytest.mark.parametrize(
    "condition",
    [
        'f"{prefix}_{name}" if prefix is not None else name',
        'name if prefix is None else f"{prefix}_{name}"',
        'f"{prefix}_{name}" if prefix else name',
        'name if not prefix else f"{prefix}_{name}"',
        '(prefix and f"{prefix}_{name}") or name',
    ],
)
def test_a_side_of_a_condition_sees_only_the_values_that_lead_to_it(condition: str) -> None:
    code = f"""
    {IMPORT}
    def get(name, prefix=None):
        return Variable.get({condition})
    get("plain")
    get("bucket", prefix="eth")
    """
    assert variables(code) == {"plain", "eth_bucket"}


def test_what_follows_an_early_return_sees_only_the_values_that_get_there() -> None:
    code = f"""
    {IMPORT}
    def get(name, prefix=None):
        if prefix is None:
            return Variable.get(name)
        return Variable.get(prefix + name)
    get("plain")
    get("bucket", prefix="eth_")
    """
    assert variables(code) == {"plain", "eth_bucket"}


def test_a_default_that_replaces_none_is_not_joined_with_none() -> None:
    code = f"""
    {IMPORT}
    def get(prefix=None):
        if prefix is None:
            prefix = "all"
        Variable.get(f"{{prefix}}_x")
    get()
    get("eth")
    """
    assert variables(code) == {"all_x", "eth_x"}


def test_a_range_with_too_many_arguments_is_only_not_known() -> None:
    assert variables(f'{IMPORT}for i in range(1, 2, 3, 4):\n    Variable.get("k")') == {"k"}


@pytest.mark.parametrize(
    "growth",
    [
        "x = x + x",
        "x += x",
        'x = x.replace("a", x)',
        'x = "%s%s" % (x, x)',
        'x = "{0}{0}".format(x)',
        'x = f"{x}{x}"',
    ],
)
def test_a_text_that_a_loop_doubles_stays_small(growth: str) -> None:
    code = f'{IMPORT}x = "aa"\nfor i in range(100):\n    {growth}\nVariable.get("k")'
    tracemalloc.start()
    found = variables(code)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == {"k"}
    assert most < 60_000_000


@pytest.mark.parametrize(
    ("start", "growth"),
    [
        ("['a']", "x = x + x"),
        ("['a']", "x = [*x, *x]"),
        ("['a']", "x.extend(x)"),
        ("['a']", "x += x"),
        ("{'a': 1}", "x = x | x"),
        ("{'a': 1}", "x = {**x, **x}"),
        ("['a']", "x = [x, x]"),
        ("['a']", "x = (x, x)"),
        ("['a']", "x = {'a': x, 'b': x}"),
    ],
)
def test_a_collection_that_a_loop_doubles_stays_small(start: str, growth: str) -> None:
    code = f'{IMPORT}x = {start}\nfor i in range(60):\n    {growth}\nVariable.get("k")'
    tracemalloc.start()
    found = variables(code)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == {"k"}
    assert most < 60_000_000
