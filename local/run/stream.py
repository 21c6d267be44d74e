"""Send readings and wait until all are stored."""

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
# Without growth for this time, a store is complete. Twice the longest window of a mapping here.
PATIENCE_SECONDS = 30.0


@dataclass
class Sent:
    """What was accepted: readings by identity, and every payload with its readings, in the order of sending."""

    readings: dict[Identity, float] = field(default_factory=dict)
    payloads: dict[bytes, Sequence[Stored]] = field(default_factory=dict)

    def add(self, message: PlantMessage) -> None:
        """Record an accepted message."""
        self.payloads[message.payload] = message.readings
        self.readings.update(message.readings)


def send(entrypoint: Entrypoint, source: MessageSource, rate: float, sent: Sent, board: Board) -> None:
    """Send the source through an entrypoint at `rate` readings per second."""
    began = time.monotonic()
    board.to_send = len(source)

    def note(taken: Iterable[list[PlantMessage]]) -> None:
        for messages in taken:
            for message in messages:
                sent.add(message)
                board.sent += len(message.readings)
        board.rate = board.sent / max(time.monotonic() - began, 1.0)

    for due in paced(source.messages(), rate):
        note(entrypoint.producer.send(entrypoint.shape.take(due)))
    note(entrypoint.producer.send(entrypoint.shape.rest()))
    note(entrypoint.in_flight())


class Watcher:
    """Counts the readings in the stores in a thread while its `with` block runs.

    It counts every two seconds. While readings are sent, it pauses nine times as long as a count took, so that counting
    does not slow down the pipeline.
    """

    def __init__(self, readers: Sequence[StoreReader], board: Board) -> None:
        self._readers = readers
        self._board = board
        self._over = threading.Event()
        self._hurry = threading.Event()
        self.looks = 0
        """How often all stores have been counted."""
        self._worker = Worker("stores", self._watch)

    def __enter__(self) -> "Watcher":
        self._worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._hurry.set()
        self._worker.join()

    def hurry(self) -> None:
        """Pause at most two seconds from now on."""
        self._hurry.set()

    def complete(self, sent: Sent) -> bool:
        """Return whether each store has as many readings as expected."""
        counts = self._board.stores
        return all(counts.get(each.name, 0) >= len(each.expected(sent.readings)) for each in self._readers)

    def check(self) -> None:
        """Raise the error that ended the thread, if any."""
        self._worker.check()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            began = time.monotonic()
            for reader in self._readers:
                self._board.stores[reader.name] = reader.count()
            self.looks += 1
            self._hurry.wait(9 * (time.monotonic() - began))


def wait_until_stored(
    consumer: Consumer,
    watcher: Watcher,
    sent: Sent,
    board: Board,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Wait until each store has as many readings as expected, or none has grown for `PATIENCE_SECONDS`.

    Only growth beyond the previous maximum counts, because a batch that fails repeatedly appears and disappears. A
    right count does not prove the content; the account checks it afterwards.
    """
    watcher.hurry()
    grown, looks, most = clock(), watcher.looks, dict(board.stores)
    # Two counts, for a store that is slow to count: the first may have started before the last growth.
    while clock() - grown < PATIENCE_SECONDS or watcher.looks < looks + 2:
        consumer.check()
        watcher.check()
        if watcher.complete(sent) and consumer.pending == 0 and consumer.idle_for() >= LOOK_SECONDS:
            return
        if any(count > most.get(name, 0) for name, count in board.stores.items()):
            grown, looks = clock(), watcher.looks
            most = {name: max(count, most.get(name, 0)) for name, count in board.stores.items()}
        time.sleep(LOOK_SECONDS / 2)
    board.say(f"No store has grown for {PATIENCE_SECONDS:.0f} s.")
