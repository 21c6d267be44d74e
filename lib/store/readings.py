"""The hot table of readings in DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.part import PartDescription
from lib.store.table import Attribute, Table, TableIndex, TableKeys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.iam import Role
    from lib.store.store import StoreSite

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
        return PartDescription(tables={"readings": self}, outputs={"readings_table": self.name})


def build_store(site: StoreSite) -> ReadingsTable | None:
    return ReadingsTable(site) if site.context.config.tables.enabled else None
