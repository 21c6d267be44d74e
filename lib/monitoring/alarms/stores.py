"""Alarms of the stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.metric import Metric
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.store.table import Table
    from lib.store.timeseries import TimeSeries


def table_alarms(name: str, table: Table) -> Iterator[Alarm]:
    """Alarms of a table and of its index, which has metrics of its own."""
    yield _throttled(f"{name}-table-throttled", table.metric("WriteThrottleEvents"), f"Writes to the table {name}")
    yield _throttled(f"{name}-table-reads-throttled", table.metric("ReadThrottleEvents"), f"Reads of the table {name}")
    index = table.index
    if index is None:
        return
    whose = f"the index {index.name} of the table {name}"
    writes, reads = (table.index_metric(index, f"{way}ThrottleEvents") for way in ("Write", "Read"))
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


def timeseries_alarms(series: TimeSeries) -> Iterator[Alarm]:
    rejected = late_rejections(series)
    yield Alarm(
        name="timestream-late-rejected",
        metric=rejected["readings"],
        above=0,
        meaning="Timestream accepted late readings and rejected them afterwards. They are missing in the history. "
        "Read the rejection reports in the quarantine bucket.",
    )
    if "hourly" in rejected:
        yield Alarm(
            name="timestream-hourly-rejected",
            metric=rejected["hourly"],
            above=0,
            entry="timestream-late-rejected",
            meaning="Timestream accepted hourly aggregates and rejected them afterwards. They are missing in the "
            "history. Read the rejection reports in the quarantine bucket.",
        )


def late_rejections(series: TimeSeries) -> dict[str, Metric]:
    """Return, by table, the count of records that the magnetic store rejected after a successful write."""
    name = "MagneticStoreRejectedRecordCount"
    found = {"readings": series.metric(name)}
    if series.aggregates:
        dimensions = {"DatabaseName": series.database, "TableName": series.aggregates.table}
        found["hourly"] = Metric("AWS/Timestream", name, dimensions, "Sum")
    return found
