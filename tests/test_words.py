"""Words that kvtui does not use: the "not" column of the glossary.

The tests check the sentences of the code, its docstrings and comments, the demo's JSON, the generated files,
the sample project and the documentation.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvtui.app.files import plan_files
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.project.files import read_project
from kvtui.settings.model import AuthMode, Chart, Settings, Target, VaultAddress
from tests.docs_reference import RUNS, printed

TOP = Path(__file__).parent.parent
ROOT = TOP / "kvtui"
TO_DO: set[str] = set()
"""Packages whose sentences are still to be rewritten."""
NOTES_TO_DO: set[str] = set()
"""Packages whose docstrings and comments are still to be rewritten."""
SOURCES = sorted(ROOT.rglob("*.py"))
DONE = [path for path in SOURCES if path.relative_to(ROOT).parts[0] not in TO_DO]

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
    r"stands?(?!-in)|stood": "is, is set",
    r"holds if|holds? nothing": "assumes that",
    r"alone": "only",
    r"counts? for nothing": "is ignored",
    r"mend|anew|in the place of|whoever": "fix, again, instead of, anyone who",
    r"all is well|ended well": "All 11 checks passed; finished (exit 0)",
    r"stays? as it is|as it should be": "is left unchanged, is up to date",
    r"lead(?:s|ing)? (?:back )?to": "maps to, reaches, resolves to",
    r"without a word": "silently",
    r"(?<!there )is no(?! longer)|(?<!there )are no(?! longer)|(?<!there )is none": "is not a",
}
"""The words that must not appear, and what is said instead."""
_WORDS = re.compile(r"\b(?:" + "|".join(INSTEAD) + r")(?!\w)", re.IGNORECASE)
_IN_CODE = re.compile(r"(?:async |[Aa] |the |thread's )?\breader\b|is None")
"""In docstrings and comments a reader is also a function that reads the vault."""
_MARKDOWN_CODE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|<!--.*?-->", re.DOTALL)
PAGES = sorted(path for pattern in ("*.md", "docs/**/*.md") for path in TOP.glob(pattern))
TEXTS = {
    "detail",
    "remedy",
    "what",
    "why",
    "fix",
    "note",
    "title",
    "notices",
    "notes",
    "headlines",
    "warnings",
}
"""Fields of the JSON that hold sentences."""
AS_OTHERS_SAY_IT = ("Key Vault Reader", "the role Reader", "\ntrap '")
"""Names that Azure gave, and a command of the shell."""


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


def notes(source: str) -> Iterator[tuple[int, str]]:
    """The docstrings and comments, without code in backticks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.lineno, _IN_CODE.sub("", re.sub(r"`[^`]*`", "", str(node.value.value)))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], _IN_CODE.sub("", token.string)


def prose(page: str) -> Iterator[tuple[int, str]]:
    """The lines of a Markdown page, without code and addresses."""
    blank = _MARKDOWN_CODE.sub(lambda match: "\n" * match[0].count("\n"), page)
    yield from enumerate(blank.splitlines(), 1)


def shown(value: object, field: str = "") -> Iterator[tuple[int, str]]:
    """The sentences in a JSON document: the fields of `TEXTS`, at any depth."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from shown(part, name)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from ((number, text) for _, text in shown(part, field))
    elif isinstance(value, str) and field in TEXTS:
        yield 0, value


def offences(texts: Iterator[tuple[int, str]]) -> list[str]:
    """The texts with a word that must not appear, each with its line."""
    found = []
    for line, text in texts:
        own = text
        for name in AS_OTHERS_SAY_IT:
            own = own.replace(name, "")
        found += [f"{line}: {match[0]!r} in {text!r}" for match in _WORDS.finditer(own)]
    return found


@pytest.mark.parametrize("path", DONE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_sentences_keep_to_the_glossary(path: Path) -> None:
    assert offences(sentences(path.read_text())) == []


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
    assert offences(sentences(f"x = f{sentence!r}"))


def test_a_sentence_in_several_literals_is_read_as_one() -> None:
    assert offences(sentences("x = f\"The answer is\" ' had, {who}'"))


def test_docstrings_and_names_without_spaces_are_no_sentences() -> None:
    assert not offences(sentences('"""The verdict of the room."""\nx = "refused"\n'))


NOTED = [path for path in SOURCES if path.relative_to(ROOT).parts[0] not in NOTES_TO_DO]


@pytest.mark.parametrize("path", NOTED, ids=lambda path: str(path.relative_to(ROOT)))
def test_docstrings_and_comments_keep_to_the_glossary(path: Path) -> None:
    assert offences(notes(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        '"""The verdict of the check."""\n',
        'def f():\n    """Whoever asks is told."""\n',
        "x = 1  # it stands for what is refused\n",
    ],
)
def test_a_word_of_the_dialect_is_found_in_docstrings_and_comments(source: str) -> None:
    assert offences(notes(source))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(TOP)))
def test_the_documentation_keeps_to_the_glossary(page: Path) -> None:
    assert offences(prose(page.read_text("utf-8"))) == []


def test_a_word_of_the_dialect_is_found_in_a_page_with_its_line_and_not_in_code() -> None:
    page = "# Title\n\n```\nwhom\n```\n\nThe vault refuses the `door`, see [the page](room.md).\n"
    assert [text.partition(":")[0] for text in offences(prose(page))] == ["7"]


@pytest.mark.parametrize("command", ["check", "audit", "simulate", "problem"])
def test_the_json_of_the_demo_keeps_to_the_glossary(command: str) -> None:
    texts = [text for options in RUNS[command] for text in shown(printed(options))]
    assert texts
    assert offences(iter(texts)) == []


def test_a_word_of_the_dialect_is_found_in_json_at_any_depth() -> None:
    document = {"checks": [{"name": "can read", "detail": "All is well.", "remedy": "Ask whoever may."}]}
    assert len(offences(shown(document))) == 2


@pytest.mark.parametrize("mode", AuthMode)
@pytest.mark.parametrize(
    ("target", "chart"),
    [
        (Target.ASTRO, Chart.AGENT),
        (Target.REMOTE_EXECUTION, Chart.AGENT),
        (Target.REMOTE_EXECUTION, Chart.AIRFLOW),
    ],
)
def test_the_files_that_are_generated_keep_to_the_glossary(
    tmp_path: Path, target: Target, chart: Chart, mode: AuthMode
) -> None:
    settings = Settings(
        vault=VaultAddress(company.VAULT_RBAC),
        tenant_id=company.TENANT_ID,
        client_id=company.ASTRO_PROD,
        client_secret=SecretText("a secret") if mode is AuthMode.CLIENT_SECRET else None,
        auth_mode=mode,
        target=target,
        chart=chart,
    )
    plan = plan_files(settings, read_project(tmp_path))
    written = [(0, line) for file in plan.files for line in file.after.splitlines()]
    steps = [(0, f"{step.title} {step.note}") for step in plan.next_steps]
    assert written
    assert steps
    assert offences(iter([*written, *steps, *((0, notice) for notice in plan.notices)])) == []


def test_the_sample_project_keeps_to_the_glossary() -> None:
    sample = sorted((ROOT / "emulator" / "sample").rglob("*.txt"))
    assert sample
    lines = ((0, line) for path in sample for line in path.read_text("utf-8").splitlines())
    assert offences(lines) == []


def test_a_package_that_is_still_to_do_is_there() -> None:
    assert {path.name for path in ROOT.iterdir()} >= TO_DO | NOTES_TO_DO
