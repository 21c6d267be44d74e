"""Alarms of the stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lib.building.metric import Metric, MetricSource
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

LATE_REJECTIONS = "MagneticStoreRejectedRecordCount"
"""Metric of the records that Timestream's magnetic store rejected after a successful write."""


class WatchedTable(MetricSource, Protocol):
    """A table. ``index_name`` is the name of its index, empty if it has none."""

    @property
    def index_name(self) -> str: ...

    def index_metric(self, name: str, statistic: str = "Sum") -> Metric: ...


def table_alarms(name: str, table: WatchedTable) -> Iterator[Alarm]:
    """Alarms of a table and of its index, which has metrics of its own."""
    yield _throttled(f"{name}-table-throttled", table.metric("WriteThrottleEvents"), f"Writes to the table {name}")
    yield _throttled(f"{name}-table-reads-throttled", table.metric("ReadThrottleEvents"), f"Reads of the table {name}")
    if not table.index_name:
        return
    whose = f"the index {table.index_name} of the table {name}"
    writes, reads = (table.index_metric(f"{way}ThrottleEvents") for way in ("Write", "Read"))
    yield _throttled(f"{name}-index-throttled", writes, f"Writes to {whose}")
    yield _throttled(f"{name}-index-reads-throttled", reads, f"Reads of {whose}")


def _throttled(name: str, metric: Metric, what: str) -> Alarm:
    return Alarm(
        name=name,
        metric=metric,
        above=0,
        periods=2,
        entry="table-throttled",
        meaning=f"{what} are throttled. Readings and queries are delayed and retried. "
        "Look for a hot key or a jump of load in the dashboard row Tables.",
    )


def timeseries_alarm(series: MetricSource) -> Alarm:
    """``series`` is the Timestream table with the readings."""
    return Alarm(
        name="timestream-late-rejected",
        metric=series.metric(LATE_REJECTIONS),
        above=0,
        meaning="Timestream accepted late readings and rejected them afterwards. They are missing in the history. "
        "Read the rejection reports in the quarantine bucket.",
    )


def aggregates_alarm(aggregates: MetricSource) -> Alarm:
    """``aggregates`` is the Timestream table with the hourly aggregates."""
    return Alarm(
        name="timestream-hourly-rejected",
        metric=aggregates.metric(LATE_REJECTIONS),
        above=0,
        entry="timestream-late-rejected",
        meaning="Timestream accepted hourly aggregates and rejected them afterwards. They are missing in the "
        "history. Read the rejection reports in the quarantine bucket.",
    )
