"""Completion in real shells. `python -m tests.completions` types lines and Tab in bash, zsh and fish.

zsh and fish are no dependency: install them from the system's packages. Without one of them it ends with 1.
With `--show` it prints each screen.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kvtui.cli.options import OPTIONS
from tests.benchmarks.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Case:
    """What is typed before Tab, and what the shell then shows or adds to the line."""

    typed: str
    offered: tuple[str, ...]
    not_offered: tuple[str, ...] = ()


CASES = (
    Case("kvtui --vau", ("kvtui --vault-url",)),
    Case("kvtui --no-", ("--no-variables", "--no-connections", "--no-config", "--no-mouse", "--no-memory")),
    Case("kvtui --export ", ("env", "helm", "all"), ("values.yaml",)),
    Case("kvtui --export=h", ("kvtui --export=helm",)),
    Case("kvtui --check --sign-in az", ("azure-cli", "azd")),
    Case("kvtui --profile ", ("prod", "staging"), ("values.yaml",)),
    Case("kvtui --profile=st", ("kvtui --profile=staging",)),
    Case("kvtui --export all -o ", ("values.yaml", "my dir")),
    Case("kvtui --export all -o my", (r"-o my\ dir/",)),
    Case("kvtui --project ", ("dags", "my dir"), ("values.yaml",)),
    Case("kvtui --export env --remove ", ("all", "secret"), ("values.yaml",)),
    Case("kvtui --help ", ("lookups", "names", "output"), ("values.yaml",)),
    Case("kvtui --list --js", ("kvtui --list --json",)),
    Case("kvtui --theme dra", ("kvtui --theme dracula",)),
    Case("kvtui --simulate a b --ki", ("kvtui --simulate a b --kind",)),
)
SHELLS = {
    "bash": (("bash", "--norc", "--noprofile", "-i"), "source <(kvtui --completion bash)"),
    "zsh": (("zsh", "-f", "-i"), "source <(kvtui --completion zsh)"),
    "fish": (("fish", "--no-config", "-i"), "kvtui --completion fish | source"),
}


def prepare(home: Path) -> Path:
    """Writes two profiles into `home` and returns a directory with files to complete."""
    profiles = home / ".config" / "kvtui" / "profiles"
    work = home / "work"
    for directory in (profiles, work / "dags", work / "my dir"):
        directory.mkdir(parents=True)
    for path in (profiles / "prod.toml", profiles / "staging.toml", work / "values.yaml"):
        path.touch()
    return work


def screen_after(shell: str, line: str, home: Path, expected: tuple[str, ...]) -> str:
    """The terminal's text after the script was loaded, `line` typed, and Tab pressed until all is there."""
    argv, load = SHELLS[shell]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(home), "PS1": "$ ", "fish_features": "no-query-term"}
    with Terminal(argv, environment=environment, directory=home / "work", columns=100) as terminal:
        terminal.type(f"{load}; echo is'' ready\r".encode())
        if not terminal.wait_for(lambda t: "is ready" in t.text(), 20):
            return terminal.text()
        terminal.type(b"clear\r")
        terminal.wait_for(lambda t: "is ready" not in t.text(), 5)
        terminal.type(line.encode())
        terminal.wait_for(lambda t: line.strip() in t.text(), 5)
        for _ in range(3):
            terminal.type(b"\t")
            if terminal.wait_for(lambda t: all(word in t.text() for word in expected), 2):
                break
        return terminal.text()


def failures(case: Case, screen: str) -> list[str]:
    """What is not as the case expects it. zsh lists names as they are typed, with `\\ `."""
    screen += screen.replace("\\ ", " ")
    wrong = [f"{word} is not offered" for word in case.offered if word not in screen]
    return wrong + [f"{word} is offered" for word in case.not_offered if word in screen]


def main() -> int:
    """Tries every case in every shell and prints the outcomes. 1 when one failed or a shell is not there."""
    parser = argparse.ArgumentParser(prog="python -m tests.completions", description=__doc__)
    parser.add_argument("shells", nargs="*", default=list(SHELLS), help="bash, zsh, fish; default: all")
    parser.add_argument("--show", action="store_true", help="print each screen")
    given = parser.parse_args()
    failed = 0
    for shell in given.shells:
        if shutil.which(shell) is None:
            failed += 1
            sys.stdout.write(f"FAILED  {shell} is not installed\n")
            continue
        for case in CASES:
            with tempfile.TemporaryDirectory(prefix="kvtui-completion-") as home:
                prepare(Path(home))
                screen = screen_after(shell, case.typed, Path(home), case.offered)
            wrong = failures(case, screen)
            failed += bool(wrong)
            outcome = f"FAILED ({'; '.join(wrong)})" if wrong else "ok"
            sys.stdout.write(f"{shell:5} {outcome}  {case.typed}\n")
            if given.show or wrong:
                sys.stdout.write("".join(f"      | {line}\n" for line in screen.rstrip().splitlines()))
    sys.stdout.write(f"{len(OPTIONS)} options, {len(CASES)} cases, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
