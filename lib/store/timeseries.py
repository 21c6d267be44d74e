"""Timestream: the history of every sensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.timestreamwrite_database import TimestreamwriteDatabase
from constructs import Construct

from lib.building.iam import Statement
from lib.building.metric import Metric
from lib.store.aggregates import FINDING_ENDPOINTS, AggregateSource, HourlyAggregates
from lib.store.history_table import history_table

if TYPE_CHECKING:
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key
    from lib.store.bucket import Bucket


class TimeSeries(Construct):
    """A database with the table of readings and, if asked, one of their hourly aggregates."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key, quarantine: Bucket) -> None:
        super().__init__(scope, id_)
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
            quarantine=quarantine,
        )
        self.database = database.database_name
        self.table = table.table_name
        self._table_arn = table.arn
        self.aggregates: HourlyAggregates | None = None
        if context.config.timestream.hourly_aggregates:
            source = AggregateSource(self.database, self.table, table.arn)
            self.aggregates = HourlyAggregates(
                self, "hourly", context=context, key=key, source=source, quarantine=quarantine
            )

    def grant_write(self, role: Role) -> None:
        role.allow(
            "write-timeseries",
            Statement(actions=("timestream:WriteRecords",), resources=(self._table_arn,)),
            FINDING_ENDPOINTS,
        )

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        """A metric of the table; rejections in the magnetic store carry no operation."""
        return Metric("AWS/Timestream", name, {"DatabaseName": self.database, "TableName": self.table}, statistic)
