"""Sending and receiving: producer, event source runner and alerts, from the first reading to the last one stored."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lambda_src.common.reading import Identity
from local.fleet import KinesisProducer, Message, paced
from local.ledger.account import Stored
from local.ledger.stores import StoreReader
from local.mapping import MappingRunner
from local.run.deployment import Deployment
from local.run.source import Source
from local.view.board import Board

LOOK_SECONDS = 2.0
# Without progress for so long, a store gets no more; twice the longest window that a mapping waits for here.
PATIENCE_SECONDS = 30.0


@dataclass
class Sent:
    """What went into the stream: readings by identity, and every payload with its readings."""

    readings: dict[Identity, float] = field(default_factory=dict)
    payloads: dict[bytes, Sequence[Stored]] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Note a message that the stream took."""
        self.payloads[message.payload] = message.readings
        self.readings.update(message.readings)


def send(deployment: Deployment, source: Source, rate: float, sent: Sent, board: Board) -> None:
    """Send the source at `rate` messages a second, signed by the role that may do nothing else."""
    role = deployment.clients.assume(deployment.outputs["producer_role_arn"], "fleet")
    client = deployment.clients.client("kinesis", role)
    producer = KinesisProducer(client, deployment.outputs["stream_name"])
    began = time.monotonic()
    board.to_send = len(source)
    for due in paced(source.messages(), rate):
        for taken in producer.send(due):
            for message in taken:
                sent.add(message)
            board.sent += len(taken)
        board.rate = board.sent / max(time.monotonic() - began, 1.0)


class Watcher:
    """Counts what the stores have, every two seconds, in a thread of its own, while its `with` block runs."""

    def __init__(self, readers: Sequence[StoreReader], board: Board) -> None:
        self._readers = readers
        self._board = board
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stores", daemon=True)
        self._error: BaseException | None = None

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def names(self) -> list[str]:
        """The stores that it counts in."""
        return [reader.name for reader in self._readers]

    def check(self) -> None:
        """Raise what ended the thread, if something did."""
        if self._error is not None:
            raise self._error

    def _watch(self) -> None:
        try:
            while not self._over.wait(LOOK_SECONDS):
                for reader in self._readers:
                    self._board.stores[reader.name] = reader.count()
        except BaseException as error:  # noqa: BLE001 (kept for `check`, which raises it)
            self._error = error


def settle(
    runner: MappingRunner,
    watcher: Watcher,
    sent: Sent,
    board: Board,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Wait until each store has as many readings as were sent, or none has grown for `PATIENCE_SECONDS`.

    Growth beyond the most there was is what counts: a batch that fails again and again comes and goes. That a
    count is right says nothing yet about what was counted: the account comes after.
    """
    grown, most = clock(), dict(board.stores)
    while clock() - grown < PATIENCE_SECONDS:
        runner.check()
        watcher.check()
        complete = all(board.stores.get(name, 0) >= len(sent.readings) for name in watcher.names)
        if complete and runner.stats.pending == 0 and runner.idle_for() >= LOOK_SECONDS:
            return
        if any(count > most.get(name, 0) for name, count in board.stores.items()):
            grown = clock()
            most = {name: max(count, most.get(name, 0)) for name, count in board.stores.items()}
        time.sleep(LOOK_SECONDS / 2)
    board.say(f"Nothing more has come for {PATIENCE_SECONDS:.0f} s.")
