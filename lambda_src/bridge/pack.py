"""Many messages' readings into few stream records, one device each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.bridge.envelope import readings_record
from lambda_src.bridge.prepare import MAX_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambda_src.bridge.prepare import Prepared

NO_DEVICE = "-"
"""Partition key where the topic's level is empty, which the stream does not take and the processor refuses."""


class Record(NamedTuple):
    """One stream record, and the messages that must come again when it cannot be put."""

    partition_key: str
    data: bytes
    message_ids: frozenset[str]


class _Box:
    """The readings of one device until they are a full record."""

    _entries: list[bytes]
    _message_ids: set[str]
    _arrived_ms: int
    _size: int

    def __init__(self, device: str) -> None:
        self.device = device
        self._empty()

    def add(self, entry: bytes, message: Prepared) -> Record | None:
        """Takes a reading in; returns the record of the earlier ones where it did not fit with them."""
        full = self.close() if self._size + len(entry) + 1 > MAX_RECORD else None
        self._entries.append(entry)
        self._size += len(entry) + 1
        self._arrived_ms = max(self._arrived_ms, message.arrived_ms)
        self._message_ids.add(message.message_id)
        return full

    def close(self) -> Record | None:
        if not self._entries:
            return None
        data = readings_record(self.device, self._arrived_ms, self._entries)
        record = Record(self.device or NO_DEVICE, data, frozenset(self._message_ids))
        self._empty()
        return record

    def _empty(self) -> None:
        self._entries = []
        self._message_ids = set()
        self._arrived_ms = 0
        # With the longest number, so that the frame of no record is longer than counted here.
        self._size = len(readings_record(self.device, 10**15, ()))


def pack(messages: Iterable[Prepared]) -> Iterator[Record]:
    """All readings and passed-on records of these messages, those of a device in the order of its messages."""
    boxes: dict[str, _Box] = {}
    for message in messages:
        if message.entries:
            box = boxes.get(message.device) or boxes.setdefault(message.device, _Box(message.device))
            for entry in message.entries:
                full = box.add(entry, message)
                if full is not None:
                    yield full
        for data in message.records:
            yield Record(message.device or NO_DEVICE, data, frozenset((message.message_id,)))
    for box in boxes.values():
        last = box.close()
        if last is not None:
            yield last


def chunks(records: Sequence[Record], *, most: int, size: int) -> Iterator[list[Record]]:
    """Records in lists of at most ``most``, and ``size`` bytes with their partition keys."""
    chunk: list[Record] = []
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
