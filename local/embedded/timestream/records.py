"""From the `Records` and `CommonAttributes` of a WriteRecords request to whole, checked records."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.embedded.timestream.errors import validation

MAX_RECORDS = 100  # a call; Timestream's quotas
MAX_RECORD_BYTES = 2048
_NANOSECONDS = {"SECONDS": 10**9, "MILLISECONDS": 10**6, "MICROSECONDS": 10**3, "NANOSECONDS": 1}

Dimensions = tuple[tuple[str, str], ...]
Identity = tuple[Dimensions, str, int]


@dataclass(frozen=True)
class Record:
    """One measure at one time: dimensions sorted by name, time in nanoseconds UTC."""

    dimensions: Dimensions
    measure_name: str
    time_ns: int
    value: float
    version: int

    @property
    def identity(self) -> Identity:
        """What makes two records the same point: all dimensions, the measure's name and the time."""
        return self.dimensions, self.measure_name, self.time_ns

    @property
    def size(self) -> int:
        """Bytes that Timestream counts: 8 for time, 8 for a DOUBLE, and the names and values as UTF-8."""
        texts = [self.measure_name, *(text for dimension in self.dimensions for text in dimension)]
        return 16 + sum(len(text.encode()) for text in texts)


def parse_records(request: Mapping[str, Any]) -> list[Record]:
    """The records of a request with the common attributes merged in; a ValidationException when one is malformed."""
    records: Sequence[Mapping[str, Any]] = request.get("Records", ())
    if not 1 <= len(records) <= MAX_RECORDS:
        raise validation(
            f"{len(records)} records in a call; Member must have length between 1 and {MAX_RECORDS}, inclusive"
        )
    common = request.get("CommonAttributes", {})
    return [_parse(common, record) for record in records]


def _parse(common: Mapping[str, Any], record: Mapping[str, Any]) -> Record:
    merged = {**common, **record}
    if merged.get("MeasureValueType", "DOUBLE") != "DOUBLE":
        raise validation("this embedded Timestream holds DOUBLE measures only")
    if not merged.get("MeasureName"):
        raise validation("MeasureName must not be empty")
    return Record(
        dimensions=_dimensions(common, record),
        measure_name=merged["MeasureName"],
        time_ns=_time_ns(merged),
        value=_value(merged),
        version=int(merged.get("Version", 1)),
    )


def _dimensions(common: Mapping[str, Any], record: Mapping[str, Any]) -> Dimensions:
    pairs = [(each["Name"], each["Value"]) for part in (common, record) for each in part.get("Dimensions", ())]
    if not pairs or not all(name and value for name, value in pairs):
        raise validation("a record needs at least one dimension, and none may be empty")
    if len({name for name, _ in pairs}) < len(pairs):
        raise validation("dimension names may not repeat, neither in a record nor in CommonAttributes")
    return tuple(sorted(pairs))


def _time_ns(merged: Mapping[str, Any]) -> int:
    unit = merged.get("TimeUnit", "MILLISECONDS")
    if unit not in _NANOSECONDS or not str(merged.get("Time", "")).isdigit():
        raise validation(f"Time {merged.get('Time')!r} in {unit!r} is no time since 1970")
    return int(merged["Time"]) * _NANOSECONDS[unit]


def _value(merged: Mapping[str, Any]) -> float:
    try:
        value = float(merged["MeasureValue"])
    except (KeyError, ValueError) as cause:
        raise validation(f"MeasureValue {merged.get('MeasureValue')!r} is no DOUBLE") from cause
    if not math.isfinite(value):
        raise validation(f"MeasureValue {merged['MeasureValue']!r} is not finite")
    return value
