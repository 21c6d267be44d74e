"""Where a reading can end: the stores of a deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.store.bucket import Bucket
from lib.store.table import Table
from lib.store.tables import DEVICES, READINGS
from lib.store.timeseries import TimeSeries

if TYPE_CHECKING:
    from constructs import Construct

    from lib.context import Context
    from lib.security.key import Key


@dataclass(frozen=True, kw_only=True)
class Stores:
    """None for what the deployment does not have."""

    quarantine: Bucket
    on_failure: Bucket
    raw: Bucket | None
    processed: Bucket | None
    anomalies: Bucket | None
    """Where anomalies go at once; the raw bucket, under a prefix of its own."""
    series: TimeSeries | None
    readings: Table | None
    devices: Table | None

    def tables(self) -> dict[str, Table]:
        """The tables that there are, by name."""
        named = {"readings": self.readings, "devices": self.devices}
        return {name: table for name, table in named.items() if table}


def build_stores(scope: Construct, *, context: Context, key: Key) -> Stores:
    """What the settings ask for."""
    config = context.config
    quarantine = Bucket(scope, "quarantine", context=context, key=key, lifecycle=config.quarantine)
    on_failure = Bucket(scope, "on-failure", context=context, key=key, lifecycle=config.quarantine)
    raw = processed = series = readings = devices = None
    if config.archive.enabled:
        raw = Bucket(scope, "raw", context=context, key=key, lifecycle=config.raw)
    if config.processed.enabled:
        processed = Bucket(scope, "processed", context=context, key=key, lifecycle=config.processed)
    if config.timestream.enabled:
        series = TimeSeries(scope, "timeseries", context=context, key=key, quarantine=quarantine)
    if config.tables.enabled:
        readings = Table(scope, "readings", name="readings", context=context, key=key, keys=READINGS)
        devices = Table(scope, "devices", name="devices", context=context, key=key, keys=DEVICES)
    return Stores(
        quarantine=quarantine,
        on_failure=on_failure,
        raw=raw,
        processed=processed,
        anomalies=raw if config.archive.anomalies else None,
        series=series,
        readings=readings,
        devices=devices,
    )
