"""One thread serves sockets, calls and timers, and its end is nobody's secret."""

from __future__ import annotations

import socket
import threading
from functools import partial
from queue import Empty, Queue

import pytest

from local.devices import MqttLoop


class Echo:
    """Reads its end of a pair, and writes once when asked to."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.read: Queue[bytes] = Queue()
        self.wrote = threading.Event()

    def readable(self) -> None:
        self.read.put(self.sock.recv(100))

    def writable(self) -> None:
        self.wrote.set()


def test_a_watched_socket_is_read_until_it_is_forgotten() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, MqttLoop() as loop:
        echo = Echo(ours)
        loop.call(lambda: loop.watch(ours, echo, write=False))
        theirs.send(b"hello")
        assert echo.read.get(timeout=5) == b"hello"
        assert not echo.wrote.is_set()
        forgotten = threading.Event()

        def forget() -> None:
            loop.forget(ours)
            forgotten.set()

        loop.call(forget)
        assert forgotten.wait(5)
        theirs.send(b"again")
        with pytest.raises(Empty):
            echo.read.get(timeout=0.1)


def test_a_socket_is_written_once_it_is_watched_for_that() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, MqttLoop() as loop:
        echo = Echo(ours)
        loop.call(lambda: loop.watch(ours, echo, write=False))
        loop.call(lambda: loop.watch(ours, echo, write=True))
        assert echo.wrote.wait(5)
        loop.call(lambda: loop.forget(ours))


def test_calls_run_in_one_other_thread_in_their_order() -> None:
    came: Queue[tuple[int, str]] = Queue()

    def note(number: int) -> None:
        came.put((number, threading.current_thread().name))

    with MqttLoop() as loop:
        for number in range(100):
            loop.call(partial(note, number))
        found = [came.get(timeout=5) for _ in range(100)]
    assert found == [(number, "mqtt") for number in range(100)]


def test_a_call_within_the_loop_runs_after_the_current_one() -> None:
    came: Queue[str] = Queue()
    with MqttLoop() as loop:

        def outer() -> None:
            loop.call(lambda: came.put("inner"))
            came.put("outer")

        loop.call(outer)
        assert [came.get(timeout=5), came.get(timeout=5)] == ["outer", "inner"]


def test_timers_run_when_they_are_due_the_soonest_first() -> None:
    came: Queue[str] = Queue()
    with MqttLoop() as loop:
        loop.later(0.2, lambda: came.put("second"))
        loop.later(0.05, lambda: came.put("first"))
        assert [came.get(timeout=5), came.get(timeout=5)] == ["first", "second"]


def test_what_blocks_runs_aside() -> None:
    came: Queue[str] = Queue()
    with MqttLoop() as loop:
        loop.aside(lambda: came.put(threading.current_thread().name))
        assert came.get(timeout=5).startswith("mqtt-connect")


def test_an_error_in_the_loop_is_raised_at_its_end() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), MqttLoop() as loop:
        loop.call(fail)
