"""A mapping on fakes, from end to end."""

from __future__ import annotations

import base64
import json
import time
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from local.mapping import MappingEvent, MappingRunner, MappingStats, Timing
from tests.unit.mapping.factories import settings
from tests.unit.mapping.fakes import FakeClients, FakeKinesis

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = Timing(read_busy=0.01, read_idle=0.01, backoff_first=0.005, backoff_cap=0.01)


class Run:
    """A runner on fakes; `stored` is what the function has done with, in order."""

    def __init__(self) -> None:
        self.clients = FakeClients()
        self.clients.function.handler = self._handle
        self.stored: list[str] = []
        self.events: list[MappingEvent] = []
        self.script: Callable[[list[str]], object] = lambda _data: None
        self.runner: MappingRunner | None = None
        self._lock = Lock()

    @property
    def kinesis(self) -> FakeKinesis:
        return self.clients.kinesis

    def start(self, timing: Timing = QUICK, **changes: Any) -> MappingRunner:
        self.runner = MappingRunner(self.clients, settings(**changes), self.events.append, timing)
        self.runner.start()
        return self.runner

    def wait_until_idle(self, timeout: float = 10.0) -> MappingStats:
        assert self.runner is not None
        asked = time.monotonic()
        self.until(lambda: self._settled(asked), timeout)
        return self.runner.stats

    @staticmethod
    def until(holds: Callable[[], bool], timeout: float = 5.0) -> None:
        """Wait until it holds, or time is up: what then does not hold is the test's to say."""
        deadline = time.monotonic() + timeout
        while not holds() and time.monotonic() < deadline:
            time.sleep(0.01)

    def _settled(self, asked: float) -> bool:
        """Idle, and not only because a thread had no turn: what was put before shows with the next read of a shard.

        The read after that one tells that the records of the first have been dealt.
        """
        assert self.runner is not None
        still_open = [name for name, shard in list(self.kinesis.shards.items()) if not shard.closed]
        reads = [sum(moment > asked for moment in list(self.kinesis.reads[name])) for name in still_open]
        return min(reads, default=2) >= 2 and min(self.runner.idle_for(), time.monotonic() - asked) >= 0.1

    def _handle(self, event: dict[str, Any]) -> object:
        data = [base64.b64decode(entry["kinesis"]["data"]).decode() for entry in event["Records"]]
        answer = self.script(data)
        with self._lock:
            self.stored += data
        return answer

    @property
    def stopping(self) -> Event:
        """Set as soon as the runner was asked to stop."""
        assert self.runner is not None
        return self.runner._progress.stopping

    def end(self) -> None:
        if self.runner is not None:
            self.stopping.set()

    def given_up(self) -> list[list[str]]:
        bodies = [json.loads(written["Body"]) for written in self.clients.store.written]
        payloads = [json.loads(body["payload"])["Records"] for body in bodies]
        return [[base64.b64decode(r["kinesis"]["data"]).decode() for r in records] for records in payloads]
