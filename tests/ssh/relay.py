"""A slow link: bytes go from one port to another at a rate and after a delay, a few at a time."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from types import TracebackType

_PIECE = 256
_QUEUE = 4096
"""Bytes that wait in the link, each way, and what a socket takes ahead; who sends more waits too."""


class Relay:
    """Listens on `port` and passes each connection on to `target`. A context manager."""

    def __init__(self, target: int, rate: float = 5_000, round_trip: float = 0.3) -> None:
        self._target, self._rate, self._delay = target, rate, round_trip / 2
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _QUEUE)
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Relay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket()
            far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _QUEUE)
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            far.connect(("127.0.0.1", self._target))
            self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                _Way(one, other, self._rate, self._delay).start()


class _Way:
    """One direction: what is read is due when the line has carried it, and half a round trip later."""

    def __init__(self, source: socket.socket, target: socket.socket, rate: float, delay: float) -> None:
        self._source, self._target = source, target
        self._rate, self._delay = rate, delay
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._changed = threading.Condition()

    def start(self) -> None:
        for work in (self._take, self._give):
            threading.Thread(target=work, daemon=True).start()

    def _take(self) -> None:
        free_at = 0.0
        data = b"more"
        while data:
            try:
                data = self._source.recv(_PIECE)
            except OSError:
                data = b""
            free_at = max(free_at, time.monotonic()) + len(data) / self._rate
            with self._changed:
                self._changed.wait_for(lambda: sum(len(each) for _, each in self._waiting) < _QUEUE)
                self._waiting.append((free_at + self._delay, data))
                self._changed.notify_all()

    def _give(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                due, data = self._waiting[0]
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                if data:
                    self._target.sendall(data)
                else:
                    self._target.shutdown(socket.SHUT_WR)
            except OSError:
                data = b""
            with self._changed:
                self._waiting.popleft()
                self._changed.notify_all()
            if not data:
                return
