"""Hostile project files, each read by a kvtui of its own with little memory and little time."""

from __future__ import annotations

import os
import resource
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from kvtui.project.files import LARGEST

ID = "11111111-1111-1111-1111-111111111111"
KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS"
PROVIDER = "apache-airflow-providers-microsoft-azure"
MOST_SECONDS = 10
"""Of the processor, on the slowest machine: what is not linear takes minutes."""
MOST_MEMORY = 100 * 1024
"""KiB above those of an empty project."""
BOMB = b"".join(
    [struct.pack(">4sII", b"DIRC", 4, 60_000), *[b"\0" * 63 + b"a" * 50 + b"\0" for _ in range(60_000)]]
)
VARINT = struct.pack(">4sII", b"DIRC", 4, 1) + b"\0" * 62 + b"\xff" * 5_000_000
LAUGHS = "a0: &a0 [x,x]\n" + "".join(f"a{n}: &a{n} [{'*a' + str(n - 1)},*a{n - 1}]\n" for n in range(1, 40))
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n  y{n}: 1\n" for n in range(1, 40)
)
FILES: dict[str, tuple[str, str | bytes]] = {
    "many lines": (".env", "A=1\n" * 200_000),
    "as many lines as are read": (".env", "".join(f"A{n}=b\n" for n in range(9_000))),
    "the same line": (".env", "junk\n" * 9_900),
    "export 140,000 times": (".env", "export " * 140_000),
    "an open quote": (".env", "A='\n" + "B=1\n" * 9_000),
    "a quoted megabyte": (".env", 'A="' + "x" * 1_000_000 + '"\n'),
    "defaults within defaults": (".env", "A=" + "${A:-" * 30_000 + "}" * 30_000),
    "defaults in a row": (".env", "A=" + "${A:-b}" * 100_000),
    "values that double": (".env", "A=12345678\n" + "A=$A$A${A}${A}\n" * 40),
    "references without end": (".env", "A=" + "${" * 300_000 + ":x}"),
    "deep kwargs": (".env", KWARGS + "=" + '{"a":' * 10_000 + "1" + "}" * 10_000),
    "billion laughs": ("values.yaml", LAUGHS),
    "merge keys": ("values.yaml", MERGES),
    "200,000 anchors": ("values.yaml", "a: [" + ",".join(f"&a{n}" for n in range(120_000)) + "]"),
    "an alias to itself": ("values.yaml", "commonEnv: &a\n- *a\n"),
    "brackets": ("values.yaml", "a: " + "[" * 100_000),
    "requirement lines": ("requirements.txt", f"{PROVIDER}>=1\n" * 9_000),
    "clauses": ("requirements.txt", PROVIDER + ">=1," * 200_000),
    "digits": ("requirements.txt", f"{PROVIDER}=={'9' * 900_000}\n"),
    "stars": (".gitignore", "**/" * 300_000 + "x\n"),
    "patterns": (".gitignore", "".join(f"*{n}*e*n*v*\n" for n in range(9_000))),
    "an index of prefixes": (".git/index", BOMB),
    "an endless number in the index": (".git/index", VARINT),
    "an image that doubles": (
        "Dockerfile",
        "ARG A=12345678\n" + "ARG A=$A$A$A$A\n" * 40 + "FROM astro-runtime:$A\n",
    ),
}


def export(project: Path) -> tuple[int, str, float, int]:
    """Exit code, stderr, seconds of the processor and KiB of a dry run on `project`."""
    words = ["--export", "all", "--dry-run", "--target", "remote-execution", "--vault-url", "kv-demo"]
    words += ["--tenant-id", ID, "--client-id", ID, "--project", str(project)]
    measured = (
        "import os, resource, sys; from kvtui.cli.main import main; code = main(sys.argv[1:]);"
        "used = resource.getrusage(resource.RUSAGE_SELF);"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", measured, *words],
        env={"PATH": os.environ["PATH"], "HOME": str(project), "AZURE_CLIENT_SECRET": "abcdefghij~K"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )
    *said, figures = done.stderr.splitlines()
    seconds, memory = figures.split()
    return done.returncode, "\n".join(said), float(seconds), int(memory)


@pytest.fixture(scope="module")
def least(tmp_path_factory: pytest.TempPathFactory) -> int:
    return export(tmp_path_factory.mktemp("empty"))[3]


@pytest.mark.parametrize("case", FILES)
def test_a_hostile_file_ends_soon_and_small_with_a_documented_code(
    tmp_path: Path, least: int, case: str
) -> None:
    name, content = FILES[case]
    (tmp_path / ".git").mkdir()
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / name).write_bytes(data if name.startswith(".git/") else data[:LARGEST])
    code, said, seconds, memory = export(tmp_path)
    assert code in (0, 2, 7), said
    assert seconds < MOST_SECONDS
    assert memory - least < MOST_MEMORY
