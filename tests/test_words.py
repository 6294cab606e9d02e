"""The words of kvtui's own dialect that no sentence for a user has: the "not" column of the glossary."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "kvtui"
TO_DO = {"console"}
"""Packages whose sentences are still to be rewritten. `console/remedies.py` is done."""
SOURCES = sorted(ROOT.rglob("*.py"))
DONE = [path for path in SOURCES if path.relative_to(ROOT).parts[0] not in TO_DO]
DONE.append(ROOT / "console" / "remedies.py")

INSTEAD = {
    r"whom": "deployment identity; Airflow signs in as",
    r"Airflow will be": "Airflow signs in as",
    r"doors?": "front end, console, command line",
    r"rooms?": "package, module",
    r"house": "package, module",
    r"verdicts?": "result, outcome",
    r"refus(?:e|es|ed|ing|al|als)": "error, denied, rejected",
    r"foret(?:ell|old)": "predicted from the loaded names",
    r"tells?|told": "print, show, report",
    r"traps?": "warning",
    r"readers?": "parser",
    r"set-up": "provisioning",
    r"ours|our lines?|without ours": "lines managed by kvtui",
    r"nobody is trusted|trusts? nobody": "no federated credential",
    r"this tenant alone|uses roles": "single tenant, Azure RBAC",
    r"leaves? it|does it\b|takes? it\b": "cancel, confirm, save",
    r"(?:is|are|be|was) had|can be had": "get, result",
    r"goes by|go by": "uses",
    r"(?:takes?|taken|took)(?: it| '\S+')? for": "is read as, kvtui assumes",
    r"stands?|stood": "is, is set",
    r"holds if|holds? nothing": "assumes that",
    r"alone": "only",
    r"counts? for nothing": "is ignored",
    r"mend|anew|in the place of|whoever": "fix, again, instead of, anyone who",
    r"all is well|ended well": "All 11 checks passed; finished (exit 0)",
    r"stays? as it is|as it should be": "is left unchanged, is up to date",
    r"lead(?:s|ing)? (?:back )?to": "maps to, reaches, resolves to",
    r"without a word": "silently",
    r"(?<!There )is no(?! longer)|(?<!There )are no(?! longer)|is none": "is not a",
}
"""The words that must not appear, and what is said instead."""
_WORDS = re.compile(r"\b(?:" + "|".join(INSTEAD) + r")(?!\w)", re.IGNORECASE)
AS_OTHERS_SAY_IT = ("Key Vault Reader", "the role Reader")
"""Names that Azure gave."""


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """The string literals with a space in them, without docstrings; `{}` for what a placeholder fills."""
    tree = ast.parse(source)
    left_out = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            left_out |= {id(part) for part in node.values}
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            text = node.value
        else:
            continue
        if " " in text.strip():
            yield node.lineno, text


def offences(source: str) -> list[str]:
    """The sentences of `source` with a word that must not appear, each with its line."""
    found = []
    for line, text in sentences(source):
        own = text
        for name in AS_OTHERS_SAY_IT:
            own = own.replace(name, "")
        found += [f"{line}: {match[0]!r} in {text!r}" for match in _WORDS.finditer(own)]
    return found


@pytest.mark.parametrize("path", DONE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_sentences_keep_to_the_glossary(path: Path) -> None:
    assert offences(path.read_text()) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "No token could be had for it.",
        "Asked as whom?",
        "The vault refused the identity.",
        "Told from {number} loaded names.",
        "The verdict of the door in this room of the house.",
        "Others may read it: it stands open.",
        "The lines are ours, and it leaves it.",
        "Airflow takes 'x' for a name.",
        "all is well",
        "It is no URI.",
        "The set-up is done: nobody is trusted.",
        "Nothing is foretold here; it goes by the name.",
    ],
)
def test_a_word_of_the_dialect_is_found(sentence: str) -> None:
    assert offences(f"x = f{sentence!r}")


def test_a_sentence_in_several_literals_is_read_as_one() -> None:
    assert offences("x = f\"The answer is\" ' had, {who}'")


def test_docstrings_and_names_without_spaces_are_no_sentences() -> None:
    assert not offences('"""The verdict of the room."""\nx = "refused"\n')


def test_a_package_that_is_still_to_do_is_there() -> None:
    assert {path.name for path in ROOT.iterdir()} >= TO_DO
