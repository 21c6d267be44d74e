"""Timestream: writes, memory store, magnetic store."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from lambda_src.processor.stores.timestream import RECORDS_PER_CALL
from ops.cost.scene import HOURS, SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

WRITE_UNIT_BYTES = 1024
"""The size of a whole call counts, in started KB (Timestream guide, Metering and cost optimization)."""


def _table(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    retention = resource.values["retention_properties"]
    memory_days = retention["memory_store_retention_period_in_hours"] / 24
    per_batch = scene.traffic.readings_per_batch
    for amount in scene.amounts(resource, "writes"):
        together = max(1.0, min(RECORDS_PER_CALL, per_batch))
        units = amount.per_second / together * ceil(together * amount.size / WRITE_UNIT_BYTES)
        written = amount.per_second * amount.size
        memory = scene.kept_gb(written, memory_days)
        kept = scene.kept_gb(written, memory_days + retention["magnetic_store_retention_period_in_days"])
        yield Quantity("timestream-write", units * SECONDS)
        yield Quantity("timestream-memory-gb-hour", memory * HOURS)
        yield Quantity("timestream-magnetic-gb-month", kept - memory)


PRICED = {"aws_timestreamwrite_table": _table}
FREE = {"aws_timestreamwrite_database": "its tables are charged"}
UNPRICED = {
    "aws_timestreamquery_scheduled_query": "Timestream bills queries by compute units of the whole account",
}
