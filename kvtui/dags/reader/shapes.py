"""What the shape of a statement says by itself, whatever its names mean."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_WIDER = {"", "Exception", "BaseException", "RuntimeError", "AirflowException", "AirflowRuntimeError"}
"""Exceptions as wide as what Airflow 3 raises for a missing variable."""


def breaks(body: Sequence[ast.AST]) -> bool:
    """Whether a `break` is among the statements, or in their blocks."""
    parts = ("body", "orelse", "handlers", "finalbody", "cases")
    return any(
        isinstance(each, ast.Break) or any(breaks(getattr(each, part, ())) for part in parts)
        for each in body
        if not isinstance(each, (ast.Expr, ast.Assign))
    )


def built_upon(body: Sequence[ast.stmt]) -> list[str]:
    """The names that the body makes of themselves: `n += 1`, `n = n + 1`."""
    names = []
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                names.append(node.target.id)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node.value)):
                    names.append(name)
    return names


def is_main(test: ast.expr) -> bool:
    """`__name__ == "__main__"`"""
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == "__main__"
    )


def catches_key_error_only(node: ast.Try | ast.TryStar) -> bool:
    """Whether the handlers name `KeyError` and nothing as wide as `AirflowRuntimeError`."""
    names = {
        each.id if isinstance(each, ast.Name) else getattr(each, "attr", "")
        for handler in node.handlers
        for each in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
    }
    return "KeyError" in names and not names & _WIDER
