"""Everything between a device and the stream, as one part of the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.data_aws_iot_endpoint import DataAwsIotEndpoint
from constructs import Construct

from lib.devices.bridge import build_bridge
from lib.devices.edge_nodes import build_edge_nodes
from lib.devices.first_thing import build_first_thing
from lib.devices.presence import Presence
from lib.devices.provisioning import Provisioning
from lib.devices.rule import TelemetryRule
from lib.devices.topics import Topics
from lib.monitoring.dashboard.flow import devices_row
from lib.part import PartDescription, combined, describe_all
from lib.store.devices import DevicesTable
from lib.store.table import Attribute, Table, TableKeys

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer, Function
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.ingest.transport import Transport
    from lib.notifications.alerting import Alerting
    from lib.security.key import Key
    from lib.store.bucket import Bucket
    from lib.store.stores import Stores

ALLOWED_DEVICES = TableKeys(partition=Attribute("serial_number"))
"""One item per serial number that may provision itself, once."""


class Connectivity(Construct):
    """Devices with certificates of their own, the rule that takes their telemetry, and the check for silent devices."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        layer: DependencyLayer,
        stream: Stream,
        on_failure: Bucket,
        devices: Table,
        processor: Function,
        alerting: Alerting,
    ) -> None:
        super().__init__(scope, id_)
        config, self._context = context.config.devices, context
        # Looked up, because the endpoint contains an id that only AWS knows.
        self.endpoint = DataAwsIotEndpoint(self, "endpoint", endpoint_type="iot:Data-ATS").endpoint_address
        self.topics = _topics(context)
        self.allowed = Table(
            self, "allowed-devices", name="allowed-devices", context=context, key=key, keys=ALLOWED_DEVICES
        )
        self.provisioning = Provisioning(
            self, "provisioning", context=context, key=key, layer=layer, topics=self.topics, allowed=self.allowed
        )
        self.first_thing = build_first_thing(self, settings=config.first_thing, fleet=self.provisioning)
        self.nodes = build_edge_nodes(self, context=context, key=key, devices=devices, endpoint=self.endpoint)
        self.bridge = build_bridge(self, context=context, key=key, layer=layer, stream=stream, edge_nodes=self.nodes)
        target = self.bridge.queue if self.bridge else stream
        self.rule = TelemetryRule(
            self, "telemetry", context=context, topics=self.topics.telemetry, target=target, on_failure=on_failure
        )
        self.sparkplug_rule = self._sparkplug_rule(on_failure) if config.sparkplug else None
        self.presence = Presence(
            self,
            "presence",
            context=context,
            key=key,
            layer=layer,
            devices=devices,
            stream=stream,
            processor=processor,
            queues=[self.bridge.queue] if self.bridge else [],
            alerting=alerting,
        )

    def describe(self) -> PartDescription:
        own = PartDescription(
            tables={"allowed-devices": self.allowed},
            uses=[self.allowed.write_use()],
            rows=[devices_row(self._context, self.rule)],
            outputs={
                "iot_endpoint": self.endpoint,
                "iot_topic_filter": self.topics.filter,
                "iot_data_topic": self.topics.data("{device}"),
                "iot_command_topic": self.topics.command,
                "iot_publish_topics": ",".join(self.topics.answers),
                "iot_reserved_devices": ",".join(self.topics.reserved_devices),
                "allowed_devices_table": self.allowed.name,
            },
        )
        parts = (self.rule, self.sparkplug_rule, self.provisioning, self.presence, self.bridge, self.nodes)
        return combined((own, describe_all(*parts, self.first_thing)))

    def _sparkplug_rule(self, on_failure: Bucket) -> TelemetryRule | None:
        """The settings demand a bridge beside Sparkplug."""
        if self.bridge is None:
            return None
        return TelemetryRule(
            self,
            "sparkplug",
            context=self._context,
            topics=self.topics.sparkplug(self._context.naming.table("sparkplug")),
            target=self.bridge.queue,
            on_failure=on_failure,
        )


def _topics(context: Context) -> Topics:
    config = context.config.devices
    return Topics(
        filter=config.topic_filter,
        rule=context.naming.table("telemetry"),
        basic_ingest=config.basic_ingest,
        command=config.command_topic,
        answers=config.publish_topics,
        sparkplug_group=config.sparkplug.group if config.sparkplug else None,
    )


def build_connectivity(
    scope: Construct,
    *,
    context: Context,
    key: Key,
    layer: DependencyLayer,
    transport: Transport,
    stores: Stores,
    processor: Function,
    alerting: Alerting,
) -> Connectivity | None:
    """None where the settings do not enable devices; `lib.config.validation` demands a stream and tables."""
    states = stores.find(DevicesTable)
    if not (context.config.devices.enabled and transport.stream and states and stores.on_failure):
        return None
    return Connectivity(
        scope,
        "connectivity",
        context=context,
        key=key,
        layer=layer,
        stream=transport.stream,
        on_failure=stores.on_failure,
        devices=states,
        processor=processor,
        alerting=alerting,
    )
