"""The dashboard's rows, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.observe.dashboard import Graph, Row
from lib.observe.watch import processor_metric

if TYPE_CHECKING:
    from lib.archive.firehose import Archive
    from lib.building.event_source import StreamEventSource
    from lib.building.function import Function
    from lib.context import Context
    from lib.ingest.stream import Stream


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
