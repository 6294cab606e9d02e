"""YAML of a source as plain data. ruamel.yaml is imported when called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kvtui.core.problems import Problem, ProblemError, ProblemKind

_BOOL = "tag:yaml.org,2002:bool"


def load_yaml(text: str, where: str, *, texts_only: bool = False) -> Any:
    """The data of a YAML text, as PyYAML reads it for Airflow: YAML 1.1, but `y` and `n` are text.

    `texts_only`: every scalar is text as it is written. Raises `ProblemError` (usage) for what is not YAML,
    for a key that is there twice, and for aliases, which can expand to any size.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.events import AliasEvent

    yaml = YAML(typ="base" if texts_only else "safe", pure=True)
    yaml.version = (1, 1)
    constructors = yaml.constructor.yaml_constructors
    if not texts_only:
        yaml.constructor.yaml_constructors = {**constructors, _BOOL: _bool(constructors[_BOOL])}
    try:
        if "*" in text and any(isinstance(event, AliasEvent) for event in YAML(pure=True).parse(text)):
            raise rejected(f"{where} uses YAML aliases, which kvtui does not expand here")
        return yaml.load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        twice = type(error).__name__ == "DuplicateKeyError"
        why = "a key is there twice" if twice else "it is not valid YAML"
        raise rejected(f"{where}{line}: {why}") from None
    except (ValueError, RecursionError):
        raise rejected(f"{where} is not valid YAML") from None


def _bool(usual: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The constructor of booleans, which leaves one letter as it is."""

    def construct(constructor: Any, node: Any) -> Any:
        return node.value if len(node.value) == 1 else usual(constructor, node)

    return construct


def rejected(what: str, remedy: str = "") -> ProblemError:
    """The error (usage) of a source that cannot be read; `what` has no full stop."""
    return ProblemError(Problem(f"{what}.", remedy or "Correct the file.", ProblemKind.USAGE))
