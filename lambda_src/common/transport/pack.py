"""Pack the readings of many messages into few records of one device each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple

from lambda_src.common.transport.records import MAX_RECORD, OutgoingRecord, S, readings_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NO_DEVICE = "-"
"""Partition key for an empty device, which Kinesis does not accept. The processor quarantines such records."""


class Parcel(NamedTuple, Generic[S]):
    """The content of one source: ``entries`` are encoded readings, ``records`` whole records, all of ``device``."""

    source: S
    device: str
    arrived_ms: int
    entries: Sequence[bytes]
    records: Sequence[bytes] = ()

    @property
    def size(self) -> int:
        return sum(map(len, self.entries)) + sum(map(len, self.records))


class _RecordBuilder(Generic[S]):
    """Collects the readings of one device until a record is full."""

    _entries: list[bytes]
    _sources: set[S]
    _arrived_ms: int
    _size: int

    def __init__(self, device: str, longest: int) -> None:
        self._device = device
        self._longest = longest
        self._empty()

    def add(self, entry: bytes, parcel: Parcel[S]) -> OutgoingRecord[S] | None:
        """Add a reading. Returns the record of the earlier ones if it did not fit."""
        full = self.close() if self._size + len(entry) + 1 > self._longest else None
        self._entries.append(entry)
        self._size += len(entry) + 1
        self._arrived_ms = max(self._arrived_ms, parcel.arrived_ms)
        self._sources.add(parcel.source)
        return full

    def close(self) -> OutgoingRecord[S] | None:
        if not self._entries:
            return None
        data = readings_record(self._device, self._arrived_ms, self._entries)
        record = OutgoingRecord(self._device or NO_DEVICE, data, frozenset(self._sources))
        self._empty()
        return record

    def _empty(self) -> None:
        self._entries = []
        self._sources = set()
        self._arrived_ms = 0
        # With the longest number, so that no record's frame is longer than counted here.
        self._size = len(readings_record(self._device, 10**15, ()))


def pack(parcels: Iterable[Parcel[S]], *, longest: int = MAX_RECORD) -> Iterator[OutgoingRecord[S]]:
    """Yield all readings and whole records of these parcels, those of a device in order.

    A record of readings has at most ``longest`` bytes, unless a single reading is longer.
    """
    builders: dict[str, _RecordBuilder[S]] = {}
    for parcel in parcels:
        if parcel.entries:
            builder = builders.get(parcel.device) or builders.setdefault(
                parcel.device, _RecordBuilder(parcel.device, longest)
            )
            for entry in parcel.entries:
                full = builder.add(entry, parcel)
                if full is not None:
                    yield full
        for data in parcel.records:
            yield OutgoingRecord(parcel.device or NO_DEVICE, data, frozenset((parcel.source,)))
    for builder in builders.values():
        last = builder.close()
        if last is not None:
            yield last


def chunks(records: Sequence[OutgoingRecord[S]], *, most: int, size: int) -> Iterator[list[OutgoingRecord[S]]]:
    """Yield records in lists of at most ``most`` records and ``size`` bytes including partition keys."""
    chunk: list[OutgoingRecord[S]] = []
    room = size
    for record in records:
        length = len(record.data) + len(record.partition_key.encode())
        if chunk and (len(chunk) == most or length > room):
            yield chunk
            chunk, room = [], size
        chunk.append(record)
        room -= length
    if chunk:
        yield chunk
