"""The documentation: a short README, tables from the code, links to files that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from kvtui.cli.main import UsageError, parse
from kvtui.cli.options import OPTIONS
from tests.docs_reference import DOCS, ROOT, TABLES, block

PAGES = sorted(page for page in DOCS.rglob("*.md"))
TEXTS = [*PAGES, ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:[A-Z_]+=\S* )?(?:\.venv/bin/)?kvtui(?: (?P<words>.*))?$")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def commands(page: Path) -> list[str]:
    """What follows `kvtui` in the lines of the page's examples."""
    fences = "\n".join(FENCE.findall(page.read_text("utf-8"))).replace("\\\n", " ")
    found = (COMMAND.match(line) for line in fences.splitlines())
    return [(each["words"] or "").partition(" > ")[0] for each in found if each]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_as_the_code_makes_it(table: str) -> None:
    page = DOCS / TABLES[table][0]
    assert block(table) in page.read_text("utf-8"), "python -m tests.docs_reference renews it"


def test_the_readme_has_at_most_1200_words() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= 1200


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_every_link_leads_to_a_file(text: Path) -> None:
    targets = {target.partition("#")[0] for target in LINK.findall(FENCE.sub("", text.read_text("utf-8")))}
    here = {target for target in targets if target and "://" not in target}
    assert {target for target in here if not (text.parent / target).exists()} == set()


@pytest.mark.parametrize("picture", sorted((ROOT / "screenshots").glob("*.svg")), ids=name)
def test_a_picture_loads_nothing_from_another_host(picture: Path) -> None:
    assert not re.search(r"url\(|@import|href=", picture.read_text("utf-8").replace("url(#", ""))


def test_every_page_is_in_the_menu() -> None:
    menu = YAML(typ="safe").load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]
    assert sorted(re.findall(r"[\w/-]+\.md", str(menu))) == [str(page.relative_to(DOCS)) for page in PAGES]


@pytest.mark.parametrize("page", [page for page in TEXTS if commands(page)], ids=name)
def test_every_command_shown_can_be_given(page: Path) -> None:
    for words in commands(page):
        given = parse(shlex.split(words, comments=True))
        for option in OPTIONS:
            value = getattr(given, option.dest, "")
            assert not option.choices or not value or value in option.choices, words
            assert option.dest not in given or not option.needs or any(one in given for one in option.needs)


def test_a_command_with_an_unknown_option_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```\nAZURE_CLIENT_SECRET=… kvtui --chek \\\n    --json > check.json\n```\n", "utf-8")
    [words] = commands(page)
    with pytest.raises(UsageError, match="--chek"):
        parse(shlex.split(words))
