"""Readings into records of the replay function, a device each, and records into invocations.

What of a device came together stays in one record, as far as its size allows: a store that keeps as one row what a
message measured at once then writes the row that is there already.
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
"""What an invocation carries where nothing has to be parted for it; the stores take that well within a minute."""
HARD_READINGS = 4_000
HARD_BYTES = 2_900_000
"""What it carries at most; as base64 the bytes are a third more, and so below 4 MB of Lambda's 6."""


class ReplayRecord(msgspec.Struct, frozen=True):
    """One record of an invocation; ``data_base64`` is its envelope, which the encoder writes as base64."""

    data_base64: bytes
    arrived_ms: int
    id: str
    """Its place in the batch."""


class _Open:
    """A record that still takes readings."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.entries: list[bytes] = []
        self.arrived_ms = 0
        self.came = -1

    def add(self, entry: bytes, arrived_ms: int, came: int) -> None:
        self.entries.append(entry)
        self.arrived_ms = max(self.arrived_ms, arrived_ms)
        self.came = came


class ReplayBatch:
    """The readings of one invocation. ``most`` is how many it takes where nothing has to be parted for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._records: list[_Open] = []
        self._open: dict[str, _Open] = {}
        self._readings = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._readings

    def add(self, reading: Reading, came: int) -> bool:
        """Takes a reading in; False where it belongs into the next batch, so that this one has to go first.

        ``came`` is the same for readings that came together.
        """
        entry = encode_reading(reading)
        record = self._open.get(reading.device_id)
        goes_on = record is not None and record.came == came
        size = self._bytes + len(entry)
        readings, most = (HARD_READINGS, HARD_BYTES) if goes_on else (self._most, SOFT_BYTES)
        if self._readings and (self._readings >= readings or size > most):
            return False
        if record is None or (not goes_on and len(record.entries) >= READINGS_PER_RECORD):
            record = self._open[reading.device_id] = _Open(reading.device_id)
            self._records.append(record)
        record.add(entry, reading.arrived_ms, came)
        self._readings += 1
        self._bytes = size
        return True

    def take(self) -> list[ReplayRecord]:
        """All records, the devices in the order of their first readings; the batch is empty then."""
        records = [
            ReplayRecord(readings_record(found.device, found.arrived_ms, found.entries), found.arrived_ms, str(place))
            for place, found in enumerate(self._records)
        ]
        self._records, self._open, self._readings, self._bytes = [], {}, 0, 0
        return records
