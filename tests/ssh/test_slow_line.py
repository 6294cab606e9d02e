"""On 5 kB/s with a round trip of 300 ms keys are answered, also while 25,000 names stream in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from tests.benchmarks.starts import plain_environment
from tests.console.slow_line import SlowLine
from tests.console.test_budgets import WORDS
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import start_emulator

BUSY = 3.0
"""How many times as long it may take where the processor is shared."""
ECHO, ESC = 1.0, 2.0


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlowLine]:
    """Pane 3, with names that come in at 80 ms a request."""
    directory = tmp_path_factory.mktemp("slow")
    with start_emulator(secrets=25_000) as azure:
        azure.inject(Fault(FaultKind.DELAY, host="*vault*", seconds=0.08, times=None))
        environment = plain_environment(directory) | azure.environment
        with SlowLine(WORDS, environment=environment, directory=directory) as line:
            line.seconds_until(lambda text: "1 Setup" in text, 60)
            line.type(b"3")
            line.seconds_until(lambda text: text.count("airflow-variables-") > 12, 60)
            yield line


def contains(part: str, text: str) -> bool:
    """Whether the part is in the text."""
    return part in text


def test_a_typed_character_is_seen_within_a_second(line: SlowLine) -> None:
    line.type(b"/")
    line.seconds_until(lambda text: "Esc clear" in text, 20)
    typed = ""
    for letter in "etl":
        typed += letter
        line.run(1.0)
        line.type(letter.encode())
        assert line.seconds_until(partial(contains, f"▌ {typed}"), 20) < ECHO * BUSY


def test_esc_is_seen_within_two_seconds(line: SlowLine) -> None:
    line.run(1.0)
    line.type(b"\x1b")
    assert line.seconds_until(lambda text: "▌" not in text, 20) < ESC * BUSY


def test_what_was_not_seen_is_not_waited_for(line: SlowLine) -> None:
    for key in b"123456" * 10:
        line.type(bytes([key]))
        line.run(0.05)
    line.type(b"1")
    assert line.seconds_until(lambda text: "[1 Setup]" in text and "━ 1 Setup" in text, 20) < ESC * BUSY
