"""`--completion`: what bash offers after the script was loaded, and what the scripts for zsh and fish hold.

`python -m tests.completions` types the same in all three shells; zsh and fish are not needed here.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kvtui.cli.completion import THEMES, completion_script
from kvtui.cli.main import main
from kvtui.cli.options import OPTIONS
from kvtui.console.themes import NAMES
from kvtui.settings.catalogue import Option
from kvtui.settings.store.profiles import profiles_directory
from tests.completions import prepare, screen_after

ASK = """
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_kvtui
printf '%s\\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"}
"""
BASH = shutil.which("bash") or "bash"
EVERY_OPTION = pytest.mark.parametrize("option", OPTIONS, ids=lambda each: each.name)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two profiles and a directory `work`."""
    prepare(tmp_path)
    return tmp_path


def offered(home: Path, *words: str, **variables: str) -> list[str]:
    """What bash offers for the last of `words`, which bash splits at `=`. No program is on PATH."""
    script = home / "kvtui.bash"
    script.write_text(completion_script("bash"))
    done = subprocess.run(
        [BASH, "--norc", "-u", "-c", ASK, "bash", str(script), "kvtui", *words],
        cwd=home / "work",
        env={"HOME": str(home), "PATH": "/nowhere", **variables},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def test_every_option_is_offered(home: Path) -> None:
    assert offered(home, "") == [option.flag for option in OPTIONS]


def test_a_begun_option_is_completed(home: Path) -> None:
    assert offered(home, "--vau") == ["--vault-url"]


@pytest.mark.parametrize("option", [each for each in OPTIONS if each.choices], ids=lambda each: each.name)
def test_every_choice_is_offered_after_its_option(home: Path, option: Option) -> None:
    assert offered(home, option.flag, "") == list(option.choices)


@pytest.mark.parametrize("words", [("--export", "=", "h"), ("--export=h",), ("--export", "h")])
def test_a_choice_is_completed_with_and_without_an_equals_sign(home: Path, words: tuple[str, ...]) -> None:
    assert offered(home, *words) == ["--export=helm" if len(words) == 1 else "helm"]


def test_profiles_are_read_from_their_directory(home: Path) -> None:
    assert offered(home, "--profile", "") == ["prod", "staging"]


def test_profiles_are_read_where_kvtui_keeps_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))
    profiles_directory().mkdir(parents=True)
    (profiles_directory() / "dev.toml").touch()
    assert offered(home, "--profile", "", XDG_CONFIG_HOME=str(home / "elsewhere")) == ["dev"]


def test_no_profile_is_offered_where_there_is_none(home: Path) -> None:
    assert offered(home, "--profile", "", XDG_CONFIG_HOME=str(home / "none")) == []


@pytest.mark.parametrize("name", ["$(touch pwned)", "`touch pwned`", "a b", "*"])
def test_a_file_name_that_is_no_profile_is_neither_offered_nor_run(home: Path, name: str) -> None:
    (home / ".config" / "kvtui" / "profiles" / f"{name}.toml").touch()
    assert offered(home, "--profile", "") == ["prod", "staging"]
    assert not (home / "work" / "pwned").exists()


@pytest.mark.parametrize("name", ["--audit", "--client-secret-file", "-o", "--output"])
def test_files_and_directories_are_offered_for_a_path(home: Path, name: str) -> None:
    assert sorted(offered(home, name, "")) == ["dags", "my dir", "values.yaml"]


def test_only_directories_are_offered_for_the_project(home: Path) -> None:
    assert sorted(offered(home, "--project", "")) == ["dags", "my dir"]


@pytest.mark.parametrize("name", ["--simulate", "--vault-url", "--sep"])
def test_nothing_is_offered_where_the_words_are_not_known(home: Path, name: str) -> None:
    assert offered(home, name, "") == []


@pytest.mark.parametrize(
    "words", [("--list", "--js"), ("--simulate", "a", "b", "--js"), ("--remove", "--js")]
)
def test_an_option_is_completed_where_a_value_may_be_left_out(home: Path, words: tuple[str, ...]) -> None:
    assert offered(home, *words) == ["--json"]


def test_an_interactive_bash_completes_a_directory_with_a_space(home: Path) -> None:
    assert r"kvtui --project my\ dir/" in screen_after("bash", "kvtui --project my", home, (r"my\ dir/",))


def test_the_themes_are_those_of_the_console() -> None:
    assert THEMES == NAMES


@EVERY_OPTION
def test_the_script_for_fish_has_the_option_with_its_help(option: Option) -> None:
    lines = [
        shlex.split(line) for line in completion_script("fish").splitlines() if line.startswith("complete")
    ]
    found = next(line for line in lines if "-l" in line and line[line.index("-l") + 1] == option.name)
    assert found[found.index("-d") + 1] == option.help
    assert option.takes != "value" or {"-x", "-r"} & {*found}


@EVERY_OPTION
def test_the_script_for_zsh_has_the_option_with_its_help(option: Option) -> None:
    words = shlex.split(completion_script("zsh").partition("_arguments")[2].partition("\n}")[0])
    found = next(word for word in words if word.partition("[")[0].rstrip("=").endswith(option.flag))
    assert option.help in found.replace("\\:", ":")
    assert all(choice in found for choice in option.choices)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_option_prints_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--completion", shell]) == 0
    assert capsys.readouterr().out == completion_script(shell)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--completion"], "--completion needs a value: bash, zsh, fish."),
        (["--completion", "zhs"], "--completion: 'zhs' is not one of bash, zsh, fish. Did you mean zsh?"),
        (["--completion", "powershell"], "The text given is not one of bash, zsh, fish."),
    ],
)
def test_an_unknown_shell_is_a_usage_error(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert said in capsys.readouterr().err


def test_printing_a_script_loads_nothing_heavy() -> None:
    program = (
        "import argparse, sys; before = set(sys.modules)\n"
        "from kvtui.cli.main import main; main(['--completion', 'bash'])\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=os.environ)
    others = [name for name in done.stderr.split() if not name.startswith("kvtui")]
    assert not {"textual", "rich", "asyncio", "azure", "subprocess", "pathlib"} & {*others}
