"""Records of many readings, which the bridge and the HTTP functions write to the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from lambda_src.common.readings.envelope import Element, Envelope
from lambda_src.common.readings.reading import Outage

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from lambda_src.common.readings.reading import Reading

S = TypeVar("S", bound="Hashable")

MAX_RECORD = 900_000
"""Limit of a record in bytes: below the 1 MiB of a Kinesis record with its key, and Firehose's 1,000 KiB."""
FRAME = 4096
"""Bytes reserved for everything around the readings: mostly the device, 256 characters of up to 6 bytes."""

_encode = msgspec.json.Encoder().encode


class OutgoingRecord(NamedTuple, Generic[S]):
    """One record for the transport, and the sources to retry if it cannot be put."""

    partition_key: str
    data: bytes
    sources: frozenset[S]


def encode_reading(reading: Reading | Outage) -> bytes:
    """Encode a reading or an outage without its device, which the record names."""
    data = _encode(_of_outage(reading) if isinstance(reading, Outage) else _of_reading(reading))
    if b"\xef\xbf" in data:
        # U+FFFE and U+FFFF, which JSON allows and SQS rejects.
        data = data.replace(b"\xef\xbf\xbe", rb"\ufffe").replace(b"\xef\xbf\xbf", rb"\uffff")
    return data


def _of_reading(reading: Reading) -> Element:
    return Element(
        reading.sensor_type,
        reading.value,
        reading.timestamp_ms,
        reading.arrived_ms,
        reading.production_line,
        reading.metadata,
        reading.unit,
        reading.quality,
    )


def _of_outage(outage: Outage) -> Element:
    return Element(
        outage.sensor_type,
        None,
        outage.timestamp_ms,
        outage.arrived_ms,
        outage.production_line,
        quality="bad",
    )


def readings_record(device: str, arrived_ms: int, entries: Sequence[bytes]) -> bytes:
    """Return one record of encoded readings. ``arrived_ms`` is that of the latest message."""
    empty = _encode(Envelope(1, device, arrived_ms, readings=[]))
    return b"%s%s]}" % (empty[:-2], b",".join(entries))
