"""The rows of a deployment's dashboard, collected from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import processor_metric
from lib.monitoring.dashboard.api import api_row
from lib.monitoring.dashboard.flow import devices_row, functions_row, queue_row, readings_row, stream_row
from lib.monitoring.dashboard.stores import delivery_row, failures_row, lake_row, tables_row, timeseries_row
from lib.monitoring.dashboard.widgets import GraphLine
from lib.monitoring.parts import functions, queues, tables, undelivered
from lib.processing.event_source import StreamEventSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.monitoring.dashboard.widgets import DashboardRow
    from lib.tap_stack import TapStack


def of_stack(stack: TapStack) -> Iterator[DashboardRow]:
    """Yield one row per part that the deployment has, in the order of the data flow."""
    context, config, mapping = stack.context, stack.context.config, stack.processor.mapping
    yield readings_row(context)
    if stack.api:
        yield api_row(context, stack.api)
    if stack.connectivity:
        yield devices_row(context, stack.connectivity)
    for name, queue in queues(stack).items():
        yield queue_row(name, queue)
    if stack.transport.stream and isinstance(mapping, StreamEventSource):
        yield stream_row(stack.transport.stream, mapping, config)
    yield functions_row(functions(stack), config)
    yield tables_row(tables(stack))
    if stack.stores.series:
        yield timeseries_row(stack.stores.series)
    if stack.archive:
        yield delivery_row("Archive", stack.archive, config)
    if stack.lake:
        yield lake_row(stack.lake, config)
    yield failures_row(list(_failures(stack)), stack.stores)


def _failures(stack: TapStack) -> Iterator[GraphLine]:
    yield GraphLine("quarantined readings", processor_metric(stack.context, "ReadingsQuarantined"))
    if isinstance(stack.processor.mapping, StreamEventSource):
        given_up = stack.processor.mapping.metric("OnFailureDestinationDeliveredEventCount")
        yield GraphLine("records sent to the on-failure bucket", given_up)
    if stack.connectivity:
        rule = stack.connectivity.rule
        yield GraphLine("messages that the topic rule could not deliver", rule.action_metric("Failure", rule.action))
    for topic, messages in undelivered(stack).items():
        yield GraphLine(f"undelivered messages of {topic}", messages.metric("ApproximateNumberOfMessagesVisible"))
