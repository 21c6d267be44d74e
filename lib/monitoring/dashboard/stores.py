"""Dashboard rows of the stores: tables, Timestream, archive, lake, and failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.metric import Metric, total
from lib.monitoring.alarms.stores import late_rejections
from lib.monitoring.dashboard.widgets import DAY_SECONDS, PER_MINUTE, DashboardRow, Graph, GraphLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lib.archive.delivery import FirehoseDelivery
    from lib.archive.lake import Lake
    from lib.config import Config
    from lib.store.bucket import Bucket
    from lib.store.stores import Stores
    from lib.store.table import Table
    from lib.store.timeseries import TimeSeries


def tables_row(tables: Mapping[str, Table]) -> DashboardRow:
    def each(name: str) -> tuple[GraphLine, ...]:
        return tuple(GraphLine(label, total(_with_index(table, name))) for label, table in tables.items())

    throttled = tuple(
        GraphLine(label, total([*_with_index(table, "WriteThrottleEvents"), *_with_index(table, "ReadThrottleEvents")]))
        for label, table in tables.items()
    )
    return DashboardRow(
        "Tables and their indexes",
        (
            Graph(title="Write units", left=PER_MINUTE, lines=each("ConsumedWriteCapacityUnits")),
            Graph(title="Read units", left=PER_MINUTE, lines=each("ConsumedReadCapacityUnits")),
            Graph(title="Throttled reads and writes", left=PER_MINUTE, lines=throttled),
        ),
    )


def _with_index(table: Table, name: str) -> list[Metric]:
    of_index = [table.index_metric(table.index, name)] if table.index else []
    return [table.metric(name), *of_index]


def timeseries_row(series: TimeSeries) -> DashboardRow:
    dimensions = {"DatabaseName": series.database, "TableName": series.table, "Operation": "WriteRecords"}

    def latency(statistic: str) -> Metric:
        return Metric("AWS/Timestream", "SuccessfulRequestLatency", dimensions, statistic)

    rejected = tuple(GraphLine(table, metric) for table, metric in late_rejections(series).items())
    return DashboardRow(
        "Timestream",
        (
            Graph(title="Writes", left=PER_MINUTE, lines=(GraphLine("writes", latency("SampleCount")),)),
            Graph(
                title="Write latency",
                left="milliseconds",
                lines=(GraphLine("mean", latency("Average")), GraphLine("p99", latency("p99"))),
            ),
            Graph(title="Late records rejected after the write", left=PER_MINUTE, lines=rejected),
        ),
    )


def delivery_row(title: str, delivery: FirehoseDelivery, config: Config) -> DashboardRow:
    return DashboardRow(title, _deliveries(delivery, config))


def lake_row(lake: Lake, config: Config) -> DashboardRow:
    """Return the row: the delivery and the conversion to Parquet."""

    def line(label: str, name: str) -> GraphLine:
        return GraphLine(label, lake.delivery.metric(name, "Sum"))

    rows = (line("converted", "SucceedConversion.Records"), line("not converted", "FailedConversion.Records"))
    return DashboardRow("Lake", (*_deliveries(lake.delivery, config), Graph(title="Rows", left=PER_MINUTE, lines=rows)))


def _deliveries(delivery: FirehoseDelivery, config: Config) -> tuple[Graph, ...]:
    def line(label: str, name: str, statistic: str) -> GraphLine:
        return GraphLine(label, delivery.metric(f"DeliveryToS3.{name}", statistic))

    return (
        Graph(title="Records delivered", left=PER_MINUTE, lines=(line("delivered", "Records", "Sum"),)),
        Graph(
            title="Age of oldest undelivered record",
            left="seconds",
            lines=(line("oldest", "DataFreshness", "Maximum"),),
            limit=config.alarms.freshness_seconds,
        ),
        Graph(title="Delivery success", left="share of 1", lines=(line("successful", "Success", "Average"),)),
    )


def failures_row(lines: Sequence[GraphLine], stores: Stores) -> DashboardRow:
    """Return the row of everything an operator has to look at. ``lines`` count what arrives."""
    buckets = {"quarantine": stores.quarantine, "on-failure": stores.on_failure}
    objects = tuple(GraphLine(name, _objects(bucket)) for name, bucket in buckets.items() if bucket)
    return DashboardRow(
        "Quarantine and failures",
        (
            Graph(title="Quarantined or failed", left=PER_MINUTE, lines=tuple(lines)),
            Graph(title="Objects in the buckets (counted daily)", left="objects", lines=objects, period=DAY_SECONDS),
        ),
    )


def _objects(bucket: Bucket) -> Metric:
    dimensions = {"BucketName": bucket.name, "StorageType": "AllStorageTypes"}
    return Metric("AWS/S3", "NumberOfObjects", dimensions, "Average")
