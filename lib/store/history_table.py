"""A Timestream table with the retention and late writes that all our tables have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.timestreamwrite_table import (
    TimestreamwriteTable,
    TimestreamwriteTableMagneticStoreWriteProperties,
    TimestreamwriteTableMagneticStoreWritePropertiesMagneticStoreRejectedDataLocation,
    TimestreamwriteTableRetentionProperties,
)
from cdktf_cdktf_provider_aws.timestreamwrite_table import (
    TimestreamwriteTableMagneticStoreWritePropertiesMagneticStoreRejectedDataLocationS3Configuration as RejectedToS3,
)

if TYPE_CHECKING:
    from constructs import Construct

    from lib.context import Context
    from lib.security.key import Key
    from lib.store.bucket import Bucket

REJECTED_PREFIX = "timestream-rejected"


def history_table(
    scope: Construct, id_: str, *, name: str, database: str, context: Context, key: Key, quarantine: Bucket
) -> TimestreamwriteTable:
    """A table that also accepts late records, into the magnetic store.

    Records that the magnetic store rejects after the write was acknowledged go to the quarantine bucket.
    """
    settings = context.config.timestream
    configuration = RejectedToS3(
        bucket_name=quarantine.name,
        object_key_prefix=REJECTED_PREFIX,
        encryption_option="SSE_KMS",
        kms_key_id=key.arn,
    )
    location = TimestreamwriteTableMagneticStoreWritePropertiesMagneticStoreRejectedDataLocation(
        s3_configuration=configuration
    )
    return TimestreamwriteTable(
        scope,
        id_,
        database_name=database,
        table_name=context.naming.name(name),
        retention_properties=TimestreamwriteTableRetentionProperties(
            memory_store_retention_period_in_hours=settings.memory_hours,
            magnetic_store_retention_period_in_days=settings.magnetic_days,
        ),
        magnetic_store_write_properties=TimestreamwriteTableMagneticStoreWriteProperties(
            enable_magnetic_store_writes=True, magnetic_store_rejected_data_location=location
        ),
    )
