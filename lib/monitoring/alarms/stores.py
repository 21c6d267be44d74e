"""What is watched of the stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.metric import Metric
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.store.table import Table
    from lib.store.timeseries import TimeSeries


def table_alarms(name: str, table: Table) -> Iterator[Alarm]:
    """Those of the table, and those of its index, which counts for itself."""
    yield _throttled(f"{name}-table-throttled", table.metric("WriteThrottleEvents"), f"Writes to the {name} table")
    yield _throttled(f"{name}-table-reads-throttled", table.metric("ReadThrottleEvents"), f"Reads of the {name} table")
    index = table.index
    if index is None:
        return
    whose = f"the index {index.name} of the {name} table"
    writes, reads = (table.index_metric(index, f"{way}ThrottleEvents") for way in ("Write", "Read"))
    yield _throttled(f"{name}-index-throttled", writes, f"Writes to {whose}, and soon those to the table itself,")
    yield _throttled(f"{name}-index-reads-throttled", reads, f"Reads of {whose}")


def _throttled(name: str, metric: Metric, what: str) -> Alarm:
    return Alarm(
        name=name,
        metric=metric,
        above=0,
        periods=2,
        entry="table-throttled",
        meaning=f"{what} are throttled: a hot key, or load that grew faster than the table.",
    )


def timeseries_alarms(series: TimeSeries) -> Iterator[Alarm]:
    rejected = late_rejections(series)
    yield Alarm(
        name="timestream-late-rejected",
        metric=rejected["readings"],
        above=0,
        meaning="Late readings were refused after the write had been answered; see the quarantine bucket.",
    )
    if "hourly" in rejected:
        yield Alarm(
            name="timestream-hourly-rejected",
            metric=rejected["hourly"],
            above=0,
            entry="timestream-late-rejected",
            meaning="Hourly aggregates were refused after the query had written them; see the quarantine bucket.",
        )


def late_rejections(series: TimeSeries) -> dict[str, Metric]:
    """What the magnetic store refused after the answer, by table."""
    name = "MagneticStoreRejectedRecordCount"
    found = {"readings": series.metric(name)}
    if series.aggregates:
        dimensions = {"DatabaseName": series.database, "TableName": series.aggregates.table}
        found["hourly"] = Metric("AWS/Timestream", name, dimensions, "Sum")
    return found
