"""Any values in any style of YAML: ours are set, the others stay."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from kvtui.outputs.helm.values import merge_values
from kvtui.settings.model import Settings
from tests.outputs.samples import BACKEND, MODES
from tests.outputs.values_samples import KEY, load, refused

words = st.text(alphabet="abc XYZ'\"#:-{}[],&*!|>%@`~\n\té🔑0", max_size=8)
keys = st.text(alphabet="abc XYZ'\"#:-{}é0", max_size=8)
anything = st.recursive(
    words | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
env_entries = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["A", "B", KEY]), "value": words}), max_size=4
)
some_values = st.fixed_dictionaries(
    {},
    optional={
        "labels": st.dictionaries(keys, words, max_size=2),
        "logLevel": words,
        "commonEnv": env_entries,
        "extra": anything,
        "secretBackend": words,
        "serviceAccount": st.dictionaries(st.sampled_from(["workers", "annotations"]), st.none()),
    },
)


def dumped(values: dict[str, Any], flow: bool | None, indent: int) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.indent = indent
    stream = io.StringIO()
    yaml.dump(values, stream)
    return stream.getvalue()


def loads_as(text: str, values: dict[str, Any]) -> bool:
    """Whether the library reads its own output; of keys like `:0` in braces it does not."""
    try:
        return bool(load(text) == values)
    except YAMLError:
        return False


@given(some_values, st.sampled_from([True, False, None]), st.integers(2, 4), st.sampled_from(MODES))
@settings(max_examples=80, deadline=None)
def test_whatever_the_style_the_merged_file_is_right_and_settled(
    values: dict[str, Any], flow: bool | None, indent: int, chosen: Settings
) -> None:
    text = dumped(values, flow, indent)
    assume(loads_as(text, values))
    if text.startswith("{") and values:
        assert "written in braces" in refused(text, chosen)
        return
    after = merge_values(text, chosen)
    merged = load(after)
    assert merged["secretBackend"] == BACKEND
    assert [entry["name"] for entry in merged["commonEnv"]].count(KEY) == 1
    assert merged.get("extra") == values.get("extra")
    assert merge_values(after, chosen) == after
