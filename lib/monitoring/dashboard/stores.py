"""Dashboard rows of the stores: tables, Timestream, archive and lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lib.building.metric import Metric, MetricSource, total
from lib.monitoring.alarms.stores import LATE_REJECTIONS
from lib.monitoring.dashboard.widgets import PER_MINUTE, DashboardRow, Graph, GraphLine, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.config import Config
    from lib.monitoring.alarms.stores import WatchedTable

TIMESTREAM = "Timestream"


class WatchedSeries(MetricSource, Protocol):
    """A Timestream table that functions write to."""

    def write_latency(self, statistic: str) -> Metric: ...


def tables_row(tables: Mapping[str, WatchedTable]) -> DashboardRow:
    def each(name: str) -> tuple[GraphLine, ...]:
        return tuple(GraphLine(label, total(_with_index(table, name))) for label, table in tables.items())

    throttled = tuple(
        GraphLine(label, total([*_with_index(table, "WriteThrottleEvents"), *_with_index(table, "ReadThrottleEvents")]))
        for label, table in tables.items()
    )
    return DashboardRow(
        "Tables and their indexes",
        Section.STORES,
        (
            Graph(title="Write units", left=PER_MINUTE, lines=each("ConsumedWriteCapacityUnits")),
            Graph(title="Read units", left=PER_MINUTE, lines=each("ConsumedReadCapacityUnits")),
            Graph(title="Throttled reads and writes", left=PER_MINUTE, lines=throttled),
        ),
    )


def _with_index(table: WatchedTable, name: str) -> list[Metric]:
    of_index = [table.index_metric(name)] if table.index_name else []
    return [table.metric(name), *of_index]


def timeseries_row(series: WatchedSeries) -> DashboardRow:
    latency = series.write_latency
    return DashboardRow(
        TIMESTREAM,
        Section.STORES,
        (
            Graph(title="Writes", left=PER_MINUTE, lines=(GraphLine("writes", latency("SampleCount")),)),
            Graph(
                title="Write latency",
                left="milliseconds",
                lines=(GraphLine("mean", latency("Average")), GraphLine("p99", latency("p99"))),
            ),
            _rejected("readings", series),
        ),
    )


def aggregates_row(aggregates: MetricSource) -> DashboardRow:
    """Return what the table of hourly aggregates adds to the row of Timestream."""
    return DashboardRow(TIMESTREAM, Section.STORES, (_rejected("hourly", aggregates),))


def _rejected(label: str, table: MetricSource) -> Graph:
    lines = (GraphLine(label, table.metric(LATE_REJECTIONS)),)
    return Graph(title="Late records rejected after the write", left=PER_MINUTE, lines=lines)


def delivery_row(title: str, delivery: MetricSource, config: Config) -> DashboardRow:
    return DashboardRow(title, Section.ARCHIVES, _deliveries(delivery, config))


def lake_row(delivery: MetricSource, config: Config) -> DashboardRow:
    """Return the row: the delivery and the conversion to Parquet."""

    def line(label: str, name: str) -> GraphLine:
        return GraphLine(label, delivery.metric(name, "Sum"))

    rows = (line("converted", "SucceedConversion.Records"), line("not converted", "FailedConversion.Records"))
    graphs = (*_deliveries(delivery, config), Graph(title="Rows", left=PER_MINUTE, lines=rows))
    return DashboardRow("Lake", Section.ARCHIVES, graphs)


def _deliveries(delivery: MetricSource, config: Config) -> tuple[Graph, ...]:
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
