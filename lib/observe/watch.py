"""What is watched of each part: the alarms of a deployment, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.observe.alarm import MINUTE, Alarm
from lib.observe.metric import Metric
from lib.observe.watch_devices import device_alarms
from lib.observe.watch_functions import function_alarms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.archive.firehose import Archive
    from lib.building.event_source import StreamEventSource
    from lib.building.function import Function
    from lib.config import Config
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.store.table import Table
    from lib.store.timeseries import TimeSeries
    from lib.tap_stack import TapStack

PROCESSOR_SERVICE = "processor"
MILLISECONDS = 1_000


def of_stack(stack: TapStack) -> Iterator[Alarm]:
    """The alarms of each part that the deployment has."""
    config, processor = stack.context.config, stack.processor
    yield from stream_alarms(stack.stream, config)
    yield from function_alarms("processor", processor.function, config)
    yield from function_alarms("secret-rotation", stack.alerting.secret.rotation, config)
    yield from delivery_alarms(processor.mapping, processor.function)
    yield from processing_alarms(stack.context)
    for name, table in stack.stores.tables().items():
        yield from table_alarms(name, table)
    if stack.archive:
        yield from archive_alarms(stack.archive, config)
    if stack.stores.series:
        yield from timeseries_alarms(stack.stores.series)
    if stack.connectivity:
        yield from device_alarms(stack.connectivity, config)


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
    most = context.config.alarms.anomalies_in_5_minutes
    if most is not None:
        yield Alarm(
            name="anomalies",
            metric=processor_metric(context, "AnomaliesDetected"),
            above=most,
            meaning=f"More than {most} anomalous readings within five minutes: look at the machines.",
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


def table_alarms(name: str, table: Table) -> Iterator[Alarm]:
    yield Alarm(
        name=f"{name}-table-throttled",
        metric=table.metric("WriteThrottleEvents"),
        above=0,
        periods=2,
        meaning=f"Writes to the {name} table are throttled: a hot key, or load that grew faster than the table.",
    )


def processor_metric(context: Context, name: str, statistic: str = "Sum") -> Metric:
    """A metric that the processor publishes itself."""
    return own_metric(context, PROCESSOR_SERVICE, name, statistic)


def own_metric(context: Context, service: str, name: str, statistic: str = "Sum") -> Metric:
    """A metric that one of our functions publishes itself."""
    dimensions = {"Environment": context.suffix, "service": service}
    return Metric(context.config.metrics_namespace, name, dimensions, statistic)
