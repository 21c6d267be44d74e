"""How many devices the index of their states carries before DynamoDB throttles it, and the table with it."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_src.common.device_index import INDEX
from lambda_src.processor.stores.device_table import DeviceTable
from lambda_src.processor.stores.devices import DeviceStore
from tests.model.services.dynamodb import Index, MemoryDynamoDB, Table
from tests.model.services.partitions import PartitionLimit
from tests.unit.functions.factories import NOW_MS, deadline, entry

MINUTE_S = 60
NO_RETRIES = deadline(remaining_ms=1)
"""Shorter than any wait, so what is throttled stays so for its second."""


def throttled(partition: str, devices: int) -> int:
    """Writes that are throttled within two minutes; each device sends once a minute, in its own second."""
    db: Any = MemoryDynamoDB({"devices": Table("device_id", indexes={INDEX: Index("status_bucket", "heard_ms")})})
    limit = PartitionLimit(db, partition)
    store = DeviceStore(DeviceTable(db, "devices"), every_seconds=MINUTE_S, ordered=True)
    for second in range(2 * MINUTE_S):
        limit.second = second
        now = NOW_MS + second * 1000
        sending = range(second % MINUTE_S, devices, MINUTE_S)
        store.write([entry(device_id=f"d{n}", timestamp_ms=now, arrived_ms=now) for n in sending], NO_RETRIES)
    return limit.throttled


@pytest.mark.parametrize(("partition", "devices"), [("status", 20_000), ("status_bucket", 40_000)])
def test_within_the_limit_no_state_is_throttled(partition, devices, monkeypatch):
    monkeypatch.setattr("lambda_src.processor.stores.devices.KNOWN_DEVICES", devices)

    assert throttled(partition, devices) == 0


def test_the_status_alone_throttles_forty_thousand_devices(monkeypatch):
    monkeypatch.setattr("lambda_src.processor.stores.devices.KNOWN_DEVICES", 40_000)

    assert throttled("status", 40_000) > 1000
