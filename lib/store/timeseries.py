"""Timestream: the history of every sensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.timestreamwrite_database import TimestreamwriteDatabase
from cdktf_cdktf_provider_aws.timestreamwrite_table import (
    TimestreamwriteTable,
    TimestreamwriteTableMagneticStoreWriteProperties,
    TimestreamwriteTableMagneticStoreWritePropertiesMagneticStoreRejectedDataLocation,
    TimestreamwriteTableRetentionProperties,
)
from cdktf_cdktf_provider_aws.timestreamwrite_table import (
    TimestreamwriteTableMagneticStoreWritePropertiesMagneticStoreRejectedDataLocationS3Configuration as RejectedToS3,
)
from constructs import Construct

from lib.building.iam import Statement
from lib.observe.metric import Metric

if TYPE_CHECKING:
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key
    from lib.store.bucket import Bucket

REJECTED_PREFIX = "timestream-rejected"


class TimeSeries(Construct):
    """A database and table that also take late readings, into the magnetic store.

    What the magnetic store refuses later, after the write was answered, lands in the quarantine bucket.
    """

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key, quarantine: Bucket) -> None:
        super().__init__(scope, id_)
        settings = context.config.timestream
        database = TimestreamwriteDatabase(
            self, "database", database_name=context.naming.name("history"), kms_key_id=key.arn
        )
        configuration = RejectedToS3(
            bucket_name=quarantine.name,
            object_key_prefix=REJECTED_PREFIX,
            encryption_option="SSE_KMS",
            kms_key_id=key.arn,
        )
        location = TimestreamwriteTableMagneticStoreWritePropertiesMagneticStoreRejectedDataLocation(
            s3_configuration=configuration
        )
        table = TimestreamwriteTable(
            self,
            "table",
            database_name=database.database_name,
            table_name=context.naming.name("readings"),
            retention_properties=TimestreamwriteTableRetentionProperties(
                memory_store_retention_period_in_hours=settings.memory_hours,
                magnetic_store_retention_period_in_days=settings.magnetic_days,
            ),
            magnetic_store_write_properties=TimestreamwriteTableMagneticStoreWriteProperties(
                enable_magnetic_store_writes=True, magnetic_store_rejected_data_location=location
            ),
        )
        self.database = database.database_name
        self.table = table.table_name
        self._table_arn = table.arn

    def grant_write(self, role: Role) -> None:
        role.allow(
            "write-timeseries",
            Statement(actions=("timestream:WriteRecords",), resources=(self._table_arn,)),
            Statement(
                actions=("timestream:DescribeEndpoints",),
                resources=("*",),
                star_reason="endpoint discovery is asked of the service, not of a table, and takes no resource",
            ),
        )

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        """A metric of the table; rejections in the magnetic store carry no operation."""
        return Metric("AWS/Timestream", name, {"DatabaseName": self.database, "TableName": self.table}, statistic)
