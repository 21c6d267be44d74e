"""The line of the processed archive and of the anomaly objects: a reading and its verdict, as gzip NDJSON."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.readings.metadata import MetadataTexts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.processor.record import Entry

FORMAT_VERSION = 2
"""Of a line. It grows if a field changes its meaning or is removed; fields that are added at the end leave it as it is.

In version 1 ``metadata`` is an object. Version 2 has its JSON text, because Athena lower-cases an object's keys and
refuses the row if two of them are then equal. Athena reads both as text.
"""
GZIP_LEVEL = 4
"""Half the time of zlib's default for a few per cent more bytes."""
_GZIP_WINDOW = 31
"""zlib's code for the largest window with a gzip header; the header's time stays 0, so equal lines give equal bytes."""
LINES_AT_ONCE = 500
"""Only so many lines are in memory before they are compressed."""

_encode_lines = msgspec.json.Encoder().encode_lines


class ProcessedLine(msgspec.Struct, frozen=True, gc=False):
    """One line: a `Reading`, and when and with what verdict it was processed. No key is left out."""

    device_id: str
    sensor_type: str
    value: float
    timestamp_ms: int
    arrived_ms: int
    production_line: str | None
    metadata: str | None
    processed_at: str
    version: int
    is_anomaly: bool
    severity: str
    reason: str | None
    unit: str | None
    quality: str


def to_gzip(entries: Sequence[Entry], processed_at: str) -> bytes:
    """Compressed NDJSON, one `ProcessedLine` per entry; equal entries give equal bytes."""
    packer = zlib.compressobj(GZIP_LEVEL, wbits=_GZIP_WINDOW)
    texts = MetadataTexts()
    parts = []
    for start in range(0, len(entries), LINES_AT_ONCE):
        lines = [_line(entry, processed_at, texts) for entry in entries[start : start + LINES_AT_ONCE]]
        parts.append(packer.compress(_encode_lines(lines)))
    parts.append(packer.flush())
    return b"".join(parts)


def _line(entry: Entry, processed_at: str, texts: MetadataTexts) -> ProcessedLine:
    reading = entry.reading
    return ProcessedLine(
        reading.device_id,
        reading.sensor_type,
        reading.value,
        reading.timestamp_ms,
        reading.arrived_ms,
        reading.production_line,
        None if reading.metadata is None else texts.of(reading.metadata),
        processed_at,
        FORMAT_VERSION,
        *entry.verdict,
        reading.unit,
        reading.quality,
    )
