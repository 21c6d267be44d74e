"""Dashboard rows of the data flow: readings, devices, stream, queues and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric, processor_metric
from lib.building.metric import Expression, MetricSource, scaled
from lib.config import throughput_limit
from lib.monitoring.alarms.queue import QUEUE_AGE_SECONDS
from lib.monitoring.dashboard.widgets import PER_MINUTE, PERIOD_SECONDS, DashboardRow, Graph, GraphLine, Number, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.function import Function
    from lib.config import Config
    from lib.context import Context
    from lib.monitoring.alarms.devices import WatchedRule
    from lib.monitoring.alarms.queue import WatchedQueue

STREAM = "Stream"
OLDEST = "Oldest waiting (s)"
"""Title of the number that shows the age of what waits in the stream and in the queues."""


def readings_row(context: Context) -> DashboardRow:
    def line(label: str, name: str, *, right: bool = False) -> GraphLine:
        return GraphLine(label, processor_metric(context, name), right)

    return DashboardRow(
        "Readings",
        Section.OVERVIEW,
        (
            Graph(title="Processed", left=PER_MINUTE, lines=(line("processed", "ReadingsProcessed"),)),
            Graph(
                title="Quarantined, duplicate and without a value",
                left=PER_MINUTE,
                lines=(
                    line("quarantined", "ReadingsQuarantined"),
                    line("duplicate", "DuplicateReadings"),
                    line("sensors without a value", "SensorOutages"),
                ),
            ),
            Graph(
                title="Anomalies and alerts",
                left="anomalies per minute",
                right="alerts per minute",
                lines=(line("anomalies", "AnomaliesDetected"), line("alerts", "AlertsPublished", right=True)),
            ),
        ),
    )


def devices_row(context: Context, rule: WatchedRule) -> DashboardRow:
    hook = "provisioning-hook"
    messages = (
        GraphLine("matched", rule.metric("TopicMatch")),
        GraphLine("not parsed", rule.metric("ParseError")),
        GraphLine("throttled", rule.metric("RuleMessageThrottled")),
    )
    actions = (
        GraphLine("delivered", rule.action_metric("Success", rule.action)),
        GraphLine("failed, kept in the on-failure bucket", rule.action_metric("Failure", rule.action)),
        GraphLine("lost", rule.action_metric("ErrorActionFailure", "S3")),
    )
    registrations = (
        GraphLine("provisioned", own_metric(context, hook, "ProvisioningAllowed")),
        GraphLine("refused", own_metric(context, hook, "ProvisioningRefused")),
        GraphLine("offline", own_metric(context, "presence", "DevicesOffline")),
    )
    return DashboardRow(
        "Devices",
        Section.ENTRYPOINTS,
        (
            Graph(title="Messages at the topic rule", left=PER_MINUTE, lines=messages),
            Graph(title="Deliveries by the topic rule", left=PER_MINUTE, lines=actions),
            Graph(title="Provisioned, refused, offline", left=PER_MINUTE, lines=registrations),
        ),
    )


def stream_row(stream: MetricSource, config: Config) -> DashboardRow:
    """Return the row of what the stream receives and holds; `stream_readers_row` adds what is read from it."""
    written = (GraphLine("written", stream.metric("IncomingRecords")),)
    throttled = (
        GraphLine("writes", stream.metric("WriteProvisionedThroughputExceeded")),
        GraphLine("reads", stream.metric("ReadProvisionedThroughputExceeded")),
    )
    most, oldest = throughput_limit(config) * PERIOD_SECONDS, config.alarms.iterator_age_seconds
    return DashboardRow(
        STREAM,
        Section.TRANSPORT,
        (
            Graph(title="Records written", left=PER_MINUTE, lines=written, limit=most),
            Graph(
                title="Age of oldest unread record",
                left="seconds",
                lines=(GraphLine("oldest", oldest_unread(stream)),),
                limit=oldest,
            ),
            Graph(title="Throttled", left=PER_MINUTE, lines=throttled),
        ),
    )


def stream_readers_row(stream: MetricSource, mapping: MetricSource) -> DashboardRow:
    """Return the part of the row that shows what is read; ``mapping`` feeds the stream to the processor."""
    read = (
        GraphLine("by all consumers", stream.metric("GetRecords.Records")),
        GraphLine("by the processor", mapping.metric("PolledEventCount")),
        GraphLine("failed, retried", mapping.metric("FailedInvokeEventCount")),
        GraphLine("sent to the on-failure bucket", mapping.metric("OnFailureDestinationDeliveredEventCount")),
        GraphLine("dropped", mapping.metric("DroppedEventCount")),
    )
    return DashboardRow(STREAM, Section.TRANSPORT, (Graph(title="Records read", left=PER_MINUTE, lines=read),))


def stream_age(stream: MetricSource) -> Number:
    return Number(OLDEST, (GraphLine("stream", oldest_unread(stream)),))


def oldest_unread(stream: MetricSource) -> Expression:
    """Return the age of the oldest unread record of all consumers, in seconds."""
    return scaled(stream.metric("GetRecords.IteratorAgeMilliseconds", "Maximum"), 0.001)


def queue_row(name: str, queue: WatchedQueue, section: Section) -> DashboardRow:
    def count(label: str, name: str, statistic: str) -> GraphLine:
        return GraphLine(label, queue.metric(name, statistic))

    dead = queue.dead_letters_metric("ApproximateNumberOfMessagesVisible", "Maximum")
    moved = (count("sent", "NumberOfMessagesSent", "Sum"), count("processed", "NumberOfMessagesDeleted", "Sum"))
    backlog = (
        count("waiting", "ApproximateNumberOfMessagesVisible", "Maximum"),
        count("in flight", "ApproximateNumberOfMessagesNotVisible", "Maximum"),
    )
    age = (count("oldest", "ApproximateAgeOfOldestMessage", "Maximum"),)
    return DashboardRow(
        f"Queue `{name}`",
        section,
        (
            Graph(title="Messages", left=PER_MINUTE, lines=moved),
            Graph(title="Backlog", left="messages", lines=backlog),
            Graph(title="Age of oldest message", left="seconds", lines=age, limit=QUEUE_AGE_SECONDS),
            Graph(title="Dead-letter queue", left="messages", lines=(GraphLine("waiting", dead),), limit=0),
        ),
    )


def functions_row(functions: Mapping[str, Function], config: Config) -> DashboardRow:
    def each(metric: str) -> tuple[GraphLine, ...]:
        return tuple(GraphLine(name, function.metric(metric)) for name, function in functions.items())

    longest = tuple(
        GraphLine(name, scaled(function.metric("Duration", "Maximum"), 0.1 / function.timeout_seconds))
        for name, function in functions.items()
    )
    return DashboardRow(
        "Functions",
        Section.FUNCTIONS,
        (
            Graph(title="Invocations", left=PER_MINUTE, lines=each("Invocations")),
            Graph(title="Failed invocations", left=PER_MINUTE, lines=each("Errors")),
            Graph(title="Throttled invocations", left=PER_MINUTE, lines=each("Throttles")),
            Graph(
                title="Longest invocation",
                left="% of the timeout",
                lines=longest,
                limit=config.alarms.duration_percent,
            ),
        ),
    )
