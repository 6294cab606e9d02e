"""What is sent to a terminal that does not take it: nothing is lost but states that nobody had seen."""

from __future__ import annotations

import os
import random
import select
import time
from collections.abc import Iterator
from threading import Lock

import pytest
from rich.segment import Segment

from kvtui.console.terminal.cells import Abilities
from kvtui.console.terminal.flow import EVERY, PATIENCE, QUESTION, TRIES, WINDOW, Flow
from kvtui.console.terminal.outlet import Outlet
from tests.console.random_frames import Repainted


class Pipe:
    """A terminal that reads only when it is told to, behind a small buffer."""

    def __init__(self) -> None:
        self.read_end, self.write_end = os.pipe()

    def fill(self) -> None:
        """Until nothing more fits."""
        while select.select([], [self.write_end], [], 0)[1]:
            os.write(self.write_end, b" " * 512)

    def read(self, seconds: float = 0.0, size: int = 1 << 16) -> bytes:
        """What is there, waiting so long for it."""
        return os.read(self.read_end, size) if select.select([self.read_end], [], [], seconds)[0] else b""

    def read_until(self, end: bytes, seconds: float = 20.0) -> bytes:
        """All up to `end`."""
        data, until = b"", time.monotonic() + seconds
        while not data.endswith(end):
            assert time.monotonic() < until, data[-200:]
            data += self.read(0.1)
        return data


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """Both ends, closed afterwards."""
    pipe = Pipe()
    yield pipe
    os.close(pipe.read_end)
    os.close(pipe.write_end)


def never() -> None:
    """The terminal is not to be gone."""
    raise AssertionError("the terminal was said to be gone")


def test_orders_are_sent_before_the_frame_and_in_their_order(pipe: Pipe) -> None:
    outlet = Outlet(pipe.write_end, iter(["frame"]).__next__, never, pause=0)
    outlet.order("a")
    outlet.order("b")
    outlet.changed()
    outlet.start()
    assert pipe.read_until(QUESTION.encode()) == b"abframe" + QUESTION.encode()
    assert outlet.stop(5)


def test_frames_that_wait_are_one_frame(pipe: Pipe) -> None:
    asked: list[int] = []

    def changes() -> str:
        asked.append(1)
        return "newest"

    pipe.fill()
    outlet = Outlet(pipe.write_end, changes, never, pause=0)
    outlet.start()
    outlet.order("first")
    for _ in range(1_000):
        outlet.changed()
    pipe.read_until(b"newest" + QUESTION.encode())
    assert len(asked) == 1
    assert outlet.stop(5)


def test_the_echo_of_a_typed_character_does_not_wait_for_the_time_between_two_frames(pipe: Pipe) -> None:
    outlet = Outlet(pipe.write_end, iter(["frame", "typed"]).__next__, never, pause=3600)
    outlet.start()
    outlet.changed()
    pipe.read_until(b"frame" + QUESTION.encode())
    outlet.changed(echo=True)
    pipe.read_until(b"typed")
    assert outlet.stop(5)


def test_a_terminal_that_takes_nothing_does_not_hold_up_the_end(pipe: Pipe) -> None:
    pipe.fill()
    outlet = Outlet(pipe.write_end, lambda: "", never)
    outlet.start()
    outlet.order("never read")
    assert not outlet.stop(0.05)


def test_what_was_ordered_is_sent_before_the_end(pipe: Pipe) -> None:
    outlet = Outlet(pipe.write_end, lambda: "", never)
    outlet.start()
    outlet.order("given back")
    assert outlet.stop(5)
    assert pipe.read() == b"given back"


def test_a_terminal_that_is_gone_is_reported_once() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    gone: list[int] = []
    outlet = Outlet(write_end, lambda: "", lambda: gone.append(1))
    outlet.start()
    outlet.order("a")
    outlet.order("b")
    assert outlet.stop(5)
    os.close(write_end)
    assert gone == [1]


def test_what_the_character_set_lacks_is_a_question_mark(pipe: Pipe) -> None:
    outlet = Outlet(pipe.write_end, lambda: "", never, encoding="iso8859-1")
    outlet.start()
    outlet.order("é ✓")
    assert outlet.stop(5)
    assert pipe.read() == b"\xe9 ?"


@pytest.mark.parametrize("seed", range(3))
def test_a_terminal_that_stalls_at_random_shows_in_the_end_what_a_full_repaint_shows(
    pipe: Pipe, seed: int
) -> None:
    chance, lock = random.Random(seed), Lock()  # noqa: S311
    shown = Repainted(40, 10, Abilities())

    def changes() -> str:
        with lock:
            return shown.frame.changes()

    received = b""
    outlet = Outlet(pipe.write_end, changes, never, pause=0)
    outlet.start()
    for _ in range(3_000):
        with lock:
            shown.put_any(chance)
        outlet.changed()
        if chance.random() < 0.1:
            received += pipe.read(size=chance.randint(1, 3_000))
    with lock:
        shown.put(0, 0, [Segment("the last of all")])
        shown.put(39, 9, [Segment("!")])
        shown.frame.point(3, 3)
    outlet.changed()
    received += pipe.read_until(b"\x1b[4;4H", 30)
    assert outlet.stop(5)
    shown.stream.feed(received.decode())
    shown.compare()


class Clock:
    """A time that goes by only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def answering(clock: Clock) -> Flow:
    """A flow whose terminal has answered the first question after 0.3 s."""
    flow = Flow(clock)
    flow.sent(10)
    assert flow.question() == QUESTION
    clock.now += 0.3
    flow.answered()
    return flow


def test_a_terminal_that_never_answered_is_asked_once_and_never_waited_for(clock: Clock) -> None:
    flow = Flow(clock)
    asked = []
    for _ in range(20):
        flow.sent(WINDOW)
        asked.append(flow.question())
    assert asked == [QUESTION] + [""] * 19
    assert flow.wait() == 0


def test_a_frame_waits_while_too_much_is_on_its_way(clock: Clock) -> None:
    flow = answering(clock)
    flow.sent(WINDOW)
    flow.question()
    assert flow.wait() == PATIENCE


def test_an_answer_lets_the_next_frame_go(clock: Clock) -> None:
    flow = answering(clock)
    flow.sent(WINDOW)
    flow.question()
    flow.answered()
    assert flow.wait() == 0


def test_little_is_sent_without_a_question(clock: Clock) -> None:
    flow = answering(clock)
    flow.sent(EVERY - 11)
    assert flow.question() == ""


def test_a_terminal_that_answers_no_more_is_waited_for_a_few_times_only(clock: Clock) -> None:
    flow, waits = answering(clock), []
    for _ in range(TRIES + 2):
        flow.sent(WINDOW)
        flow.question()
        waits.append(flow.wait())
        clock.now += PATIENCE
        flow.wait()
    assert waits == pytest.approx([PATIENCE] * TRIES + [0, 0])


def test_the_round_trip_is_that_of_the_quickest_answer(clock: Clock) -> None:
    assert answering(clock).round_trip == pytest.approx(0.3)
