"""Progress of a mapping: counts, events for a view, and the first error of its threads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class EventKind(StrEnum):
    BATCH = "batch"
    """The function finished these records."""
    FAILED = "failed"
    """An invocation failed, completely or in part."""
    UNDELIVERED = "undelivered"
    """Lambda did not accept an invocation: throttled, or its own failure."""
    DISCARDED = "discarded"
    """Records were discarded; `detail` is the condition."""
    THROTTLED = "throttled"
    """Kinesis did not answer a read."""
    SHARD_STARTED = "shard_started"
    SHARD_ENDED = "shard_ended"


@dataclass(frozen=True, slots=True)
class MappingEvent:
    """One event, passed to `on_event` in the thread where it happened."""

    kind: EventKind
    shard_id: str
    records: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MappingStats:
    """Counts since the start. `read` = `processed` + `discarded` + `pending` at any time."""

    read: int = 0
    """Records read from the stream."""
    processed: int = 0
    """Records that the function finished."""
    pending: int = 0
    """Records that wait for their batch, are in progress or will be retried."""
    batches: int = 0
    """Invocations that reached the function."""
    failures: int = 0
    """Invocations that failed, completely or in part."""
    retries: int = 0
    """Invocations that used one of `maximum_retry_attempts`, without splits."""
    undelivered: int = 0
    """Invocations that Lambda did not accept."""
    discarded: int = 0
    """Discarded records, with or without a destination."""
    sent_to_destination: int = 0
    """Discarded records that were written to the on-failure destination."""


class ShardProgress:
    """Progress shared by the threads of one mapping. Thread-safe."""

    def __init__(self, on_event: Callable[[MappingEvent], None] | None = None) -> None:
        self.stopping = Event()
        """Set to end all threads, by the owner or by the first error."""
        self._on_event = on_event
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._behind: set[str] = set()
        self._last_activity = monotonic()
        self._error: BaseException | None = None

    def add(self, **counts: int) -> None:
        """Add to fields of `MappingStats`."""
        with self._lock:
            self._counts.update(counts)
            if any(counts.values()):
                self._last_activity = monotonic()

    def report(self, event: MappingEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def shard_position(self, shard_id: str, *, behind: bool) -> None:
        """Record whether `shard_id` may have unread records."""
        with self._lock:
            if behind:
                self._behind.add(shard_id)
                self._last_activity = monotonic()
            else:
                self._behind.discard(shard_id)

    def idle_for(self) -> float:
        """Return the seconds since the last event; 0 while a record is pending or a shard is behind."""
        with self._lock:
            if self._counts["pending"] or self._behind:
                return 0.0
            return monotonic() - self._last_activity

    def stats(self) -> MappingStats:
        with self._lock:
            return MappingStats(**self._counts)

    def fail(self, error: BaseException) -> None:
        """Keep the first error for `raise_error` and end all threads."""
        with self._lock:
            if self._error is None:
                self._error = error
        self.stopping.set()

    def raise_error(self) -> None:
        """Raise the error that ended a thread, if any."""
        with self._lock:
            error = self._error
        if error is not None:
            raise error
