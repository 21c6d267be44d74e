"""The tables of the pipeline and their keys; the functions' stores say what else stands in an item."""

from __future__ import annotations

from lib.store.table import Attribute, TableIndex, TableKeys

ALERTS = TableKeys(partition=Attribute("sensor"), expires=True)
"""One item a sensor: its latest anomaly episode."""

READINGS = TableKeys(
    partition=Attribute("device_id"),
    sort=Attribute("run"),
    # The type alone would be one hot partition; each type is spread over sixteen.
    index=TableIndex(name="by-sensor-type", partition=Attribute("sensor_bucket"), sort=Attribute("start_ms", "N")),
    expires=True,
)
"""One item a run: a device's readings of one sensor in one batch."""

RAW = TableKeys(partition=Attribute("device_id"), sort=Attribute("received"), expires=True)
"""One item a device and request over HTTP: what it sent, as it came."""

REQUESTS = TableKeys(partition=Attribute("request"), expires=True)
"""One item a request that may be repeated: when it first came, and what was answered."""

DEVICES = TableKeys(
    partition=Attribute("device_id"),
    index=TableIndex(name="by-status", partition=Attribute("status"), sort=Attribute("last_seen_ms", "N")),
)
"""One item a device: its last reading of each sensor, its status, and when it was last seen."""

ALLOWED_DEVICES = TableKeys(partition=Attribute("serial_number"))
"""One item a serial number that may provision itself, once."""
