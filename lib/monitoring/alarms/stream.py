"""Alarms of the stream and of its event source mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.metric import standstill
from lib.config import throughput_limit
from lib.monitoring.alarms.alarm import MINUTE, Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.building.metric import MetricSource
    from lib.config import Config

MILLISECONDS = 1_000


def stream_alarms(stream: MetricSource, config: Config) -> Iterator[Alarm]:
    yield Alarm(
        name="stream-write-throttled",
        metric=stream.metric("WriteProvisionedThroughputExceeded"),
        above=0,
        periods=2,
        meaning="The stream throttled writes. Producers that do not retry lose these records. "
        "Compare the graph Records written with its limit.",
    )
    yield Alarm(
        name="stream-read-throttled",
        metric=stream.metric("ReadProvisionedThroughputExceeded"),
        above=0,
        periods=3,
        meaning="Consumers exceed 5 reads or 2 MiB per second per shard. They retry, so readings are late. "
        "List the consumers of the stream.",
    )
    yield _high_throughput(stream, config)


def reader_alarms(stream: MetricSource, processor: MetricSource, config: Config) -> Iterator[Alarm]:
    """Alarms of the processor as a reader of the stream. The stream's own age is that of all readers together."""
    age, hours = config.alarms.iterator_age_seconds, config.stream.retention_hours
    yield Alarm(
        name="stream-iterator-age",
        metric=processor.metric("IteratorAge", "Maximum"),
        above=age * MILLISECONDS,
        period=MINUTE,
        periods=5,
        meaning=f"The processor has been more than {age} seconds behind the stream for 5 minutes. "
        f"Unread records are lost after {hours} hours. Check the failed invocations of the processor.",
    )
    yield Alarm(
        name="stream-unread",
        metric=standstill(stream.metric("IncomingRecords"), processor.metric("Invocations")),
        above=0,
        periods=2,
        meaning="Records arrive, and the processor has not read the stream for 10 minutes. "
        f"Unread records are lost after {hours} hours. Check the state of the event source mapping.",
    )


def _high_throughput(stream: MetricSource, config: Config) -> Alarm:
    stated = config.alarms.records_per_minute
    minutes, limit = (5, "the stream should carry") if stated is None else (2, f"{stated:,} a minute")
    return Alarm(
        name="stream-high-throughput",
        metric=stream.metric("IncomingRecords"),
        above=throughput_limit(config) * MINUTE if stated is None else stated,
        period=MINUTE,
        periods=minutes,
        meaning=f"More records arrived for {minutes} minutes than {limit}. The stream may throttle "
        "writes soon. Find out in the graph Records written if the load grew slowly or suddenly.",
    )


def delivery_alarms(mapping: MetricSource, processor: MetricSource) -> Iterator[Alarm]:
    yield Alarm(
        name="records-given-up",
        metric=mapping.metric("OnFailureDestinationDeliveredEventCount"),
        above=0,
        meaning="Records failed all retries. They are in no store until you redrive them from the on-failure bucket. "
        "Show the reason with: python -m ops dlq show --source records.",
    )
    yield Alarm(
        name="records-dropped",
        metric=mapping.metric("DroppedEventCount"),
        above=0,
        meaning="Records were dropped after their maximum age or retries and reached no destination. They are in no "
        "store; only the archive has them. Look at the alarm on-failure-undelivered first.",
    )
    yield Alarm(
        name="on-failure-undelivered",
        metric=processor.metric("DestinationDeliveryFailures"),
        above=0,
        meaning="Lambda could not write failed records to the on-failure bucket. Records that stay undelivered are "
        "dropped. Check the processor role's permissions for the bucket and its key.",
    )
