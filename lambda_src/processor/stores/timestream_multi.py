"""The history in Timestream with multi-measure records: one row for what a device measured at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, ClassVar

from lambda_src.common.aws import clients
from lambda_src.common.aws.workers import workers
from lambda_src.common.readings.measure_names import with_quality
from lambda_src.processor.stores.settings import ReadingStoreSettings
from lambda_src.processor.stores.store import StoreKind
from lambda_src.processor.stores.timestream import Point, TimestreamStore, dimensions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_timestream_write.type_defs import RecordTypeDef

    from lambda_src.common.readings.reading import Quality
    from lambda_src.processor.record import Entry

RECORD_BYTES = 2048
"""Limit of a record. The time and each value count 8 bytes; all names and dimensions count too."""
NAME_BYTES = 256
"""Limit of a measure name."""
DIMENSIONS = frozenset({"device_id", "production_line"})
"""Measures and dimensions are columns of one table, so no measure can have a dimension's name."""


class MultiMeasureTimestreamStore(TimestreamStore):
    """One record for the readings of a message that share device, time and production line, one column each.

    Messages that were packed into one record of the stream are told apart by their arrival, so packing makes no
    difference.

    The measure name tells which sensors are in the record. So a redelivered message is the same record, and messages
    with different sensors at the same millisecond are different ones. A reading redelivered with other sensors is in
    both records; the service does not see a different value for it as a conflict.

    The service allows 1,024 different sensors and 8,192 measure names per table and rejects more.
    """

    common: ClassVar[RecordTypeDef] = {"MeasureValueType": "MULTI", "TimeUnit": "MILLISECONDS"}

    def can_name(self, sensor_type: str) -> bool:
        return sensor_type not in DIMENSIONS and super().can_name(sensor_type)

    def points(self, entries: Sequence[Entry]) -> list[Point]:
        """Return the points. A message with more sensors than fit into a record gets several, split by sensor name."""
        groups: dict[tuple[int, int, str, int, str | None, Quality], list[Entry]] = {}
        for entry in entries:
            reading = entry.reading
            message = (entry.record_index, reading.arrived_ms)
            key = (*message, reading.device_id, reading.timestamp_ms, reading.production_line, reading.quality)
            groups.setdefault(key, []).append(entry)
        return [Point(part, _record(part)) for group in groups.values() for part in _fitting(group)]


def measure_name(sensor_types: Sequence[str], quality: Quality = "good") -> str:
    """Return the sorted types joined by ``+``, which no type contains. A name that is too long ends in a hash."""
    name = with_quality("+".join(sensor_types), quality)
    if len(name) <= NAME_BYTES:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: NAME_BYTES - len(digest) - 1]}+{digest}"


def _fitting(group: list[Entry]) -> Iterator[list[Entry]]:
    """Yield the group sorted by sensor, in parts that each fit into a record of at most 166 measures."""
    group.sort(key=_sensor_type)
    dimensions = dimensions_of(group[0].reading)
    room = RECORD_BYTES - NAME_BYTES - 8 - sum(len(each["Name"]) + len(each["Value"].encode()) for each in dimensions)
    part: list[Entry] = []
    left = room
    for entry in group:
        size = len(entry.reading.sensor_type) + 8
        if part and size > left:
            yield part
            part, left = [], room
        part.append(entry)
        left -= size
    yield part


def _record(part: Sequence[Entry]) -> RecordTypeDef:
    first = part[0].reading
    return {
        "Dimensions": dimensions_of(first),
        "MeasureName": measure_name([entry.reading.sensor_type for entry in part], first.quality),
        "MeasureValues": [
            {"Name": entry.reading.sensor_type, "Value": repr(entry.reading.value), "Type": "DOUBLE"} for entry in part
        ],
        "Time": str(first.timestamp_ms),
    }


def _sensor_type(entry: Entry) -> str:
    return entry.reading.sensor_type


def _open(settings: ReadingStoreSettings, _ordered: bool) -> TimestreamStore | None:
    """Return the store for either kind of record, as the settings say."""
    if not settings.timestream_table:
        return None
    kind = MultiMeasureTimestreamStore if settings.timestream_multi_measure else TimestreamStore
    return kind(clients.timestream_write(), settings.timestream_database, settings.timestream_table, workers())


KIND = StoreKind(settings=ReadingStoreSettings, open=_open, order=0)
