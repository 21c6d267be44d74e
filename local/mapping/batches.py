"""Process a batch to its end: invoke, split, retry, discard."""

from __future__ import annotations

from collections import deque
from time import time
from typing import TYPE_CHECKING

from local.mapping.invocation import UndeliveredError
from local.mapping.outcome import Condition, InvocationAnswer, NextStep, decide, drop_expired
from local.mapping.progress import EventKind, MappingEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.mapping.destination import FailureDestination
    from local.mapping.invocation import Invoker
    from local.mapping.progress import ShardProgress
    from local.mapping.records import ShardBatch
    from local.mapping.settings import MappingSettings
    from local.mapping.timing import Timing


class BatchProcessor:
    """Processes the batches of one shard. A failing batch blocks its lane until it is done.

    `kept_seconds`: maximum age of a record, by the mapping or by the stream's retention.
    """

    def __init__(
        self,
        shard_id: str,
        settings: MappingSettings,
        kept_seconds: float,
        invoker: Invoker,
        destination: FailureDestination,
        progress: ShardProgress,
        timing: Timing,
        clock: Callable[[], float] = time,
    ) -> None:
        self._shard_id = shard_id
        self._settings = settings
        self._kept_seconds = kept_seconds
        self._invoker = invoker
        self._destination = destination
        self._progress = progress
        self._timing = timing
        self._clock = clock

    def process(self, batch: ShardBatch) -> None:
        """Process a batch. Returns when every record is done or discarded, or when the mapping stops.

        On stop, the current invocation is finished, but retries are left pending.
        """
        todo = deque([batch])
        answer: InvocationAnswer | None = None
        refusals = 0
        while todo and not self._progress.stopping.is_set():
            expired, live = drop_expired(todo.popleft(), self._clock() - self._kept_seconds)
            if expired:
                self._discard(expired, Condition.AGE, answer)
            if live is None:
                continue
            try:
                answer = self._invoker.invoke(live)
            except UndeliveredError as error:
                refusals += 1
                todo.appendleft(live)
                self._progress.add(undelivered=1)
                self._tell(EventKind.UNDELIVERED, len(live.records), str(error))
                self._progress.stopping.wait(self._timing.backoff(refusals))
                continue
            refusals = 0
            step = decide(live, answer, self._settings)
            todo.extendleft(reversed(step.again))
            self._account(live, step, answer)
            if step.retried:
                self._progress.stopping.wait(self._timing.backoff(step.again[0].retries))

    def _account(self, batch: ShardBatch, step: NextStep, answer: InvocationAnswer) -> None:
        self._progress.add(
            batches=1,
            processed=step.done,
            pending=-step.done,
            failures=int(step.failed),
            retries=int(step.retried),
        )
        if step.done:
            self._tell(EventKind.BATCH, step.done)
        if step.failed:
            detail = answer.payload.decode(errors="replace") if answer.function_error else "partial"
            self._tell(EventKind.FAILED, len(batch.records) - step.done, detail)
        if step.discarded:
            self._discard(step.discarded, Condition.RETRIES, answer)

    def _discard(self, batch: ShardBatch, condition: Condition, answer: InvocationAnswer | None) -> None:
        # Written before it is counted, so that every record counted as discarded can be found.
        sent = self._destination.send(self._shard_id, batch, condition, answer)
        count = len(batch.records)
        self._progress.add(discarded=count, pending=-count, sent_to_destination=count if sent else 0)
        self._tell(EventKind.DISCARDED, count, condition.value)

    def _tell(self, kind: EventKind, records: int, detail: str = "") -> None:
        self._progress.report(MappingEvent(kind, self._shard_id, records, detail))
