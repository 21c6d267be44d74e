"""Read the processed archive: one JSON object per line."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from lambda_src.common.readings.reading import Identity
from local.endpoints import Clients
from local.ledger.account import Stored
from local.ledger.expected import everything
from local.ledger.objects import ObjectLines
from local.ledger.once import Once
from local.ledger.stores import LedgerSources


class StoredLine(msgspec.Struct):
    """The fields of a line that the ledger reads."""

    device_id: str
    sensor_type: str
    timestamp_ms: int
    value: float
    arrived_ms: int
    processed_at: datetime


class LineReader:
    """Readings in S3 as lines. After `read`, ``repeats`` counts those that were found more than once."""

    repeats = 0

    def __init__(self, clients: Clients, bucket: str, prefix: str) -> None:
        self._lines = ObjectLines(clients, bucket, prefix)
        self._decoder = msgspec.json.Decoder(StoredLine)

    def count(self) -> int:
        self._lines.refresh()
        return len(self._lines)

    def read(self) -> list[Stored]:
        self._lines.refresh()
        once = Once()
        readings = once.of(
            (line.arrived_ms, (Identity(line.device_id, line.sensor_type, line.timestamp_ms), line.value))
            for line in self._decoded()
        )
        self.repeats = once.repeats
        return readings

    def _decoded(self) -> Iterator[StoredLine]:
        return map(self._decoder.decode, self._lines)


class ProcessedReader(LineReader):
    """The processed readings in S3."""

    name = "s3_processed"
    expected = staticmethod(everything)

    def __init__(self, clients: Clients, bucket: str) -> None:
        super().__init__(clients, bucket, "processed/")

    def latencies_ms(self) -> list[float]:
        """Return the times from arrival in the stream to processing, from the stored readings themselves."""
        return [line.processed_at.timestamp() * 1000 - line.arrived_ms for line in self._decoded()]


def open_reader(sources: LedgerSources) -> ProcessedReader | None:
    bucket = sources.outputs.get("processed_bucket")
    return ProcessedReader(sources.clients, bucket) if bucket else None
