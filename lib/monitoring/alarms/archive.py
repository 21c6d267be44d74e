"""What is watched of the deliveries into the archive and the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.archive.delivery import FirehoseDelivery
    from lib.archive.lake import Lake
    from lib.config import Config
    from lib.context import Context

TRANSFORM_SERVICE = "archive-transform"


def firehose_alarms(name: str, delivery: FirehoseDelivery, config: Config) -> Iterator[Alarm]:
    """``name`` is the bucket's for people: archive or lake."""
    yield Alarm(
        name=f"{name}-freshness",
        metric=delivery.metric("DeliveryToS3.DataFreshness", "Maximum"),
        above=config.alarms.freshness_seconds,
        entry="delivery-freshness",
        meaning=f"Firehose holds records longer than it should: delivery to the {name} is stuck.",
    )
    yield Alarm(
        name=f"{name}-delivery",
        metric=delivery.metric("DeliveryToS3.Success", "Average"),
        below=1,
        entry="delivery-failed",
        meaning=f"Firehose could not write to the bucket of the {name}; its log group says why.",
    )


def lake_alarms(lake: Lake, context: Context) -> Iterator[Alarm]:
    """Of the lake's own steps: the transformation into rows, their conversion to Parquet, and the partitions."""
    yield from firehose_alarms("lake", lake.delivery, context.config)
    yield Alarm(
        name="lake-transform",
        metric=lake.delivery.metric("ExecuteProcessing.Success", "Average"),
        below=1,
        meaning="Firehose could not have the lake's records transformed; whole buffers end under errors/ in the lake.",
    )
    yield Alarm(
        name="lake-refused",
        metric=own_metric(context, TRANSFORM_SERVICE, "RecordsRefused"),
        above=0,
        meaning="Records that could not become rows lie whole under errors/processing-failed/ in the lake.",
    )
    yield Alarm(
        name="lake-conversion",
        metric=lake.delivery.metric("FailedConversion.Records", "Sum"),
        above=0,
        meaning="Rows do not fit the lake's table and lie under errors/format-conversion-failed/ in the lake.",
    )
    if context.config.lake.partition_by_sensor_type:
        yield Alarm(
            name="lake-partitions",
            metric=lake.delivery.metric("PartitionCountExceeded", "Maximum"),
            above=0,
            meaning="More sensor types at once than Firehose keeps open; what is beyond lies under errors/.",
        )
