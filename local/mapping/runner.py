"""The mapping as a whole: one poller per shard, started parent before child, and stopped together."""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from local.mapping.batches import BatchProcessor
from local.mapping.destination import FailureDestination
from local.mapping.identity import ClientSource, RoleClients
from local.mapping.invocation import Invoker
from local.mapping.poller import ShardPoller
from local.mapping.progress import MappingEvent, MappingStats, ShardProgress
from local.mapping.records import EventSourceFacts
from local.mapping.shards import TRIM_HORIZON, Position, Shard, ThrottledError, call, list_shards
from local.mapping.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.mapping.settings import MappingSettings

_STOP_SECONDS = 90.0
"""A function may run for 60 seconds in every preset; the rest is for writing results."""


class MappingRunner:
    """Runs one mapping in threads from `start` to `stop`.

    The function's execution role reads the stream and reports failures, as in Lambda. The account's keys invoke the
    function. The first error that no rule of the mapping covers (a missing permission, a deleted stream) stops all
    threads; `check` and `stop` raise it.
    """

    def __init__(
        self,
        clients: ClientSource,
        mapping: MappingSettings,
        on_event: Callable[[MappingEvent], None] | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._clients = clients
        self._mapping = mapping
        self._timing = timing or Timing()
        self._progress = ShardProgress(on_event)
        self._lock = Lock()
        self._pollers: dict[str, ShardPoller] = {}
        self._ended: set[str] = set()

    def start(self) -> None:
        """Start. On return every shard has its iterator, so records put from now on are read.

        Raises errors of the calls, for example if the role may not read the stream.
        """
        try:
            self._connect()
            self._start_ready(first=True)
        except BaseException:
            # Shards before the failed one are being read already.
            self._progress.stopping.set()
            raise

    def stop(self, timeout: float = _STOP_SECONDS) -> None:
        """Stop. Running invocations are finished; records not yet sent stay pending (`stats`).

        Raises the error that ended a thread, and `TimeoutError` if one has not ended after `timeout` s.
        """
        self._progress.stopping.set()
        deadline = monotonic() + timeout
        with self._lock:
            pollers = list(self._pollers.values())
        for poller in pollers:
            for lane in poller.lanes:
                lane.wake()
        threads = [thread for poller in pollers for thread in (poller, *poller.lanes) if thread.ident]
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        self.check()
        stuck = [thread.name for thread in threads if thread.is_alive()]
        if stuck:
            raise TimeoutError(f"mapping {self._mapping.uuid}: still running after {timeout:g} s: {', '.join(stuck)}")

    def check(self) -> None:
        """Raise the error that ended a thread, if any."""
        self._progress.raise_error()

    def idle_for(self) -> float:
        """Return the seconds since the last record; 0 while one is pending or a shard is behind.

        A new record shows only with the next read (`Timing.read_idle`). Raises like `check`, because a mapping that has
        ended would be awaited in vain.
        """
        self.check()
        return self._progress.idle_for()

    @property
    def pending(self) -> int:
        """Records that were read and are not done."""
        return self.stats.pending

    @property
    def stats(self) -> MappingStats:
        return self._progress.stats()

    def _connect(self) -> None:
        configuration = self._clients.client("lambda").get_function_configuration(
            FunctionName=self._mapping.function_arn
        )
        self._role = RoleClients(self._clients, configuration["Role"], configuration["FunctionName"])
        self._invoker = Invoker(self._clients.client("lambda"), self._mapping.function_arn)
        self._destination = FailureDestination(self._mapping, self._role, self._clients)
        stream = call(self._role, "describe_stream_summary", StreamARN=self._mapping.event_source_arn)
        retention = stream["StreamDescriptionSummary"]["RetentionPeriodHours"]
        self._kept_seconds = self._mapping.kept_seconds(retention)

    def _start_ready(self, *, first: bool = False) -> None:
        """Start every shard that may be read now: its parents are done or gone."""
        shards = list_shards(self._role, self._mapping.event_source_arn)
        latest = self._mapping.starting_position == "LATEST"
        known = {shard.shard_id for shard in shards}
        for shard in shards:
            # At the start, a split parent holds nothing that counts as latest.
            waits = not (first and latest) and any(p in known - self._ended for p in shard.parents)
            if waits or self._progress.stopping.is_set():
                continue
            # Records of a shard that is found later arrived after the start of the mapping.
            position = TRIM_HORIZON if latest and not first else Position.start(self._mapping)
            with self._lock:
                if shard.shard_id in self._pollers:
                    continue
                cursor = Shard(self._source(shard.shard_id), self._role, position)
                self._pollers[shard.shard_id] = poller = self._poller(cursor)
            if first:
                cursor.open()
            self._progress.shard_position(shard.shard_id, behind=True)
            poller.start()

    def _shard_ended(self, shard_id: str) -> None:
        self._ended.add(shard_id)
        attempt = 0
        while not self._progress.stopping.is_set():
            try:
                self._start_ready()
            except ThrottledError:
                attempt += 1
                self._progress.stopping.wait(self._timing.backoff(attempt))
            else:
                return

    def _source(self, shard_id: str) -> EventSourceFacts:
        return EventSourceFacts(self._mapping.event_source_arn, shard_id, self._mapping.region, self._role.role_arn)

    def _poller(self, shard: Shard) -> ShardPoller:
        processor = BatchProcessor(
            shard.shard_id,
            self._mapping,
            self._kept_seconds,
            self._invoker,
            self._destination,
            self._progress,
            self._timing,
        )
        return ShardPoller(shard, self._mapping, processor.process, self._progress, self._timing, self._shard_ended)
