"""Lanes of a shard: each collects records into batches and processes one batch at a time."""

from __future__ import annotations

from collections import deque
from hashlib import md5
from itertools import islice
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING

from local.mapping.records import ENVELOPE_BYTES, MAX_PAYLOAD_BYTES, ShardBatch, StreamRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.mapping.progress import ShardProgress
    from local.mapping.settings import MappingSettings

_BUFFERED_BATCHES = 2
"""A lane buffers at most this many full batches; then the shard is not read further."""


def lane_of(partition_key: str, lanes: int) -> int:
    """Return the lane of a partition key, always the same, so that the records of a key stay in order."""
    digest = md5(partition_key.encode(), usedforsecurity=False).digest()
    # Not the leading bytes: they select the shard, so within a shard they hardly differ.
    return int.from_bytes(digest[8:]) % lanes


class Lane(Thread):
    """Collects records and passes batches to `process`, one at a time.

    A batch is due when it is full, when the window has passed, or at the payload limit. A window starts with the first
    waiting record, but not before the previous invocation has ended (Developer Guide, "Batching behavior"). An error of
    `process` ends the mapping.
    """

    def __init__(
        self, name: str, settings: MappingSettings, process: Callable[[ShardBatch], None], progress: ShardProgress
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._settings = settings
        self._process = process
        self._progress = progress
        self._changed = Condition()
        self._waiting: deque[StreamRecord] = deque()
        self._window_began = 0.0
        self._closed = False

    def offer(self, records: list[StreamRecord]) -> None:
        """Add `records`. Waits while the lane is full. On stop it returns early, without all records."""
        limit = self._settings.batch_size * _BUFFERED_BATCHES
        # Under one lock, so that without a window a batch holds exactly what one read returned.
        with self._changed:
            for record in records:
                while len(self._waiting) >= limit and not self._progress.stopping.is_set():
                    self._changed.notify_all()
                    self._changed.wait()
                if self._progress.stopping.is_set():
                    return
                if not self._waiting:
                    self._window_began = monotonic()
                self._waiting.append(record)
            self._changed.notify_all()

    def close(self) -> None:
        """The shard has ended: the waiting records are a batch, and the thread ends when all is done."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wake(self) -> None:
        """Check `progress.stopping` now."""
        with self._changed:
            self._changed.notify_all()

    def run(self) -> None:
        try:
            while (batch := self._next()) is not None:
                self._process(batch)
        except BaseException as error:  # noqa: BLE001 - kept, and raised in the owner's thread
            self._progress.fail(error)

    def _next(self) -> ShardBatch | None:
        """Return the next batch once it is due, or None if there will be none."""
        with self._changed:
            if self._waiting:
                self._window_began = monotonic()
            while not self._progress.stopping.is_set():
                size = self._size()
                if size and (self._full(size) or self._closed):
                    return self._take(size)
                if not size:
                    if self._closed:
                        return None
                    self._changed.wait()
                    continue
                left = self._window_began + self._settings.window_seconds - monotonic()
                if left <= 0:
                    return self._take(size)
                self._changed.wait(left)
            return None

    def _size(self) -> int:
        """Return how many of the waiting records fit into one event."""
        room = MAX_PAYLOAD_BYTES - ENVELOPE_BYTES
        count = 0
        for record in islice(self._waiting, self._settings.batch_size):
            room -= len(record.event) + 1
            if room < 0 and count:
                break
            count += 1
        return count

    def _full(self, size: int) -> bool:
        return size == self._settings.batch_size or size < len(self._waiting)

    def _take(self, size: int) -> ShardBatch:
        batch = ShardBatch(tuple(self._waiting.popleft() for _ in range(size)))
        self._changed.notify_all()
        return batch
