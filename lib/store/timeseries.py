"""Timestream: the history of every sensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.timestreamwrite_database import TimestreamwriteDatabase
from constructs import Construct

from lib.building.iam import Statement
from lib.building.metric import Metric
from lib.monitoring.alarms.stores import timeseries_alarm
from lib.monitoring.dashboard.stores import timeseries_row
from lib.part import Need, PartDescription
from lib.store.history_table import history_table
from lib.usage import Amount, Traffic, Use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.iam import Role
    from lib.store.store import StoreSite

RECORD_BYTES, MEASURE_BYTES = 54, 16
"""Sizes for `ops cost`: of a record's time, measure name and dimensions, and of each measure in it (Timestream guide,
Metering and cost optimization). AWS announced in July 2022 that names no longer count, so this is the upper limit."""
FIND_ENDPOINTS = Statement(
    actions=("timestream:DescribeEndpoints",),
    resources=("*",),
    star_reason="endpoint discovery is a request to the service, not to a table, and takes no resource",
)


class TimeSeries(Construct):
    """A database with the table of readings. `lib.processing.hourly_aggregates` adds the table of aggregates."""

    def __init__(self, site: StoreSite) -> None:
        super().__init__(site.scope, "timeseries")
        context, key = site.context, site.key
        self._multi_measure = context.config.timestream.multi_measure
        database = TimestreamwriteDatabase(
            self, "database", database_name=context.naming.name("history"), kms_key_id=key.arn
        )
        table = history_table(
            self,
            "table",
            name="readings",
            database=database.database_name,
            context=context,
            key=key,
            quarantine=site.quarantine,
        )
        self.database = database.database_name
        self.table = table.table_name
        self.table_arn = table.arn

    def settings(self) -> Mapping[str, object]:
        return {
            "timestream_database": self.database,
            "timestream_table": self.table,
            "timestream_multi_measure": self._multi_measure,
        }

    def grant_write(self, role: Role) -> None:
        role.allow(
            "write-timeseries",
            Statement(actions=("timestream:WriteRecords",), resources=(self.table_arn,)),
            FIND_ENDPOINTS,
        )

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        """A metric of the table; rejections in the magnetic store carry no operation."""
        return Metric("AWS/Timestream", name, {"DatabaseName": self.database, "TableName": self.table}, statistic)

    def write_latency(self, statistic: str) -> Metric:
        """Milliseconds that a write takes, or with ``SampleCount`` the number of writes."""
        dimensions = {"DatabaseName": self.database, "TableName": self.table, "Operation": "WriteRecords"}
        return Metric("AWS/Timestream", "SuccessfulRequestLatency", dimensions, statistic)

    def describe(self) -> PartDescription:
        return PartDescription(
            alarms=[timeseries_alarm(self)],
            rows=[timeseries_row(self)],
            outputs={"timestream_database": self.database, "timestream_table": self.table},
            needs=[Need("timestream")],
            uses=[Use(of=f"{self.node.path}/table", kind="writes", amount=self._records)],
        )

    def _records(self, traffic: Traffic) -> Amount:
        """One record per reading, or with several measures one per message; `ops cost` knows how many share a write."""
        if self._multi_measure:
            size = RECORD_BYTES + MEASURE_BYTES * traffic.readings_per_message
            return Amount(per_second=traffic.messages, size=size)
        return Amount(per_second=traffic.readings, size=RECORD_BYTES + MEASURE_BYTES)


def build_store(site: StoreSite) -> TimeSeries | None:
    return TimeSeries(site) if site.context.config.timestream.enabled else None
