"""What is watched of the way into the processor: the stream, and what its mapping gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.config import capacity
from lib.monitoring.alarms.alarm import MINUTE, Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.building.function import Function
    from lib.config import Config
    from lib.ingest.stream import Stream
    from lib.processing.event_source import StreamEventSource

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
    yield Alarm(
        name="stream-high-throughput",
        metric=stream.metric("IncomingRecords"),
        above=most_records(config, MINUTE),
        period=MINUTE,
        periods=5,
        meaning="More records come in than the stated load and its headroom: the deployment has outgrown its size.",
    )


def most_records(config: Config, seconds: int) -> float:
    """Records that the stated load and its headroom bring in that time, at one reading a record."""
    return capacity(config) * seconds


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
