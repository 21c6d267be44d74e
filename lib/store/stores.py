"""Where a reading can end: the stores of a deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.monitoring.dashboard.failures import failures_bucket_row
from lib.part import PartDescription, combined
from lib.store.archive_bucket import ArchiveBucket
from lib.store.bucket import Bucket
from lib.store.table import Table
from lib.store.tables import DEVICES, RAW, READINGS
from lib.store.timeseries import TimeSeries

if TYPE_CHECKING:
    from constructs import Construct

    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key


@dataclass(frozen=True, kw_only=True)
class Stores:
    """None for what the deployment does not have."""

    quarantine: Bucket
    on_failure: Bucket | None
    """Where what the stream's readers give up lies whole; a queue has its dead letters."""
    raw: Bucket | None
    processed: Bucket | None
    anomalies: Bucket | None
    """Where anomalies go at once; the raw bucket, under a prefix of its own."""
    series: TimeSeries | None
    readings: Table | None
    devices: Table | None
    messages: Table | None
    """What came over HTTP, as it came."""

    def grant_single_readings(self, role: Role) -> None:
        """Let ``role`` write to the stores that take each reading under its own key."""
        if self.series:
            self.series.grant_write(role)
        if self.readings:
            self.readings.grant(role, "BatchWriteItem")

    def grant_states(self, role: Role) -> None:
        """Let ``role`` keep the devices' states."""
        if self.devices:
            self.devices.grant(role, "BatchGetItem", "PartiQLInsert", "PartiQLUpdate")

    def buckets(self) -> tuple[Bucket | None, ...]:
        """Every bucket with readings or with what could not become one."""
        return (self.quarantine, self.on_failure, self.raw, self.processed)

    def describe(self) -> PartDescription:
        named = {"readings": self.readings, "devices": self.devices, "raw": self.messages}
        tables = {name: table for name, table in named.items() if table}
        buckets = {"quarantine": self.quarantine, "on_failure": self.on_failure, "processed": self.processed}
        outputs = {f"{name}_table": table.name for name, table in tables.items()}
        outputs |= {f"{name}_bucket": bucket.name for name, bucket in buckets.items() if bucket}
        failed = {"quarantine": self.quarantine, "on-failure": self.on_failure}
        rows = [failures_bucket_row(label, bucket.name) for label, bucket in failed.items() if bucket]
        own = PartDescription(tables=tables, rows=rows, outputs=outputs)
        return combined((own, self.series.describe())) if self.series else own


def build_stores(scope: Construct, *, context: Context, key: Key) -> Stores:
    """What the settings ask for."""
    config = context.config
    quarantine = Bucket(scope, "quarantine", context=context, key=key, lifecycle=config.quarantine)
    on_failure = raw = processed = series = readings = devices = messages = None
    if config.transport == "kinesis":
        on_failure = Bucket(scope, "on-failure", context=context, key=key, lifecycle=config.quarantine)
    if config.archive.enabled:
        raw = ArchiveBucket(scope, "raw", context=context, key=key, settings=config.raw)
    if config.processed.enabled:
        processed = Bucket(scope, "processed", context=context, key=key, lifecycle=config.processed)
    if config.timestream.enabled:
        series = TimeSeries(scope, "timeseries", context=context, key=key, quarantine=quarantine)
    if config.tables.enabled:
        readings = Table(scope, "readings", name="readings", context=context, key=key, keys=READINGS)
        devices = Table(scope, "devices", name="devices", context=context, key=key, keys=DEVICES)
    if config.tables.raw:
        messages = Table(scope, "messages", name="raw", context=context, key=key, keys=RAW)
    return Stores(
        quarantine=quarantine,
        on_failure=on_failure,
        raw=raw,
        processed=processed,
        anomalies=raw if config.archive.anomalies else None,
        series=series,
        readings=readings,
        devices=devices,
        messages=messages,
    )
