"""Runs in the ``readings`` table: one item per device, sensor and batch, with times and values as lists.

Writer and readers share this format. Attributes are in the low-level form, ``{"N": "1"}``.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from lambda_src.common.buckets import bucket_of
from lambda_src.common.readings.reading import Identity, Quality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

SPAN_MS = 5 * 60 * 1000
"""Maximum time from a run's first reading to its last."""
POOR_QUALITIES: tuple[Quality, ...] = ("uncertain", "bad")
"""Each is an attribute with the places of its readings; good ones are not stored."""
BUCKETS = 16
"""Partitions of the index per sensor type. A partition accepts 1,000 writes/s."""


class StoredReading(NamedTuple):
    """A reading of a run. ``arrived_ms`` is the latest arrival in the run."""

    device_id: str
    sensor_type: str
    timestamp_ms: int
    value: float
    is_anomaly: bool
    arrived_ms: int
    judged_ms: int
    """When ``is_anomaly`` was decided; 0 in runs of older versions."""
    production_line: str | None
    unit: str | None
    quality: Quality = "good"
    metadata: str | None = None
    """As JSON text."""

    @property
    def identity(self) -> Identity:
        return Identity(self.device_id, self.sensor_type, self.timestamp_ms)


def run_key(
    sensor_type: str, times_ms: Sequence[int], values: Sequence[float], unit: str | None, rest: Iterable[str] = ()
) -> str:
    """Return ``<start_ms, 13 digits>#<sensor_type>#<checksum, 8 hex digits>``.

    The same readings give the same key. The checksum keeps a run from overwriting another one with the same start, for
    example if a device sends only some messages of an earlier batch again. ``rest`` is what else tells runs apart.
    """
    checksum = crc32(array("d", values), crc32(array("q", times_ms)))
    if unit is not None:
        checksum = crc32(unit.encode(), checksum)
    for text in rest:
        checksum = crc32(text.encode(), checksum)
    return f"{times_ms[0]:013d}#{sensor_type}#{checksum:08x}"


def key_range(start_ms: int, end_ms: int) -> tuple[str, str]:
    """Return the bounds for ``run BETWEEN :low AND :high`` that find each run with a reading in start_ms <= t <
    end_ms.
    """
    return f"{max(0, start_ms - SPAN_MS):013d}", f"{end_ms:013d}"


def sensor_bucket(sensor_type: str, device_id: str) -> str:
    """Return the partition key of the index by sensor type: ``<sensor_type>#<two digits>``."""
    return f"{sensor_type}#{bucket_of(device_id, BUCKETS)}"


def readings_of(item: Mapping[str, Any]) -> Iterator[StoredReading]:
    """Yield the readings of one item in the order of their times."""
    device_id = item["device_id"]["S"]
    sensor_type = item["sensor_type"]["S"]
    start = int(item["start_ms"]["N"])
    arrived = int(item["arrived_ms"]["N"])
    judged = int(item["judged_ms"]["N"]) if "judged_ms" in item else 0
    line = item["production_line"]["S"] if "production_line" in item else None
    unit = item["unit"]["S"] if "unit" in item else None
    anomalies = {int(index["N"]) for index in item["anomalies"]["L"]} if "anomalies" in item else ()
    pairs = zip(item["offsets_ms"]["L"], item["values"]["L"], strict=True)
    flags, metadata = _qualities(item), _metadata(item)
    for index, (offset, value) in enumerate(pairs):
        yield StoredReading(
            device_id,
            sensor_type,
            start + int(offset["N"]),
            float(value["N"]),
            index in anomalies,
            arrived,
            judged,
            line,
            unit,
            flags.get(index, "good"),
            metadata(index),
        )


def _qualities(item: Mapping[str, Any]) -> dict[int, Quality]:
    """Return the qualities other than good, by place."""
    flags: dict[int, Quality] = {}
    for quality in POOR_QUALITIES:
        if quality in item:
            flags |= {int(place["N"]): quality for place in item[quality]["L"]}
    return flags


def _metadata(item: Mapping[str, Any]) -> Callable[[int], str | None]:
    """Return what gives the metadata of the reading at a place."""
    if "metadata" not in item:
        return lambda _place: None
    texts = [text["S"] for text in item["metadata"]["L"]]
    if "metadata_at" not in item:
        return lambda _place: texts[0]
    indexes = [int(index["N"]) for index in item["metadata_at"]["L"]]
    return lambda place: None if indexes[place] < 0 else texts[indexes[place]]


def each_once(readings: Iterable[StoredReading]) -> list[StoredReading]:
    """Return each identity once, by time, then device and sensor.

    A batch redelivered with other boundaries is in two runs, and so is one that was evaluated again. Of different
    values or units the one that arrived first counts; of verdicts the latest.
    """
    found: dict[Identity, StoredReading] = {}
    rivals: dict[Identity, list[StoredReading]] = {}
    for reading in readings:
        identity = reading.identity
        if found.setdefault(identity, reading) is not reading:
            rivals.setdefault(identity, [found[identity]]).append(reading)
    for identity, group in rivals.items():
        found[identity] = _what_counts(group)
    return sorted(found.values(), key=lambda reading: (reading.timestamp_ms, reading.device_id, reading.sensor_type))


def _what_counts(rivals: Sequence[StoredReading]) -> StoredReading:
    """Return the reading that counts of several with one identity, in any order."""
    first = min(rivals, key=lambda r: (r.arrived_ms, r.value, r.unit or "", r.production_line or ""))
    alike = [r for r in rivals if (r.value, r.unit) == (first.value, first.unit)]
    judged_ms, is_anomaly = max((r.judged_ms, r.is_anomaly) for r in alike)
    return first._replace(judged_ms=judged_ms, is_anomaly=is_anomaly)
