"""A connection that is lost, a terminal that changes its size, sessions that are left and taken up again."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kvtui.emulator import company
from tests.benchmarks.terminal import Terminal
from tests.emulator_support.process import EmulatorProcess
from tests.job import PATIENCE, ends, press, shows
from tests.ssh.conftest import console
from tests.ssh.server import Host, found

SECRET = company.CLIENT_SECRETS[company.ASTRO_PROD]
SIZES = [(80, 24), (120, 40), (40, 10), (20, 5), (200, 50), (132, 24), (1, 1), (80, 60)]


def until(holds: Callable[[], object], seconds: float) -> float:
    """Seconds until it holds. Fails after `seconds`."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


def lose(terminal: Terminal) -> None:
    """Kills the `ssh` of a terminal: the other end sees the connection close."""
    terminal.signal(signal.SIGKILL)


@pytest.fixture
def listing(host: Host, large: EmulatorProcess) -> Iterator[Terminal]:
    """A console in the middle of 25,000 names, its client secret typed."""
    app = ("--client-id", company.ASTRO_PROD)
    with host.open(*console(*app), variables={"AZURE_CLIENT_SECRET": SECRET}) as terminal:
        shows(terminal, "1 Setup")
        press(terminal, "3", "names, loading")
        yield terminal


def test_a_lost_connection_ends_a_listing_and_leaves_nothing(host: Host, listing: Terminal) -> None:
    assert host.processes("kvtui")
    lose(listing)
    until(lambda: not host.processes("kvtui"), 10)
    assert host.files_with(SECRET) == []


def test_a_lost_connection_ends_the_demo_with_its_azure_and_its_files(host: Host) -> None:
    with host.open(console()[0], "--demo") as terminal:
        shows(terminal, "1 Setup", "user ana")
        assert len(host.processes("kvtui")) == 2
        lose(terminal)
        until(lambda: not host.processes("kvtui"), 10)
    assert list((host.home / "tmp").iterdir()) == []


def test_esc_in_a_listing_stops_it_and_says_so(listing: Terminal) -> None:
    press(listing, "\x1b", "stopped")


@pytest.mark.parametrize("keys", ["1", "3", "3/", "4\rapi_base", "?"])
def test_after_a_storm_of_sizes_the_screen_is_what_a_full_repaint_shows(
    host: Host, azure: EmulatorProcess, keys: str
) -> None:
    with host.open(*console()) as terminal:
        shows(terminal, "1 Setup", "user ana")
        press(terminal, keys)
        chosen = random.Random(keys)  # noqa: S311
        for _ in range(30):
            terminal.resize(*chosen.choice(SIZES))
            terminal.read(0.02)
        terminal.resize(100, 30)
        settled(terminal)
        before = terminal.text()
        assert "kv-contoso-prod" in before or keys == "?"
        terminal.resize(99, 30)
        settled(terminal)
        terminal.resize(100, 30)
        settled(terminal)
        assert terminal.text() == before


def settled(terminal: Terminal) -> None:
    """Reads until nothing has come for a second."""
    while terminal.read(1.0):
        pass


def test_a_session_in_tmux_goes_on_without_its_terminal(host: Host, large: EmulatorProcess) -> None:
    tmux = (str(found("tmux")), "-u", "-S", str(host.home / "socket"), "-f", "/dev/null")
    with host.open(*tmux, "new-session", "-s", "work", *console()) as terminal:
        shows(terminal, "1 Setup")
        press(terminal, "3", "names, loading")
        lose(terminal)
    with host.open(*tmux, "attach", "-t", "work", size=(100, 30)) as again:
        shows(again, "names, loading", "3 Secrets")
        press(again, "\x1b", "stopped")
        again.type(b"q")
        assert ends(again) == 0


def test_a_session_in_screen_goes_on_without_its_terminal(host: Host, large: EmulatorProcess) -> None:
    sockets = host.home / "sockets"
    sockets.mkdir(mode=0o700)
    host.environment["SCREENDIR"] = str(sockets)
    screen = (str(found("screen")), "-U", "-c", "/dev/null")
    with host.open(*screen, "-S", "work", *console("--no-mouse")) as terminal:
        shows(terminal, "1 Setup")
        press(terminal, "3", "names, loading")
        lose(terminal)
    until(lambda: any("etached" in line for line in said(host, *screen, "-ls")), PATIENCE)
    with host.open(*screen, "-r", "work", size=(100, 30)) as again:
        shows(again, "names, loading", "3 Secrets")
        press(again, "\x1b", "stopped")
        press(again, "q")
        ends(again)
    until(lambda: not host.processes("kvtui"), 10)


def said(host: Host, *words: str | Path) -> list[str]:
    """The lines that a program on the host prints."""
    return host.run(*words).stdout.splitlines()


def test_a_sigterm_gives_the_terminal_back(host: Host, azure: EmulatorProcess) -> None:
    with host.open(*console()) as terminal:
        shows(terminal, "1 Setup", "user ana")
        for pid in host.processes("kvtui"):
            os.kill(pid, signal.SIGTERM)
        assert ends(terminal) == 128 + signal.SIGTERM
        written = b"".join(data for _, data in terminal.chunks)
    assert written.rfind(b"\x1b[?1049l") > written.rfind(b"\x1b[?1049h")
    assert written.rfind(b"\x1b[?25h") > written.rfind(b"\x1b[?25l")
