"""How the process ends: problems in their own words, defects without any."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kvtui.app.exits import Exit
from kvtui.cli.hardening import report_defect
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.report import print_problem

ROOT = str(Path(__file__).parents[2])


def guarded(body: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs `front_end`, whose body this is, as the program would, by a Python with these options."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    program = (
        "import os, sys, signal, threading\nfrom kvtui.cli.hardening import guarded\n"
        f"def front_end():\n    canary = 'kv-canary-1'\n{lines}\nsys.exit(guarded(front_end))"
    )
    return subprocess.run(
        [sys.executable, *options, "-c", program],
        capture_output=True,
        text=True,
        timeout=30,
        env={"PYTHONPATH": ROOT},
    )


def test_a_defect_is_reported_by_an_id_and_its_class_alone() -> None:
    done = guarded("raise ValueError(canary)")
    assert (done.returncode, done.stdout) == (1, "")
    assert "ValueError" in done.stderr
    assert "kv-canary" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_defect_is_reported_with_its_places_in_kvtui() -> None:
    done = guarded("from kvtui.settings.change import choose\nchoose(None, 'no-field', canary)")
    assert re.search(r"at settings/change\.py:\d+ < cli/hardening\.py:\d+$", done.stderr, re.MULTILINE)


def test_a_defect_in_a_thread_is_reported_the_same_way() -> None:
    done = guarded("t = threading.Thread(target=lambda: int(canary))\nt.start()\nt.join()\nreturn 0")
    assert "ValueError in a thread" in done.stderr
    assert "kv-canary" not in done.stderr


def test_a_defect_while_cleaning_up_is_reported_the_same_way() -> None:
    done = guarded(
        "class C:\n    def __del__(self): raise ValueError(canary)\nc = C()\ndel c\nreturn 0",
    )
    assert "ValueError while cleaning up" in done.stderr
    assert "kv-canary" not in done.stderr


def test_a_problem_is_reported_in_its_own_words() -> None:
    done = guarded(
        "from kvtui.core.problems import Problem, ProblemError, ProblemKind as K\n"
        "raise ProblemError(Problem('It is so.', 'Do this.', K.DENIED, identity='ana'))"
    )
    assert (done.returncode, done.stderr) == (4, "kvtui: It is so.\n  Identity: ana\n  Do this.\n")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_unwinds_and_ends_by_its_number(number: signal.Signals, code: int) -> None:
    done = guarded(
        f"try:\n    os.kill(os.getpid(), {int(number)})\n    signal.pause()\nfinally:\n    print('unwound')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "unwound\n", "")


def test_a_full_disk_behind_stdout_is_a_file_not_written() -> None:
    with Path("/dev/full").open("w") as full:
        program = (
            "import sys; from kvtui.cli.hardening import guarded as g; sys.exit(g(lambda: print('x' * 9)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": ROOT},
        )
    assert done.returncode == Exit.NOT_WRITTEN
    assert done.stderr.startswith("kvtui: The output could not be written to stdout: No space left")


def test_no_core_file_and_on_linux_no_reading_by_others() -> None:
    done = guarded(
        "import ctypes, resource\nprint(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == 'linux' else 0)\nreturn 0"
    )
    assert done.stdout == "0\n0\n"


def test_what_is_reported_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_problem(Problem("It \x1b[31mis so.", "Do\r this.", ProblemKind.USAGE, detail="\u202edetail"))
    assert capsys.readouterr().err == "kvtui: It \\e[31mis so.\n  Do\n   this.\n  details: \\u202edetail\n"


def test_each_report_has_an_id_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = report_defect(ValueError("kv-canary-1")), report_defect(ValueError("kv-canary-1"))
    assert first != second
    printed = capsys.readouterr().err
    assert first in printed
    assert "kv-canary" not in printed
    assert ROOT not in printed


def test_details_that_are_said_already_are_not_said_again(capsys: pytest.CaptureFixture[str]) -> None:
    print_problem(
        Problem("Nobody: az: no.", "Do this.", ProblemKind.SIGN_IN, detail="az: no.\nazd: a long story.")
    )
    assert capsys.readouterr().err.splitlines()[2:] == ["  details: azd: a long story."]


_READ_STDERR = "r, w = os.pipe()\nos.dup2(w, 2)\n"


def test_an_unbuffered_python_shows_each_line_while_the_command_runs() -> None:
    reads = "os.set_blocking(r, False)\nos.write(1, os.read(r, 99))\nreturn 0"
    done = guarded(f"{_READ_STDERR}sys.stderr.write('so far\\n')\n{reads}", "-u")
    assert (done.returncode, done.stdout) == (0, "so far\n")


def test_a_signal_that_comes_with_a_line_does_not_print_the_line_again() -> None:
    done = guarded(
        f"import fcntl\n{_READ_STDERR}signal.signal(signal.SIGIO, signal.getsignal(signal.SIGTERM))\n"
        "fcntl.fcntl(r, fcntl.F_SETOWN, os.getpid())\nfcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)\n"
        "try:\n    sys.stderr.write('once\\n')\n"
        "finally:\n    fcntl.fcntl(r, fcntl.F_SETFL, 0)\n    sys.stderr.flush()\n"
        "    os.write(1, os.read(r, 99))"
    )
    assert (done.returncode, done.stdout) == (128 + signal.SIGIO, "once\n")
