"""A slow link, and locales that are not UTF-8."""

from __future__ import annotations

import subprocess
import time

import pytest

from tests.benchmarks.terminal import Terminal
from tests.emulator_support.process import EmulatorProcess
from tests.job import press, shows
from tests.ssh.conftest import console
from tests.ssh.relay import Relay
from tests.ssh.server import Host, SshServer

ECHO, ESC = 1.0, 2.0
"""Seconds on a link of 5 kB/s and 300 ms until a typed character, and what Esc did, are seen."""
BUSY = 2.0
"""How much longer it may take here, where tests run beside other work."""


def seconds_until_shown(keys: str, terminal: Terminal, text: str) -> float:
    """Types keys and waits for the text."""
    began = time.monotonic()
    press(terminal, keys, text)
    return time.monotonic() - began


def test_while_names_stream_over_a_slow_link_keys_are_answered(
    server: SshServer, host: Host, large: EmulatorProcess
) -> None:
    with Relay(server.port) as relay, host.open(*console(), port=relay.port) as terminal:
        shows(terminal, "1 Setup", "user ana")
        press(terminal, "3", "names, loading", "airflow-")
        press(terminal, "/", "▌")
        for letters in ("e", "et", "etl"):
            assert seconds_until_shown(letters[-1], terminal, f"▌ {letters} ") <= ECHO * BUSY
        press(terminal, "\x1b")
        assert seconds_until_shown("\x1b", terminal, "stopped") <= ESC * BUSY


MODES = ("Client secret", "Managed identity")
"""The auth mode that is chosen, and one that is not."""


@pytest.fixture
def latin1(host: Host) -> dict[str, str]:
    """The variables of a German ISO-8859-1 locale, made for this test."""
    target = host.home / "locales" / "de_DE.ISO-8859-1"
    target.parent.mkdir()
    words = ["localedef", "-i", "de_DE", "-f", "ISO-8859-1", str(target)]
    subprocess.run(words, check=True, capture_output=True)
    return {"LOCPATH": str(target.parent), "LC_ALL": "de_DE.ISO-8859-1", "PYTHONUTF8": "0"}


def test_an_8_bit_locale_gets_ascii_and_tells_the_chosen_from_the_others(
    host: Host, azure: EmulatorProcess, latin1: dict[str, str]
) -> None:
    check_ascii(host, latin1)


def test_the_c_locale_gets_ascii_and_tells_the_chosen_from_the_others(
    host: Host, azure: EmulatorProcess
) -> None:
    check_ascii(host, {"LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"})


def check_ascii(host: Host, variables: dict[str, str]) -> None:
    """No byte beyond ASCII, nothing escaped, and different marks for what is chosen and what is not."""
    with host.open(*console(), variables=variables) as terminal:
        shows(terminal, "1 Setup", "user ana", "Managed identity")
        written = b"".join(data for _, data in terminal.chunks)
        assert written.isascii()
        assert "\\u" not in terminal.text()
        lines = terminal.text().splitlines()
        chosen, other = (next(line for line in lines if text in line) for text in MODES)
        assert mark(chosen, MODES[0]) != mark(other, MODES[1])


def mark(line: str, text: str) -> str:
    """What stands before the text, without spaces and borders."""
    return line.partition(text)[0].split()[-1]
