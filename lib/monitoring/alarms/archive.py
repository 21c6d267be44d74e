"""Alarms of the deliveries into the archive and the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric
from lib.building.metric import standstill
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.building.metric import MetricSource
    from lib.config import Config
    from lib.context import Context

LONGEST_BUFFER_SECONDS = 900
"""How long Firehose may keep a buffer (CreateDeliveryStream, BufferingHints): less is no standstill."""
TRANSFORM_SERVICE = "archive-transform"


def firehose_alarms(name: str, delivery: MetricSource, stream: MetricSource, config: Config) -> Iterator[Alarm]:
    """Alarms of one delivery of the stream. ``name`` is archive or lake."""
    limit = config.alarms.freshness_seconds
    yield Alarm(
        name=f"{name}-freshness",
        metric=delivery.metric("DeliveryToS3.DataFreshness", "Maximum"),
        above=limit,
        entry="delivery-freshness",
        meaning=f"Firehose has held a record for the {name} for more than {limit} seconds. "
        "Undelivered records are lost at the end of the stream's retention. Read the log group of the delivery.",
    )
    yield Alarm(
        name=f"{name}-delivery",
        metric=delivery.metric("DeliveryToS3.Success", "Average"),
        below=1,
        entry="delivery-failed",
        meaning=f"Firehose could not write to the {name} bucket. It retries until the stream's retention ends; "
        "then the records are lost. Read the log group of the delivery.",
    )
    yield Alarm(
        name=f"{name}-stopped",
        metric=standstill(stream.metric("IncomingRecords"), delivery.metric("DeliveryToS3.Records")),
        above=0,
        period=LONGEST_BUFFER_SECONDS,
        periods=2,
        entry="delivery-stopped",
        meaning=f"Records arrive, and Firehose has delivered none to the {name} for 30 minutes. Unread records are "
        f"lost after {config.stream.retention_hours} hours. Read the log group of the delivery.",
    )


def lake_alarms(delivery: MetricSource, stream: MetricSource, context: Context) -> Iterator[Alarm]:
    """Alarms of the lake's delivery: transformation into rows, conversion to Parquet, partitions."""
    yield from firehose_alarms("lake", delivery, stream, context.config)
    yield Alarm(
        name="lake-transform",
        metric=delivery.metric("ExecuteProcessing.Success", "Average"),
        below=1,
        meaning="Firehose could not transform records for the lake. SQL over readings does not find them; "
        "whole buffers are kept under errors/processing-failed/. Read the log of archive-transform.",
    )
    yield Alarm(
        name="lake-refused",
        metric=own_metric(context, TRANSFORM_SERVICE, "RecordsRefused"),
        above=0,
        meaning="Records could not be converted into rows. They are missing in the lake and are kept under "
        "errors/processing-failed/. Look at the alarm quarantine first.",
    )
    yield Alarm(
        name="lake-conversion",
        metric=delivery.metric("FailedConversion.Records", "Sum"),
        above=0,
        meaning="Rows do not fit the schema of the lake's table. They are missing in the lake and are kept under "
        "errors/format-conversion-failed/. Read lastErrorMessage in the newest object there.",
    )
    if context.config.lake.partition_by_sensor_type:
        yield Alarm(
            name="lake-partitions",
            metric=delivery.metric("PartitionCountExceeded", "Maximum"),
            above=0,
            meaning="More sensor types arrived in one buffer than Firehose can partition. The records beyond the "
            "limit are missing in the lake and are kept under errors/. List the sensor types in the lake.",
        )
