"""What is watched of each part: the alarms of a deployment, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.observe.alarm import MINUTE, Alarm
from lib.observe.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.archive.firehose import Archive
    from lib.building.event_source import StreamEventSource
    from lib.building.function import Function
    from lib.config import Config
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.store.timeseries import TimeSeries

PROCESSOR_SERVICE = "processor"
MILLISECONDS = 1_000


def stream_alarms(stream: Stream, config: Config) -> Iterator[Alarm]:
    yield Alarm(
        name="stream-write-throttled",
        metric=stream.metric("WriteProvisionedThroughputExceeded"),
        above=0,
        periods=2,
        meaning="Producers are refused by the stream and must send again: more shards, or a hot partition key.",
    )
    yield Alarm(
        name="stream-read-throttled",
        metric=stream.metric("ReadProvisionedThroughputExceeded"),
        above=0,
        periods=3,
        meaning="The stream's readers compete: five reads a second and shard are shared by all consumers.",
    )
    yield Alarm(
        name="stream-iterator-age",
        metric=stream.metric("GetRecords.IteratorAgeMilliseconds", "Maximum"),
        above=config.alarms.iterator_age_seconds * MILLISECONDS,
        period=MINUTE,
        periods=5,
        meaning="A consumer falls behind the stream; at the end of the retention unread records are gone.",
    )


def function_alarms(name: str, function: Function, config: Config) -> Iterator[Alarm]:
    limit = function.timeout_seconds * MILLISECONDS * config.alarms.duration_percent / 100
    yield Alarm(
        name=f"{name}-errors",
        metric=function.metric("Errors"),
        above=0,
        meaning=f"The {name} function failed as a whole; its log group says why.",
    )
    yield Alarm(
        name=f"{name}-throttles",
        metric=function.metric("Throttles"),
        above=0,
        meaning=f"Lambda refused to run {name}: the account's or the function's concurrency is used up.",
    )
    yield Alarm(
        name=f"{name}-duration",
        metric=function.metric("Duration", "Maximum"),
        above=limit,
        meaning=f"A run of {name} came near its timeout ({function.timeout_seconds} s); past it, work is repeated.",
    )


def delivery_alarms(mapping: StreamEventSource, processor: Function) -> Iterator[Alarm]:
    yield Alarm(
        name="records-given-up",
        metric=mapping.metric("OnFailureDestinationDeliveredEventCount"),
        above=0,
        meaning="Records failed all their retries and lie whole in the on-failure bucket, not in the stores.",
    )
    yield Alarm(
        name="records-dropped",
        metric=mapping.metric("DroppedEventCount"),
        above=0,
        meaning="Records were dropped because of their age or retries and reached no destination.",
    )
    yield Alarm(
        name="on-failure-undelivered",
        metric=processor.metric("DestinationDeliveryFailures"),
        above=0,
        meaning="The on-failure bucket could not be written: look at the processor role's rights to bucket and key.",
    )


def processing_alarms(context: Context) -> Iterator[Alarm]:
    yield Alarm(
        name="quarantine",
        metric=processor_metric(context, "ReadingsQuarantined"),
        above=0,
        meaning="Readings could not be accepted; each lies with its reason in the quarantine bucket.",
    )
    yield Alarm(
        name="unsigned-alerts",
        metric=processor_metric(context, "UnsignedAlerts"),
        above=0,
        meaning="Alerts went out without a signature: the signing secret has no value, so its rotation failed.",
    )


def archive_alarms(archive: Archive, config: Config) -> Iterator[Alarm]:
    yield Alarm(
        name="archive-freshness",
        metric=archive.metric("DeliveryToS3.DataFreshness", "Maximum"),
        above=config.alarms.freshness_seconds,
        meaning="Firehose holds records older than it should: delivery to the raw bucket is stuck.",
    )
    yield Alarm(
        name="archive-delivery",
        metric=archive.metric("DeliveryToS3.Success", "Average"),
        below=1,
        meaning="Firehose could not write to the raw bucket; its log group and the prefix errors/ say why.",
    )


def timeseries_alarms(series: TimeSeries) -> Iterator[Alarm]:
    yield Alarm(
        name="timestream-late-rejected",
        metric=series.metric("MagneticStoreRejectedRecordCount"),
        above=0,
        meaning="Late readings were refused after the write had been answered; see the quarantine bucket.",
    )


def processor_metric(context: Context, name: str, statistic: str = "Sum") -> Metric:
    """A metric that the processor publishes itself."""
    dimensions = {"Environment": context.suffix, "service": PROCESSOR_SERVICE}
    return Metric(context.config.metrics_namespace, name, dimensions, statistic)
