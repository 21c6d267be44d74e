"""What the bridge needs as a Sparkplug host: the births of edge nodes, and the right to ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lambda_src.common.readings.sparkplug.topic import NAMESPACE, MessageType
from lib.building.iam import Statement
from lib.part import PartDescription
from lib.store.table import Attribute, Table, TableKeys

if TYPE_CHECKING:
    from lib.building.iam import Role
    from lib.config.ingest import SparkplugConfig
    from lib.context import Context
    from lib.ingest.queue import Queue
    from lib.security.key import Key

KEYS = TableKeys(partition=Attribute("edge"), sort=Attribute("part"), expires=True)


class EdgeNodes(Construct):
    """A table with the latest two births of each edge node and device, and what is known of their numbering.

    A cold function reads aliases by it. Items expire; an edge node whose birth is gone is asked for a new one.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: SparkplugConfig,
        context: Context,
        key: Key,
        devices: Table,
        endpoint: str,
    ) -> None:
        super().__init__(scope, id_)
        self._births = Table(self, "births", name="births", context=context, key=key, keys=KEYS)
        self._devices = devices
        self._endpoint = endpoint
        self._commands = context.arn("iot", f"topic/{NAMESPACE}/{settings.group}/{MessageType.NODE_COMMAND}/*")

    def settings(self, queue: Queue) -> dict[str, str]:
        """The variables of the function that reads ``queue``."""
        return {
            "births_table": self._births.name,
            "devices_table": self._devices.name,
            "queue_url": queue.url,
            "iot_endpoint": self._endpoint,
        }

    def grant(self, role: Role, queue: Queue) -> None:
        """Let ``role`` keep births, set the status of devices, and ask edge nodes of this group for births."""
        self._births.grant(role, "BatchGetItem", "GetItem", "PutItem", "UpdateItem")
        self._births.grant_query(role)
        self._devices.grant(role, "UpdateItem")
        queue.grant_postpone(role)
        role.allow("ask-for-births", Statement(actions=("iot:Publish",), resources=(self._commands,)))

    def describe(self) -> PartDescription:
        return PartDescription(tables={"births": self._births}, outputs={"births_table": self._births.name})


def build_edge_nodes(
    scope: Construct, *, context: Context, key: Key, devices: Table, endpoint: str
) -> EdgeNodes | None:
    settings = context.config.devices.sparkplug
    if settings is None:
        return None
    return EdgeNodes(
        scope, "edge-nodes", settings=settings, context=context, key=key, devices=devices, endpoint=endpoint
    )
