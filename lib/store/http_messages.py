"""The table of original HTTP messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.part import PartDescription
from lib.store.table import Attribute, Table, TableKeys
from lib.usage import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.iam import Role
    from lib.store.store import StoreSite
    from lib.usage import Traffic

ITEM_BYTES = 200
"""Size of an item for `ops cost`, besides the message itself."""
KEYS = TableKeys(partition=Attribute("device_id"), sort=Attribute("received"), expires=True)


class HttpMessagesTable(Table):
    """One item per device and request, with the original message."""

    def __init__(self, site: StoreSite) -> None:
        super().__init__(site.scope, "messages", name="raw", context=site.context, key=site.key, keys=KEYS)
        self._days = site.context.config.tables.raw_days

    def settings(self) -> Mapping[str, object]:
        return {"raw_table": self.name, "raw_days": self._days}

    def grant_write(self, role: Role) -> None:
        self.grant(role, "BatchWriteItem")

    def describe(self) -> PartDescription:
        return PartDescription(
            tables={"raw": self}, outputs={"raw_table": self.name}, uses=[self.write_use(self._messages)]
        )

    def _messages(self, traffic: Traffic) -> Amount:
        requests = traffic.messages if traffic.entrypoint == "api" else 0.0
        return Amount(per_second=requests, size=ITEM_BYTES + traffic.message_bytes, kept_days=self._days or None)


def build_store(site: StoreSite) -> HttpMessagesTable | None:
    return HttpMessagesTable(site) if site.context.config.tables.raw else None
