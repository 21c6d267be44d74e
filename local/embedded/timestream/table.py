"""One table and the rules that AWS documents for WriteRecords."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.embedded.timestream.records import Identity, SeriesRecord

# Timestream's quotas. Each record beyond a quota is rejected.
MAX_RECORD_BYTES = 2048
MAX_NAME_BYTES = 256  # Bytes of a measure's name.
MAX_MEASURES = 256  # Measures in a multi-measure record.
MAX_TABLE_MEASURES = 1024  # Different measures in all multi-measure records of a table.
MAX_TABLE_NAMES = 8192  # Different measure names of a table.

_HOUR_NS = 3600 * 10**9
_DAY_NS = 24 * _HOUR_NS
_FUTURE_NS = 15 * 60 * 10**9  # Timestream's quota "maximum future ingestion".

_REPEATED = "Multiple records of the call have the same time, dimensions and measure name."
_SAME_VERSION = (
    "A record already exists with the same time, dimensions, measure name, and record version. "
    "A higher record version must be specified in order to update the measure value."
)


@dataclass(frozen=True)
class Retention:
    """The oldest time that a table accepts, from its description."""

    memory_ns: int
    magnetic_ns: int
    magnetic_writes: bool

    @classmethod
    def from_table(cls, description: dict[str, Any]) -> "Retention":
        """Parse the `SeriesTable` of a CreateTable or UpdateTable response."""
        periods = description["RetentionProperties"]
        late = description.get("MagneticStoreWriteProperties") or {}
        return cls(
            memory_ns=periods["MemoryStoreRetentionPeriodInHours"] * _HOUR_NS,
            magnetic_ns=periods["MagneticStoreRetentionPeriodInDays"] * _DAY_NS,
            magnetic_writes=bool(late.get("EnableMagneticStoreWrites")),
        )

    def oldest(self, now_ns: int) -> int:
        """Return the earliest accepted time."""
        return now_ns - (max(self.memory_ns, self.magnetic_ns) if self.magnetic_writes else self.memory_ns)


@dataclass
class SeriesTable:
    """The records of one table by identity, and a counter that tells readers of changes."""

    retention: Retention
    records: dict[Identity, SeriesRecord] = field(default_factory=dict)
    changes: int = 0
    _names: set[str] = field(default_factory=set)
    _measures: set[str] = field(default_factory=set)

    def write(self, records: Sequence[SeriesRecord], now_ns: int) -> tuple[dict[str, int], list[dict[str, Any]]]:
        """Write accepted records. Returns `RecordsIngested` and `RejectedRecords` of the response."""
        refused: list[dict[str, Any]] = []
        seen: set[Identity] = set()
        ingested = {"Total": 0, "MemoryStore": 0, "MagneticStore": 0}
        for index, record in enumerate(records):
            refusal = {"Reason": _REPEATED} if record.identity in seen else self._refusal(record, now_ns)
            seen.add(record.identity)
            if refusal is not None:
                refused.append({"RecordIndex": index, **refusal})
                continue
            self.records[record.identity] = record
            self._names.add(record.measure_name)
            self._measures.update(name for name, _ in record.measures)
            ingested["Total"] += 1
            ingested["MemoryStore" if record.time_ns >= now_ns - self.retention.memory_ns else "MagneticStore"] += 1
        self.changes += 1
        return ingested, refused

    def all(self) -> Iterable[SeriesRecord]:
        """Return every record in the order of its first write."""
        return self.records.values()

    def _refusal(self, record: SeriesRecord, now_ns: int) -> dict[str, Any] | None:
        for what, count, limit in self._quotas(record):
            if count > limit:
                return {"Reason": f"{what}: {count}; the limit is {limit}."}
        oldest, newest = self.retention.oldest(now_ns), now_ns + _FUTURE_NS
        if not oldest <= record.time_ns < newest:
            return {
                "Reason": f"The record timestamp is outside the time range [{_iso(oldest)}, {_iso(newest)}) "
                "of the data ingestion window."
            }
        existing = self.records.get(record.identity)
        if existing is None or existing.content == record.content or record.version > existing.version:
            return None
        if record.version == existing.version:
            return {"Reason": _SAME_VERSION, "ExistingVersion": existing.version}
        return {
            "Reason": f"The record version {record.version} is lower than the existing version {existing.version}. "
            "A higher version is required to update the measure value.",
            "ExistingVersion": existing.version,
        }

    def _quotas(self, record: SeriesRecord) -> Iterator[tuple[str, int, int]]:
        """Yield the counted unit, the count including this record, and its limit."""
        yield "Bytes of the record", record.size, MAX_RECORD_BYTES
        names = [record.measure_name, *(name for name, _ in record.measures)]
        yield "Bytes of a measure's name", max(len(name.encode()) for name in names), MAX_NAME_BYTES
        yield "Measures of the record", len(record.measures), MAX_MEASURES
        yield "Measures of the table", len(self._measures.union(names[1:])), MAX_TABLE_MEASURES
        yield "Measure names of the table", len(self._names) + (names[0] not in self._names), MAX_TABLE_NAMES


def _iso(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
