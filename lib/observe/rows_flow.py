"""Rows of what moves readings: devices, stream, queues and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.config import capacity
from lib.observe.metric import scaled
from lib.observe.own import own_metric, processor_metric
from lib.observe.watch_queue import QUEUE_AGE_SECONDS
from lib.observe.widgets import A_MINUTE, PERIOD_SECONDS, Graph, Line, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.event_source import StreamEventSource
    from lib.building.function import Function
    from lib.config import Config
    from lib.context import Context
    from lib.devices.connectivity import Connectivity
    from lib.ingest.queue import Queue
    from lib.ingest.stream import Stream
    from lib.observe.metric import Expression


def readings_row(context: Context) -> Row:
    def line(label: str, name: str, *, right: bool = False) -> Line:
        return Line(label, processor_metric(context, name), right)

    return Row(
        "Readings",
        (
            Graph(title="Processed", left=A_MINUTE, lines=(line("processed", "ReadingsProcessed"),)),
            Graph(
                title="Quarantined and repeated",
                left=A_MINUTE,
                lines=(line("quarantined", "ReadingsQuarantined"), line("repeated", "DuplicateReadings")),
            ),
            Graph(
                title="Anomalies and alerts",
                left="anomalies a minute",
                right="alerts a minute",
                lines=(line("anomalies", "AnomaliesDetected"), line("alerts", "AlertsPublished", right=True)),
            ),
        ),
    )


def devices_row(context: Context, connectivity: Connectivity) -> Row:
    rule, hook = connectivity.rule, "provisioning-hook"
    messages = (
        Line("matched", rule.metric("TopicMatch")),
        Line("not parsed", rule.metric("ParseError")),
        Line("throttled", rule.metric("RuleMessageThrottled")),
    )
    actions = (
        Line("delivered", rule.action_metric("Success", rule.action)),
        Line("failed, kept", rule.action_metric("Failure", rule.action)),
        Line("failed, lost", rule.action_metric("ErrorActionFailure", "S3")),
    )
    people = (
        Line("provisioned", own_metric(context, hook, "ProvisioningAllowed")),
        Line("refused", own_metric(context, hook, "ProvisioningRefused")),
        Line("fallen silent", own_metric(context, "presence", "DevicesOffline")),
    )
    return Row(
        "Devices",
        (
            Graph(title="Messages at the rule", left=A_MINUTE, lines=messages),
            Graph(title="Delivered by the rule", left=A_MINUTE, lines=actions),
            Graph(title="Provisioned, refused, fallen silent", left=A_MINUTE, lines=people),
        ),
    )


def stream_row(stream: Stream, mapping: StreamEventSource, config: Config) -> Row:
    written = (Line("written", stream.metric("IncomingRecords")),)
    throttled = (
        Line("writes", stream.metric("WriteProvisionedThroughputExceeded")),
        Line("reads", stream.metric("ReadProvisionedThroughputExceeded")),
    )
    read = (
        Line("by all consumers", stream.metric("GetRecords.Records")),
        Line("by the processor", mapping.metric("PolledEventCount")),
        Line("failed, tried again", mapping.metric("FailedInvokeEventCount")),
        Line("given up", mapping.metric("OnFailureDestinationDeliveredEventCount")),
        Line("dropped", mapping.metric("DroppedEventCount")),
    )
    most, oldest = capacity(config) * PERIOD_SECONDS, config.alarms.iterator_age_seconds
    return Row(
        "Stream",
        (
            Graph(title="Records written", left=A_MINUTE, lines=written, limit=most),
            Graph(
                title="Age of the oldest unread",
                left="seconds",
                lines=(Line("oldest", oldest_unread(stream)),),
                limit=oldest,
            ),
            Graph(title="Throttled", left=A_MINUTE, lines=throttled),
            Graph(title="Records read", left=A_MINUTE, lines=read),
        ),
    )


def oldest_unread(stream: Stream) -> Expression:
    """In seconds, of all consumers."""
    return scaled(stream.metric("GetRecords.IteratorAgeMilliseconds", "Maximum"), 0.001)


def queue_row(name: str, queue: Queue) -> Row:
    def count(label: str, name: str, statistic: str) -> Line:
        return Line(label, queue.metric(name, statistic))

    dead = queue.dead_letters_metric("ApproximateNumberOfMessagesVisible", "Maximum")
    moved = (count("sent", "NumberOfMessagesSent", "Sum"), count("done", "NumberOfMessagesDeleted", "Sum"))
    standing = (
        count("waiting", "ApproximateNumberOfMessagesVisible", "Maximum"),
        count("in work", "ApproximateNumberOfMessagesNotVisible", "Maximum"),
    )
    age = (count("oldest", "ApproximateAgeOfOldestMessage", "Maximum"),)
    return Row(
        f"Queue `{name}`",
        (
            Graph(title="Messages", left=A_MINUTE, lines=moved),
            Graph(title="Waiting", left="messages", lines=standing),
            Graph(title="Age of the oldest", left="seconds", lines=age, limit=QUEUE_AGE_SECONDS),
            Graph(title="Dead letters", left="messages", lines=(Line("waiting", dead),), limit=0),
        ),
    )


def functions_row(functions: Mapping[str, Function], config: Config) -> Row:
    def each(metric: str) -> tuple[Line, ...]:
        return tuple(Line(name, function.metric(metric)) for name, function in functions.items())

    longest = tuple(
        Line(name, scaled(function.metric("Duration", "Maximum"), 0.1 / function.timeout_seconds))
        for name, function in functions.items()
    )
    return Row(
        "Functions",
        (
            Graph(title="Runs", left=A_MINUTE, lines=each("Invocations")),
            Graph(title="Failed runs", left=A_MINUTE, lines=each("Errors")),
            Graph(title="Refused runs (throttles)", left=A_MINUTE, lines=each("Throttles")),
            Graph(
                title="Longest run",
                left="% of its timeout",
                lines=longest,
                limit=config.alarms.duration_percent,
            ),
        ),
    )
