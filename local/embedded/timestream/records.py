"""Parse and check the `Records` and `CommonAttributes` of a WriteRecords request."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.embedded.timestream.errors import validation

MAX_RECORDS = 100  # Timestream's quotas per call.
_NANOSECONDS = {"SECONDS": 10**9, "MILLISECONDS": 10**6, "MICROSECONDS": 10**3, "NANOSECONDS": 1}
_SYSTEM_NAMES = frozenset({"time", "measure_value", "ts_non_existent_col"})
_SYSTEM_PREFIXES = ("ts_", "measure_name", "measure_value")

Dimensions = tuple[tuple[str, str], ...]
Identity = tuple[Dimensions, str, int]
Measures = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class SeriesRecord:
    """One or several measures at one time: dimensions sorted by name, time in nanoseconds UTC.

    `value` is that of a single measure. A multi-measure record has no `value` but `measures` sorted by name; a whole
    number in them is a BIGINT, any other a DOUBLE.
    """

    dimensions: Dimensions
    measure_name: str
    time_ns: int
    value: float | None
    measures: Measures
    version: int

    @property
    def identity(self) -> Identity:
        """Two records with the same identity are the same point: all dimensions, measure name and time."""
        return self.dimensions, self.measure_name, self.time_ns

    @property
    def content(self) -> tuple[float | None, Measures]:
        """What must be equal if a record is written again."""
        return self.value, self.measures

    @property
    def size(self) -> int:
        """Bytes that Timestream counts: 8 for time, 8 per number, and names and values in UTF-8."""
        dimensions = [text for dimension in self.dimensions for text in dimension]
        texts = [self.measure_name, *dimensions, *(name for name, _ in self.measures)]
        return 8 + 8 * max(1, len(self.measures)) + sum(len(text.encode()) for text in texts)


def parse_records(request: Mapping[str, Any]) -> list[SeriesRecord]:
    """Return the records of a request with the common attributes merged in.

    Raises a ValidationException for an invalid record.
    """
    records: Sequence[Mapping[str, Any]] = request.get("Records", ())
    if not 1 <= len(records) <= MAX_RECORDS:
        raise validation(
            f"{len(records)} records in a call; Member must have length between 1 and {MAX_RECORDS}, inclusive"
        )
    common = request.get("CommonAttributes", {})
    return [_parse(common, record) for record in records]


def _parse(common: Mapping[str, Any], record: Mapping[str, Any]) -> SeriesRecord:
    merged = {**common, **record}
    kind = merged.get("MeasureValueType", "DOUBLE")
    if kind not in {"DOUBLE", "MULTI"}:
        raise validation("this embedded Timestream holds measures of the types DOUBLE and MULTI only")
    if not merged.get("MeasureName"):
        raise validation("MeasureName must not be empty")
    multi = kind == "MULTI"
    if multi and "MeasureValue" in merged:
        raise validation("a record of the type MULTI takes MeasureValues, and no MeasureValue")
    if not multi and "MeasureValues" in merged:
        raise validation("MeasureValues are only allowed for the type MULTI")
    dimensions = _dimensions(common, record)
    measures = _measures(merged.get("MeasureValues", ())) if multi else ()
    _check_names([merged["MeasureName"]] if not multi else [], dimensions, measures)
    return SeriesRecord(
        dimensions=dimensions,
        measure_name=merged["MeasureName"],
        time_ns=_time_ns(merged),
        value=None if multi else _double(merged.get("MeasureValue")),
        measures=measures,
        version=int(merged.get("Version", 1)),
    )


def _dimensions(common: Mapping[str, Any], record: Mapping[str, Any]) -> Dimensions:
    pairs = [(each["Name"], each["Value"]) for part in (common, record) for each in part.get("Dimensions", ())]
    if not pairs or not all(name and value for name, value in pairs):
        raise validation("a record needs at least one dimension, and none may be empty")
    if len({name for name, _ in pairs}) < len(pairs):
        raise validation("dimension names may not repeat, neither in a record nor in CommonAttributes")
    return tuple(sorted(pairs))


def _measures(values: Sequence[Mapping[str, Any]]) -> Measures:
    if not values:
        raise validation("a record of the type MULTI needs at least one of MeasureValues")
    if len({each["Name"] for each in values}) < len(values):
        raise validation("names of MeasureValues may not repeat")
    return tuple(sorted((each["Name"], _number(each)) for each in values))


def _number(measure: Mapping[str, Any]) -> float:
    if measure["Type"] == "BIGINT":
        try:
            return int(measure["Value"])
        except ValueError as cause:
            raise validation(f"the value {measure['Value']!r} is no BIGINT") from cause
    if measure["Type"] != "DOUBLE":
        raise validation("this embedded Timestream holds values of the types DOUBLE and BIGINT only")
    return _double(measure["Value"])


def _check_names(single: Sequence[str], dimensions: Dimensions, measures: Measures) -> None:
    of_dimensions = {name for name, _ in dimensions}
    of_measures = {name for name, _ in measures}
    for name in (*single, *of_dimensions, *of_measures):
        if not name or name in _SYSTEM_NAMES or name.startswith(_SYSTEM_PREFIXES):
            raise validation(f"{name!r} is a system identifier, and no dimension or measure may be called so")
    if both := sorted(of_dimensions & of_measures):
        raise validation(f"column names can not be duplicated: {both[0]!r} is a dimension and a measure")


def _time_ns(merged: Mapping[str, Any]) -> int:
    unit = merged.get("TimeUnit", "MILLISECONDS")
    if unit not in _NANOSECONDS or not str(merged.get("Time", "")).isdigit():
        raise validation(f"Time {merged.get('Time')!r} in {unit!r} is no time since 1970")
    return int(merged["Time"]) * _NANOSECONDS[unit]


def _double(text: Any) -> float:
    try:
        value = float(text)
    except (TypeError, ValueError) as cause:
        raise validation(f"the value {text!r} is no DOUBLE") from cause
    if not math.isfinite(value):
        raise validation(f"the value {text!r} is not finite")
    return value
