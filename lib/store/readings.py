"""The hot table of readings in DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.part import PartDescription
from lib.store.table import Attribute, Table, TableIndex, TableKeys
from lib.usage import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.iam import Role
    from lib.store.store import StoreSite
    from lib.usage import Traffic

RUN_BYTES, READING_BYTES = 350, 25
"""Sizes for `ops cost`: a run's keys and attributes, and each of its readings."""
KEYS = TableKeys(
    partition=Attribute("device_id"),
    sort=Attribute("run"),
    # The type alone would be one hot partition; each type is spread over sixteen.
    index=TableIndex(name="by-sensor-type", partition=Attribute("sensor_bucket"), sort=Attribute("start_ms", "N")),
    expires=True,
)


class ReadingsTable(Table):
    """One item per run: a device's readings of one sensor in one batch."""

    def __init__(self, site: StoreSite) -> None:
        super().__init__(site.scope, "readings", name="readings", context=site.context, key=site.key, keys=KEYS)
        self._days = site.context.config.tables.readings_days

    def settings(self) -> Mapping[str, object]:
        return {"readings_table": self.name, "readings_days": self._days}

    def grant_write(self, role: Role) -> None:
        self.grant(role, "BatchWriteItem")

    def describe(self) -> PartDescription:
        return PartDescription(
            tables={"readings": self}, outputs={"readings_table": self.name}, uses=[self.write_use(self._runs)]
        )

    def _runs(self, traffic: Traffic) -> Amount:
        each = traffic.readings / traffic.runs if traffic.runs else 0
        size = RUN_BYTES + each * READING_BYTES
        return Amount(per_second=traffic.runs, size=size, kept_days=self._days or None)


def build_store(site: StoreSite) -> ReadingsTable | None:
    return ReadingsTable(site) if site.context.config.tables.enabled else None
