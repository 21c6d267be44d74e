"""The line of the processed archive and of the anomaly objects: a reading and its verdict as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.processor.record import Entry

FORMAT_VERSION = 1
"""Version of a line. It grows when a field changes its meaning or is removed, not when one is added at the end."""

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


def to_lines(entries: Sequence[Entry], processed_at: str) -> bytes:
    """NDJSON, one `ProcessedLine` an entry."""
    return _encode_lines([_line(entry, processed_at) for entry in entries])


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
