"""Build runs from readings, and items from runs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambda_src.common.runs import SPAN_MS, run_key, sensor_bucket
from lambda_src.processor.stores.run_extras import RUN_METADATA_BYTES, extras_of, metadata_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambda_src.processor.record import Entry

LONGEST = 300
"""Readings in a run, so that its item without metadata stays within 10 KB: by DynamoDB's rules an offset takes up to 5
bytes, a value 12, the place of an anomaly or of a quality other than good 4 each, and everything else 1,610 with all
names at their longest.
"""
SECONDS_A_DAY = 86_400

LARGEST = 1e126
SMALLEST = 1e-130
"""A DynamoDB number's magnitude is 0, or from `SMALLEST` to just below `LARGEST`."""


def is_storable(value: float) -> bool:
    """Return whether DynamoDB can hold a float. It has 38 digits, so precision never matters."""
    return value == 0 or SMALLEST <= abs(value) < LARGEST


def cut(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Runs of one device, sensor, unit and production line each, their times increasing; identities must be unique.

    The runs of a sensor follow each other, so that no two of them begin at the same time.
    """
    sensors: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        reading = entry.reading
        sensors.setdefault((reading.device_id, reading.sensor_type), []).append(entry)
    return [run for sensor in sensors.values() for run in _split(sensor)]


def _split(sensor: list[Entry]) -> Iterator[list[Entry]]:
    sensor.sort(key=_time)
    run: list[Entry] = []
    room = RUN_METADATA_BYTES
    for entry in sensor:
        if entry.reading.metadata is not None:
            room -= metadata_bytes(entry)
        if run and (room < 0 or not _continues(run, entry)):
            yield run
            run = []
            room = RUN_METADATA_BYTES - metadata_bytes(entry)
        run.append(entry)
    yield run


def _continues(run: list[Entry], entry: Entry) -> bool:
    first = run[0].reading
    reading = entry.reading
    return (
        reading.timestamp_ms - first.timestamp_ms <= SPAN_MS
        and len(run) < LONGEST
        and reading.unit == first.unit
        and reading.production_line == first.production_line
    )


def _time(entry: Entry) -> int:
    return entry.reading.timestamp_ms


def expires_at(run: Sequence[Entry], kept_days: int) -> int | None:
    """Return seconds since the epoch, or None with 0 days: the run is kept.

    It follows from the arrival, so late readings stay as long as others.
    """
    return _arrived_ms(run) // 1000 + kept_days * SECONDS_A_DAY if kept_days else None


def _arrived_ms(run: Sequence[Entry]) -> int:
    return max([entry.reading.arrived_ms for entry in run])


def to_item(run: Sequence[Entry], kept_days: int, judged_ms: int) -> dict[str, Any]:
    """Return the item of a run whose verdicts were given at ``judged_ms`` (UTC milliseconds)."""
    first = run[0].reading
    times = [entry.reading.timestamp_ms for entry in run]
    values = [entry.reading.value for entry in run]
    extras = extras_of(run)
    rest = (msgspec.json.encode(extras).decode(),) if extras else ()
    item: dict[str, Any] = {
        "device_id": {"S": first.device_id},
        "run": {"S": run_key(first.sensor_type, times, values, first.unit, rest)},
        "start_ms": {"N": str(times[0])},
        "sensor_type": {"S": first.sensor_type},
        "offsets_ms": {"L": [{"N": str(time - times[0])} for time in times]},
        "values": {"L": [{"N": repr(value)} for value in values]},
        "arrived_ms": {"N": str(_arrived_ms(run))},
        "judged_ms": {"N": str(judged_ms)},
        "sensor_bucket": {"S": sensor_bucket(first.sensor_type, first.device_id)},
        **extras,
    }
    anomalies = [{"N": str(index)} for index, entry in enumerate(run) if entry.verdict.is_anomaly]
    if anomalies:
        item["anomalies"] = {"L": anomalies}
    if (expires := expires_at(run, kept_days)) is not None:
        item["expires_at"] = {"N": str(expires)}
    if first.unit is not None:
        item["unit"] = {"S": first.unit}
    if first.production_line is not None:
        item["production_line"] = {"S": first.production_line}
    return item
