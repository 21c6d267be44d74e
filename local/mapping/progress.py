"""What a mapping has done so far: counts, events for a view, and the first error of any of its threads."""

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
    """An invocation failed, wholly or in part."""
    UNDELIVERED = "undelivered"
    """Lambda did not take an invocation: throttled, or a fault of its own."""
    DISCARDED = "discarded"
    """Records were given up; `detail` is the condition."""
    THROTTLED = "throttled"
    """Kinesis did not answer a read."""
    SHARD_STARTED = "shard_started"
    SHARD_ENDED = "shard_ended"


@dataclass(frozen=True, slots=True)
class MappingEvent:
    """One thing that happened, handed to `on_event` in the thread where it did."""

    kind: EventKind
    shard_id: str
    records: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MappingStats:
    """Counts since the start. `read` = `processed` + `discarded` + `pending`, at any moment."""

    read: int = 0
    """Records read from the stream."""
    processed: int = 0
    """Records that the function reported, or let pass, as done."""
    pending: int = 0
    """Records waiting for their batch, under way or to be retried."""
    batches: int = 0
    """Invocations that reached the function."""
    failures: int = 0
    """Invocations that failed, wholly or in part."""
    retries: int = 0
    """Invocations that used one of `maximum_retry_attempts`; splits are not among them."""
    undelivered: int = 0
    """Invocations that Lambda did not take."""
    discarded: int = 0
    """Records given up, with or without a destination."""
    sent_to_destination: int = 0
    """Records of those, written to the on-failure destination."""


class ShardProgress:
    """Shared by the threads of one mapping; every method may be called from any of them."""

    def __init__(self, on_event: Callable[[MappingEvent], None] | None = None) -> None:
        self.stopping = Event()
        """Set to end all threads: by the owner, or by the first error."""
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

    def tell(self, event: MappingEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def shard_position(self, shard_id: str, *, behind: bool) -> None:
        """Note whether `shard_id` may hold records that are not read yet."""
        with self._lock:
            if behind:
                self._behind.add(shard_id)
                self._last_activity = monotonic()
            else:
                self._behind.discard(shard_id)

    def idle_for(self) -> float:
        """Seconds since anything happened; 0 while a record is pending or a shard not read to its tip."""
        with self._lock:
            if self._counts["pending"] or self._behind:
                return 0.0
            return monotonic() - self._last_activity

    def stats(self) -> MappingStats:
        with self._lock:
            return MappingStats(**self._counts)

    def fail(self, error: BaseException) -> None:
        """Keep the first error, for `raise_error`, and end all threads."""
        with self._lock:
            if self._error is None:
                self._error = error
        self.stopping.set()

    def raise_error(self) -> None:
        """Raise the error that a thread ended with, if one did."""
        with self._lock:
            error = self._error
        if error is not None:
            raise error
