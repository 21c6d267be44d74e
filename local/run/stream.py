"""Sending and receiving: producer, event source runner and alerts, from the first reading to the last one stored."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lambda_src.common.readings.reading import Identity
from local.fleet import PlantMessage, paced
from local.ledger.account import Stored
from local.ledger.stores import StoreReader
from local.run.consumer import Consumer
from local.run.entrypoint import Entrypoint
from local.run.source import MessageSource
from local.view.board import Board
from local.worker import Worker

LOOK_SECONDS = 2.0
# Without progress for so long, a store gets no more; twice the longest window that a mapping waits for here.
PATIENCE_SECONDS = 30.0


@dataclass
class Sent:
    """What was taken: readings by identity, and every payload with its readings, in the order of sending."""

    readings: dict[Identity, float] = field(default_factory=dict)
    payloads: dict[bytes, Sequence[Stored]] = field(default_factory=dict)

    def add(self, message: PlantMessage) -> None:
        """Note a message that was taken."""
        self.payloads[message.payload] = message.readings
        self.readings.update(message.readings)


def send(door: Entrypoint, source: MessageSource, rate: float, sent: Sent, board: Board) -> None:
    """Send the source through a front door, at `rate` readings a second."""
    began = time.monotonic()
    board.to_send = len(source)

    def note(taken: Iterable[list[PlantMessage]]) -> None:
        for messages in taken:
            for message in messages:
                sent.add(message)
                board.sent += len(message.readings)
        board.rate = board.sent / max(time.monotonic() - began, 1.0)

    for due in paced(source.messages(), rate):
        note(door.producer.send(door.shape.take(due)))
    note(door.producer.send(door.shape.rest()))
    note(door.under_way())


class Watcher:
    """Counts what the stores have, in a thread of its own, while its `with` block runs.

    It looks every two seconds, and while readings are sent it rests nine times as long as a look took: counting is not
    to slow down what is counted.
    """

    def __init__(self, readers: Sequence[StoreReader], board: Board) -> None:
        self._readers = readers
        self._board = board
        self._over = threading.Event()
        self._hurry = threading.Event()
        self.looks = 0
        """How often every store has been counted."""
        self._worker = Worker("stores", self._watch)

    def __enter__(self) -> "Watcher":
        self._worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._hurry.set()
        self._worker.join()

    def hurry(self) -> None:
        """Rest no longer than two seconds from now on."""
        self._hurry.set()

    def complete(self, sent: Sent) -> bool:
        """Whether each store has as many readings as it must."""
        counts = self._board.stores
        return all(counts.get(each.name, 0) >= len(each.expected(sent.readings)) for each in self._readers)

    def check(self) -> None:
        """Raise what ended the thread, if something did."""
        self._worker.check()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            began = time.monotonic()
            for reader in self._readers:
                self._board.stores[reader.name] = reader.count()
            self.looks += 1
            self._hurry.wait(9 * (time.monotonic() - began))


def settle(
    consumer: Consumer,
    watcher: Watcher,
    sent: Sent,
    board: Board,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Wait until each store has as many readings as it must, or none has grown for `PATIENCE_SECONDS`.

    Growth beyond the most there was is what counts: a batch that fails again and again comes and goes. That a
    count is right says nothing yet about what was counted: the account comes after.
    """
    watcher.hurry()
    grown, looks, most = clock(), watcher.looks, dict(board.stores)
    # Over a store that takes long to count, two looks: the first may have begun before the last growth.
    while clock() - grown < PATIENCE_SECONDS or watcher.looks < looks + 2:
        consumer.check()
        watcher.check()
        if watcher.complete(sent) and consumer.pending == 0 and consumer.idle_for() >= LOOK_SECONDS:
            return
        if any(count > most.get(name, 0) for name, count in board.stores.items()):
            grown, looks = clock(), watcher.looks
            most = {name: max(count, most.get(name, 0)) for name, count in board.stores.items()}
        time.sleep(LOOK_SECONDS / 2)
    board.say(f"Nothing more has come for {PATIENCE_SECONDS:.0f} s.")
