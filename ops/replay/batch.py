"""Pack readings into records of one device each, and records into invocations of the replay function.

Readings that arrived together stay in one record as far as its size allows. A store that keeps the measures of a
message in one row then writes the same row again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.transport.records import encode_reading, readings_record

if TYPE_CHECKING:
    from lambda_src.common.readings.reading import Reading

READINGS_PER_RECORD = 500
READINGS_PER_BATCH = 2_000
SOFT_BYTES = 2_000_000
"""Usual size of an invocation. The stores write it in well under a minute."""
HARD_READINGS = 4_000
HARD_BYTES = 2_900_000
"""Largest size of an invocation. Base64 adds a third, which stays below 4 MB of Lambda's 6 MB."""


class PackedRecord(msgspec.Struct, frozen=True):
    """One record of an invocation. ``data_base64`` is its envelope; the encoder writes it as base64."""

    data_base64: bytes
    arrived_ms: int
    id: str
    """Index of the record in the batch."""


class _Open:
    """A record that still accepts readings."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.entries: list[bytes] = []
        self.arrived_ms = 0
        self.group = -1

    def add(self, entry: bytes, arrived_ms: int, group: int) -> None:
        self.entries.append(entry)
        self.arrived_ms = max(self.arrived_ms, arrived_ms)
        self.group = group


class ReplayBatch:
    """The readings of one invocation. ``most`` is the usual number; readings of one group may exceed it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._records: list[_Open] = []
        self._open: dict[str, _Open] = {}
        self._readings = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._readings

    def add(self, reading: Reading, group: int) -> bool:
        """Add a reading. Returns False if the batch is full and must be sent first.

        ``group`` is the same for readings that arrived together.
        """
        entry = encode_reading(reading)
        record = self._open.get(reading.device_id)
        continues = record is not None and record.group == group
        size = self._bytes + len(entry)
        readings, most = (HARD_READINGS, HARD_BYTES) if continues else (self._most, SOFT_BYTES)
        if self._readings and (self._readings >= readings or size > most):
            return False
        if record is None or (not continues and len(record.entries) >= READINGS_PER_RECORD):
            record = self._open[reading.device_id] = _Open(reading.device_id)
            self._records.append(record)
        record.add(entry, reading.arrived_ms, group)
        self._readings += 1
        self._bytes = size
        return True

    def take(self) -> list[PackedRecord]:
        """Return all records, devices in the order of their first readings, and empty the batch."""
        records = [
            PackedRecord(readings_record(found.device, found.arrived_ms, found.entries), found.arrived_ms, str(index))
            for index, found in enumerate(self._records)
        ]
        self._records, self._open, self._readings, self._bytes = [], {}, 0, 0
        return records
