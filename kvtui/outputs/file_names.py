"""What a file is by its name, so that lines of one kind are not added to a file of another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError

_KINDS = {
    "values or other YAML": re.compile(r".+\.ya?ml", re.IGNORECASE),
    ".env": re.compile(r"\.env(\..+)?|.+\.env", re.IGNORECASE),
    "requirements": re.compile(r".*requirements.*\.(txt|in)|constraints.*\.txt", re.IGNORECASE),
    "another kind": re.compile(
        r"\.gitignore|\.dockerignore|Dockerfile.*|.+\.(py|toml|json|md|ini|cfg|sh)", re.IGNORECASE
    ),
}
_OWN = {"env": ".env", "helm": "values or other YAML"}


def refuse_other_kind(path: Path, what: Literal["env", "helm"]) -> None:
    """`ProblemError` (usage) where the name of `path` plainly belongs to another kind of file than `what`."""
    kind = next((kind for kind, name in _KINDS.items() if name.fullmatch(path.name)), _OWN[what])
    if kind == _OWN[what]:
        return
    meant = "a .env" if what == "env" else "a Helm values file"
    usual = ".env" if what == "env" else "values.yaml"
    raise ProblemError(
        Problem(
            f"{path} is by its name no file for --export {what}, which writes {meant}: nothing was written.",
            f"Name {meant} with -o, such as {usual}.",
            Exit.USAGE,
        )
    )
