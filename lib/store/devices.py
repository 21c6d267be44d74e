"""The table of device states in DynamoDB."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_src.common.device_index import INDEX
from lib.part import PartDescription
from lib.store.table import Attribute, Table, TableIndex, TableKeys
from lib.usage import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.iam import Role
    from lib.store.store import StoreSite
    from lib.usage import Traffic

KEYS = TableKeys(
    partition=Attribute("device_id"),
    # The status alone would be one hot partition, so each status is spread over several.
    index=TableIndex(name=INDEX, partition=Attribute("status_bucket"), sort=Attribute("heard_ms", "N")),
)


class DevicesTable(Table):
    """One item per device: its last reading of each sensor, its status, and when it was last seen."""

    def __init__(self, site: StoreSite) -> None:
        super().__init__(site.scope, "devices", name="devices", context=site.context, key=site.key, keys=KEYS)
        self._words = site.context.config.devices.status_words
        self._seconds = site.context.config.tables.state_seconds

    def settings(self) -> Mapping[str, object]:
        return {"devices_table": self.name, "device_state_seconds": self._seconds}

    def grant_write(self, role: Role) -> None:
        self.grant(role, "BatchGetItem", "PartiQLInsert", "PartiQLUpdate")

    def describe(self) -> PartDescription:
        outputs = {"devices_table": self.name}
        if self._words:
            outputs["device_status_words"] = json.dumps(self._words, sort_keys=True)
        uses = [self.write_use(self._states), self.read_use(lambda traffic: Amount(per_second=traffic.runs, size=512))]
        return PartDescription(tables={"devices": self}, outputs=outputs, uses=uses)

    def _states(self, traffic: Traffic) -> Amount:
        """An update moves the item in the index, which takes a deletion and a write there."""
        rate = min(traffic.runs, traffic.sensors / self._seconds)
        return Amount(per_second=rate, size=512, kept_days=0, index_writes=2)


def build_store(site: StoreSite) -> DevicesTable | None:
    return DevicesTable(site) if site.context.config.tables.enabled else None
