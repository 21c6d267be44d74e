"""The thread of one shard: reads it at the allowed rate and distributes its records to the lanes."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from local.mapping.lanes import Lane, lane_of
from local.mapping.progress import EventKind, MappingEvent
from local.mapping.shards import Shard, ShardRead, ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.mapping.progress import ShardProgress
    from local.mapping.records import ShardBatch, StreamRecord
    from local.mapping.settings import MappingSettings
    from local.mapping.timing import Timing


class ShardPoller(Thread):
    """Reads `shard` until it ends or the mapping stops, and owns the shard's lanes.

    `on_end(shard_id)` is called when a split or merged shard has been read to its end and all its records are done.
    Only then its children may be read.
    """

    def __init__(
        self,
        shard: Shard,
        settings: MappingSettings,
        process: Callable[[ShardBatch], None],
        progress: ShardProgress,
        timing: Timing,
        on_end: Callable[[str], None],
    ) -> None:
        super().__init__(name=f"poll-{shard.shard_id}", daemon=True)
        self._shard = shard
        self._progress = progress
        self._timing = timing
        self._on_end = on_end
        self.lanes = tuple(
            Lane(f"lane-{shard.shard_id}-{number}", settings, process, progress)
            for number in range(settings.parallelization_factor)
        )

    def run(self) -> None:
        self._tell(EventKind.SHARD_STARTED)
        try:
            for lane in self.lanes:
                lane.start()
            if self._read_to_end():
                self._finish()
        except BaseException as error:  # noqa: BLE001 - kept, and raised in the owner's thread
            self._progress.fail(error)

    def _read_to_end(self) -> bool:
        """Return True if the shard has ended, False if the mapping stops."""
        refusals = 0
        while not self._progress.stopping.is_set():
            try:
                reading = self._shard.read()
            except ThrottledError as error:
                refusals += 1
                self._tell(EventKind.THROTTLED, str(error))
                self._progress.stopping.wait(max(self._timing.read_busy, self._timing.backoff(refusals)))
                continue
            refusals = 0
            self._deal(reading)
            if reading.ended:
                return True
            self._progress.stopping.wait(self._timing.read_busy if reading.behind else self._timing.read_idle)
        return False

    def _deal(self, reading: ShardRead) -> None:
        # Counted as pending before the shard counts as read, so that it never looks idle in between.
        count = len(reading.records)
        self._progress.add(read=count, pending=count)
        # An ended shard counts as behind until its children are read.
        self._progress.shard_position(self._shard.shard_id, behind=reading.behind or reading.ended)
        dealt: list[list[StreamRecord]] = [[] for _ in self.lanes]
        for record in reading.records:
            dealt[lane_of(record.partition_key, len(self.lanes))].append(record)
        for lane, records in zip(self.lanes, dealt, strict=True):
            if records:
                lane.offer(records)

    def _finish(self) -> None:
        for lane in self.lanes:
            lane.close()
        for lane in self.lanes:
            lane.join()
        if self._progress.stopping.is_set():
            return
        self._tell(EventKind.SHARD_ENDED)
        self._on_end(self._shard.shard_id)
        self._progress.shard_position(self._shard.shard_id, behind=False)

    def _tell(self, kind: EventKind, detail: str = "") -> None:
        self._progress.report(MappingEvent(kind, self._shard.shard_id, detail=detail))
