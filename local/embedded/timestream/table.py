"""One table: what it accepts, by the rules that AWS documents for WriteRecords."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.embedded.timestream.records import MAX_RECORD_BYTES, Identity, Record

_HOUR_NS = 3600 * 10**9
_DAY_NS = 24 * _HOUR_NS
_FUTURE_NS = 15 * 60 * 10**9  # Timestream's quota "maximum future ingestion"

_REPEATED = "Multiple records of the call have the same time, dimensions and measure name."
_SAME_VERSION = (
    "A record already exists with the same time, dimensions, measure name, and record version. "
    "A higher record version must be specified in order to update the measure value."
)


@dataclass(frozen=True)
class Retention:
    """How far back a table takes records, from its description."""

    memory_ns: int
    magnetic_ns: int
    magnetic_writes: bool

    @classmethod
    def from_table(cls, description: dict[str, Any]) -> "Retention":
        """`description` is the `Table` of a CreateTable or UpdateTable answer."""
        periods = description["RetentionProperties"]
        late = description.get("MagneticStoreWriteProperties") or {}
        return cls(
            memory_ns=periods["MemoryStoreRetentionPeriodInHours"] * _HOUR_NS,
            magnetic_ns=periods["MagneticStoreRetentionPeriodInDays"] * _DAY_NS,
            magnetic_writes=bool(late.get("EnableMagneticStoreWrites")),
        )

    def oldest(self, now_ns: int) -> int:
        """The earliest time that is still taken."""
        return now_ns - (max(self.memory_ns, self.magnetic_ns) if self.magnetic_writes else self.memory_ns)


@dataclass
class Table:
    """The records of one table by identity, and a counter that tells readers when they changed."""

    retention: Retention
    records: dict[Identity, Record] = field(default_factory=dict)
    changes: int = 0

    def write(self, records: Sequence[Record], now_ns: int) -> tuple[dict[str, int], list[dict[str, Any]]]:
        """Write what may be written; the `RecordsIngested` and the `RejectedRecords` of the answer."""
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
            ingested["Total"] += 1
            ingested["MemoryStore" if record.time_ns >= now_ns - self.retention.memory_ns else "MagneticStore"] += 1
        self.changes += 1
        return ingested, refused

    def all(self) -> Iterable[Record]:
        """Every record, in the order of its first writing."""
        return self.records.values()

    def _refusal(self, record: Record, now_ns: int) -> dict[str, Any] | None:
        if record.size > MAX_RECORD_BYTES:
            return {"Reason": f"The record has {record.size} bytes; the limit is {MAX_RECORD_BYTES}."}
        oldest, newest = self.retention.oldest(now_ns), now_ns + _FUTURE_NS
        if not oldest <= record.time_ns < newest:
            return {
                "Reason": f"The record timestamp is outside the time range [{_iso(oldest)}, {_iso(newest)}) "
                "of the data ingestion window."
            }
        existing = self.records.get(record.identity)
        if existing is None or existing.value == record.value or record.version > existing.version:
            return None
        if record.version == existing.version:
            return {"Reason": _SAME_VERSION, "ExistingVersion": existing.version}
        return {
            "Reason": f"The record version {record.version} is lower than the existing version {existing.version}. "
            "A higher version is required to update the measure value.",
            "ExistingVersion": existing.version,
        }


def _iso(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
