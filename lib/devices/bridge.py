"""The bridge: converts what devices send into what the stream carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lambda_src.bridge.settings import BridgeSettings
from lib.building.function import Function, FunctionOptions
from lib.ingest.queue import Queue
from lib.monitoring.alarms.queue import queue_alarms
from lib.monitoring.dashboard.flow import queue_row
from lib.monitoring.dashboard.widgets import Section
from lib.part import PartDescription, combined
from lib.processing.event_source import QueueEventSource
from lib.usage import Amount, Traffic

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer
    from lib.context import Context
    from lib.devices.edge_nodes import EdgeNodes
    from lib.ingest.stream import Stream
    from lib.security.key import Key

MEMORY_MB = 512
TIMEOUT_SECONDS = 30
BATCH_SIZE = 1_000
WINDOW_SECONDS = 2
"""A batch of more than ten messages needs a window. A longer one packs more readings into a record, and delays them."""
CONCURRENCY = 10
MESSAGE_MS = 0.3
INVOCATION_MS = 40.0
"""Durations for `ops cost`: of one message, and of an invocation besides. `make bench` measures the first."""
METRICS = 3
"""Those of `lambda_src.bridge.bridging.BridgeReport.counts`."""


class Bridge(Construct):
    """Rule, queue, function, stream: the queue lets the function take many messages at once and retry them.

    The order of arrival is lost; a reading's own time decides.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        layer: DependencyLayer,
        stream: Stream,
        edge_nodes: EdgeNodes | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.queue = Queue(
            self, "bridge-queue", name="bridge", context=context, key=key, consumer_timeout_seconds=TIMEOUT_SECONDS
        )
        settings = BridgeSettings(
            environment_suffix=context.suffix,
            stream_name=stream.name,
            metrics_namespace=context.config.metrics_namespace,
            **(edge_nodes.settings(self.queue) if edge_nodes else {}),
        )
        options = FunctionOptions(
            package="bridge",
            description="Normalises what devices send and packs it into the stream",
            settings=settings,
            memory_mb=MEMORY_MB,
            timeout_seconds=TIMEOUT_SECONDS,
        )
        self.function = Function(self, "bridge", context=context, key=key, layer=layer, options=options)
        stream.grant_write(self.function.role)
        if edge_nodes:
            edge_nodes.grant(self.function.role, self.queue)
        self.mapping = QueueEventSource(
            self,
            "event-source",
            queue=self.queue,
            function=self.function,
            batch_size=BATCH_SIZE,
            window_seconds=WINDOW_SECONDS,
            concurrency=CONCURRENCY,
        )

    def describe(self) -> PartDescription:
        own = PartDescription(
            functions={"bridge": self.function},
            queues={"bridge": self.queue},
            alarms=list(queue_alarms("bridge", self.queue, consumer="bridge")),
            rows=[queue_row("bridge", self.queue, Section.ENTRYPOINTS)],
            outputs={
                "bridge_queue_url": self.queue.url,
                "bridge_dlq_url": self.queue.dead_letters_url,
                "bridge_function": self.function.name,
                "bridge_mapping_id": self.mapping.uuid,
            },
            uses=[*self.queue.uses(), self.function.use(_invocations)],
        )
        return combined((own, self.mapping.describe()))


def _invocations(traffic: Traffic) -> Amount:
    """One per window, more if a batch cannot hold a window's messages, at most one per message."""
    calls = min(traffic.messages, max(1 / WINDOW_SECONDS, traffic.messages / BATCH_SIZE))
    each = traffic.messages / calls if calls else 0.0
    return Amount(per_second=calls, milliseconds=INVOCATION_MS + each * MESSAGE_MS, metrics=METRICS)


def build_bridge(
    scope: Construct,
    *,
    context: Context,
    key: Key,
    layer: DependencyLayer,
    stream: Stream,
    edge_nodes: EdgeNodes | None,
) -> Bridge | None:
    if not context.config.devices.bridge:
        return None
    return Bridge(scope, "bridge", context=context, key=key, layer=layer, stream=stream, edge_nodes=edge_nodes)
