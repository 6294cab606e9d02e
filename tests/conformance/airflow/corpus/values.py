"""What a value becomes: as text, decoded, empty, and what a default does then."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.airflow.case import Case, env

_TEXTS = (
    "", " ", "0", "null", "true", "plain", '"text"', '{"a": 1, "b": [true, null]}', "[1, 2]", "not json",
    "NaN", "-Infinity", '{"a":', "{'a': 1}", "\ufeff{}", "1e999", "1" * 30, '{"a": 1, "a": 2}', " {} ",
    "ünïcödé ☃ 🔑", "two\nlines", "tab\t", '"\\ud800"', "[" * 20000, "{}\n{}", "x" * 3000, "None", "\x00",
    '"', "''", "1" * 5000, "0x10", "01", '"a"b',
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Each text as it is and decoded, with a default and without, with and without others behind it."""
    for number, text in enumerate(_TEXTS):
        yield _case(f"raw-{number}", text)
        yield _case(f"json-{number}", text, decode=True)
        if number % 2:
            yield _case(f"json-default-{number}", text, decode=True, default="fallback")
    for default in (None, "", 0, "text", {"a": 1}, [1]):
        for decode in (False, True):
            yield Case(
                f"value-default-{default!r}-{decode}",
                "absent",
                env=env(),
                deserialize_json=decode,
                default={"value": default},
            )
    bad = {"airflow-variables-k": "bad json"}
    good = {"AIRFLOW_VAR_K": '{"from": "env"}'}
    yield Case("value-badjson-env-good", "k", env=env(**good), vault=bad, deserialize_json=True)
    yield Case("value-badjson-env-bad", "k", env=env(AIRFLOW_VAR_K="{"), vault=bad, deserialize_json=True)
    yield Case("value-badjson-meta", "k", env=env(), vault=bad, deserialize_json=True, metastore={"k": "[1]"})
    yield Case(
        "value-badjson-all", "k", env=env(AIRFLOW_VAR_K="{"), vault=bad, deserialize_json=True,
        metastore={"k": "}"}, default={"value": 1},
    )  # fmt: skip
    yield Case("value-meta-json", "k", env=env(), deserialize_json=True, metastore={"k": '{"a": 1}'})
    yield Case("value-meta-badjson", "k", env=env(), deserialize_json=True, metastore={"k": "}"})
    yield Case(
        "value-meta-badjson-default", "k", env=env(), deserialize_json=True, metastore={"k": "}"},
        default={"value": "d"},
    )  # fmt: skip


def _case(name: str, text: str, *, decode: bool = False, default: object = ...) -> Case:
    return Case(
        f"value-{name}",
        "k",
        env=env(),
        vault={"airflow-variables-k": text},
        deserialize_json=decode,
        default=None if default is ... else {"value": default},
    )
