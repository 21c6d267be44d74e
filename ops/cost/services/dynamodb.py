"""DynamoDB tables on demand."""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING

from ops.cost.scene import SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

ITEM_OVERHEAD = 100
"""Bytes that storage counts for each item besides its content (DynamoDB guide)."""
READ_UNIT_BYTES = 4096


def _table(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    indexes = len(resource.values.get("global_secondary_index") or ())
    kept = 0.0
    for amount in scene.amounts(resource, "writes"):
        units = amount.per_second * amount.units_of_kb * (1 + amount.index_writes * indexes)
        yield Quantity("dynamodb-write-unit", units * SECONDS)
        days = inf if amount.kept_days is None else amount.kept_days
        kept += scene.kept_gb(amount.per_second * (amount.size + ITEM_OVERHEAD), days)
    for amount in scene.optional(resource, "reads"):
        yield Quantity("dynamodb-read-unit", amount.per_second * max(1, ceil(amount.size / READ_UNIT_BYTES)) * SECONDS)
    yield Quantity("dynamodb-gb-month", kept * (1 + indexes))
    if resource.values["point_in_time_recovery"]["enabled"]:
        yield Quantity("dynamodb-backup-gb-month", kept)


PRICED = {"aws_dynamodb_table": _table}
