"""The processed archive in S3: a batch's judged readings as one gzip NDJSON object."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.objects import batch_key, iso
from lambda_src.processor.record import by_record
from lambda_src.processor.stores.store import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_s3 import S3Client

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.record import Entry

FORMAT_VERSION = 1
"""Of a line. It grows when a field changes its meaning or goes; one that is added at the end leaves it as it is."""
GZIP_LEVEL = 4
"""Half the time of zlib's default for a few per cent more bytes."""
_GZIP_WINDOW = 31
"""zlib's code for the largest window with a gzip header; the header's time stays 0, so equal lines give equal bytes."""

_encode_lines = msgspec.json.Encoder().encode_lines


class ProcessedLine(msgspec.Struct, frozen=True, gc=False):
    """One line: a `Reading`, when and with what verdict it was processed, and its unit. No key is left out."""

    device_id: str
    sensor_type: str
    value: float
    timestamp_ms: int
    arrived_ms: int
    production_line: str | None
    metadata: dict[str, object] | None
    processed_at: str
    version: int
    is_anomaly: bool
    severity: str
    reason: str | None
    unit: str | None


class ProcessedStore:
    """Takes all entries of a batch or none: one object, named by the first record in it. Where the transport has no
    order a record comes again with others than before, so that there each one has an object of its own.
    """

    def __init__(self, s3: S3Client, bucket: str, now_ms: Callable[[], int], *, ordered: bool = True) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._now_ms = now_ms
        self._ordered = ordered

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """As `Store.write`."""
        if not entries:
            return Outcome()
        failed: list[Entry] = []
        for together in [entries] if self._ordered else by_record(entries):
            if deadline.passed():
                failed.extend(together)
                continue
            try:
                self._put(together)
            except TemporaryFailureError:
                failed.extend(together)
        return Outcome(failed)

    def _put(self, entries: Sequence[Entry]) -> None:
        first = entries[0].record
        key = batch_key(
            "processed",
            arrived_ms=first.arrived_ms,
            shard_id=first.shard_id,
            sequence_number=first.sequence_number,
            suffix=".ndjson.gz",
        )
        with temporary_failures():
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=_compress(to_lines(entries, iso(self._now_ms()))),
                ContentType="application/gzip",
            )


def to_lines(entries: Sequence[Entry], processed_at: str) -> bytes:
    """NDJSON, one `ProcessedLine` an entry."""
    return _encode_lines([_line(entry, processed_at) for entry in entries])


def _compress(lines: bytes) -> bytes:
    return zlib.compress(lines, level=GZIP_LEVEL, wbits=_GZIP_WINDOW)


def _line(entry: Entry, processed_at: str) -> ProcessedLine:
    reading = entry.reading
    return ProcessedLine(
        reading.device_id,
        reading.sensor_type,
        reading.value,
        reading.timestamp_ms,
        reading.arrived_ms,
        reading.production_line,
        reading.metadata,
        processed_at,
        FORMAT_VERSION,
        *entry.verdict,
        reading.unit,
    )
