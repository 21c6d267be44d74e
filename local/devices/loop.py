"""One thread that serves the sockets of many connections.

paho-mqtt would start one thread per client; with hundreds of them a small machine only switches between threads.
"""

from __future__ import annotations

import heapq
import selectors
import socket
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Protocol, Self

from local.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.client import SocketLike

_CONNECTING = 4
"""Threads for what blocks: a TCP connect and its TLS handshake."""
_LONGEST_SLEEP = 1.0


class Served(Protocol):
    """The owner of a socket. The loop calls it in its own thread."""

    def readable(self) -> None: ...

    def writable(self) -> None: ...


class MqttLoop:
    """A selector loop with timers in its own thread, for the length of a `with` block.

    `call` and `later` are thread-safe and run their task in the loop's thread. An error in a task ends the loop;
    `check` and the end of the block raise it.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._calls: deque[Callable[[], None]] = deque()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._wake_writer.setblocking(False)
        self._selector.register(self._wake_reader, selectors.EVENT_READ)
        self._over = False
        self._worker = Worker("mqtt", self._run)
        self._connecting = ThreadPoolExecutor(_CONNECTING, thread_name_prefix="mqtt-connect")

    def __enter__(self) -> Self:
        self._worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._connecting.shutdown(cancel_futures=True)
        self._over = True
        self._wake()
        self._worker.join()
        self._selector.close()
        self._wake_reader.close()
        self._wake_writer.close()
        self.check()

    def check(self) -> None:
        """Raise the error that ended the loop, if any."""
        self._worker.check()

    def call(self, task: Callable[[], None]) -> None:
        """Run `task` in the loop's thread, after earlier tasks."""
        self._calls.append(task)
        if not self._worker.is_current():
            self._wake()

    def later(self, seconds: float, task: Callable[[], None]) -> None:
        """Run `task` in the loop's thread after at least `seconds`."""
        timer = (monotonic() + seconds, next(self._numbers), task)
        self.call(lambda: heapq.heappush(self._timers, timer))

    def aside(self, task: Callable[[], None]) -> None:
        """Run `task`, which may block and must not raise, in one of a few other threads."""
        if not self._over:
            self._connecting.submit(task)

    def watch(self, sock: SocketLike, owner: Served, *, write: bool) -> None:
        """Serve `sock`, or change what it is served for. Only in the loop's thread."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if write else 0)
        if sock.fileno() in self._selector.get_map():
            self._selector.modify(sock, events, owner)
        elif sock.fileno() >= 0:
            self._selector.register(sock, events, owner)

    def forget(self, sock: SocketLike) -> None:
        """Stop serving `sock` before it is closed. Only in the loop's thread, or after its end."""
        if not self._over and sock.fileno() in self._selector.get_map():
            self._selector.unregister(sock)

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # The buffer holds enough bytes to wake the loop.
            self._wake_writer.send(b"\0")

    def _run(self) -> None:
        while not self._over:
            self._turn()

    def _turn(self) -> None:
        due = self._timers[0][0] - monotonic() if self._timers else _LONGEST_SLEEP
        timeout = 0.0 if self._calls else max(0.0, min(due, _LONGEST_SLEEP))
        for key, events in self._selector.select(timeout):
            if key.data is None:
                self._wake_reader.recv(4096)
                continue
            if events & selectors.EVENT_READ:
                key.data.readable()
            if events & selectors.EVENT_WRITE:
                key.data.writable()
        for _ in range(len(self._calls)):
            self._calls.popleft()()
        while self._timers and self._timers[0][0] <= monotonic():
            heapq.heappop(self._timers)[2]()
