"""The dashboard's rows, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.observe.dashboard import Graph, Row
from lib.observe.watch import own_metric, processor_metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lib.archive.firehose import Archive
    from lib.building.event_source import StreamEventSource
    from lib.building.function import Function
    from lib.context import Context
    from lib.devices.connectivity import Connectivity
    from lib.ingest.stream import Stream
    from lib.store.table import Table
    from lib.tap_stack import TapStack


def of_stack(stack: TapStack) -> Iterator[Row]:
    """A row for each part that the deployment has."""
    yield readings_row(stack.context)
    if stack.connectivity:
        yield devices_row(stack.context, stack.connectivity)
    yield stream_row(stack.stream)
    yield function_row("Processor", stack.processor.function, stack.processor.mapping)
    if stack.stores.tables():
        yield tables_row(stack.stores.tables())
    if stack.archive:
        yield archive_row(stack.archive)
    yield function_row("Secret rotation", stack.alerting.secret.rotation)


def readings_row(context: Context) -> Row:
    def graph(title: str, *names: str) -> Graph:
        return Graph(title, tuple(processor_metric(context, name) for name in names))

    return Row(
        "Readings",
        (
            graph("Processed", "ReadingsProcessed"),
            graph("Quarantined and repeated", "ReadingsQuarantined", "DuplicateReadings"),
            graph("Anomalies and alerts", "AnomaliesDetected", "AlertsPublished"),
        ),
    )


def stream_row(stream: Stream) -> Row:
    return Row(
        "Stream",
        (
            Graph("Records", (stream.metric("IncomingRecords"), stream.metric("GetRecords.Records"))),
            Graph(
                "Throttled",
                (
                    stream.metric("WriteProvisionedThroughputExceeded"),
                    stream.metric("ReadProvisionedThroughputExceeded"),
                ),
            ),
            Graph("Iterator age", (stream.metric("GetRecords.IteratorAgeMilliseconds", "Maximum"),)),
        ),
    )


def function_row(title: str, function: Function, mapping: StreamEventSource | None = None) -> Row:
    outcome = Graph("Runs, errors, throttles", tuple(map(function.metric, ("Invocations", "Errors", "Throttles"))))
    duration = Graph("Duration", (function.metric("Duration", "Average"), function.metric("Duration", "Maximum")))
    if mapping is None:
        return Row(title, (outcome, duration))
    events = ("PolledEventCount", "FailedInvokeEventCount", "OnFailureDestinationDeliveredEventCount")
    return Row(title, (outcome, duration, Graph("Records of the mapping", tuple(map(mapping.metric, events)))))


def archive_row(archive: Archive) -> Row:
    return Row(
        "Archive",
        (
            Graph("Records delivered", (archive.metric("DeliveryToS3.Records", "Sum"),)),
            Graph("Freshness", (archive.metric("DeliveryToS3.DataFreshness", "Maximum"),)),
            Graph("Success", (archive.metric("DeliveryToS3.Success", "Average"),)),
        ),
    )


def devices_row(context: Context, connectivity: Connectivity) -> Row:
    rule = connectivity.rule
    messages = [rule.metric("TopicMatch"), rule.metric("ParseError"), rule.metric("RuleMessageThrottled")]
    actions = [rule.action_metric("Success", rule.action), rule.action_metric("Failure", rule.action)]
    people = [
        own_metric(context, "provisioning-hook", "ProvisioningAllowed"),
        own_metric(context, "provisioning-hook", "ProvisioningRefused"),
        own_metric(context, "presence", "DevicesOffline"),
    ]
    return Row(
        "Devices",
        (
            Graph("Messages at the rule", tuple(messages)),
            Graph("Delivered by the rule", tuple(actions)),
            Graph("Provisioned, refused, fallen silent", tuple(people)),
        ),
    )


def tables_row(tables: Mapping[str, Table]) -> Row:
    units = tuple(table.metric("ConsumedWriteCapacityUnits") for table in tables.values())
    throttled = tuple(table.metric("WriteThrottleEvents") for table in tables.values())
    return Row("Tables", (Graph("Write units", units), Graph("Throttled writes", throttled)))
