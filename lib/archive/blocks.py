"""Longer blocks of a delivery stream's definition. Deeper levels are dicts in the form that jsii reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.kinesis_firehose_delivery_stream import (
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDynamicPartitioningConfiguration,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorsParameters,
)

if TYPE_CHECKING:
    from lib.archive.table import CatalogTable
    from lib.building.function import Function
    from lib.building.iam import Role

TRANSFORM_MB = "0.2"
"""Firehose's smallest buffer for the function.

A message with many measures grows about tenfold as single readings, plus a third as base64. A response may have 6 MB.
"""


def a_line_each() -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration:
    """Append a newline to each record. Firehose joins records without a separator, which no SQL engine can read."""
    return _processing("AppendDelimiterToRecord", Delimiter="\\n")


def through(function: Function) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration:
    """Transform each record by the function. Defaults are left out, because the provider does not read them back."""
    return _processing("Lambda", LambdaArn=function.arn, BufferSizeInMBs=TRANSFORM_MB)


def rows_of(
    table: CatalogTable, role: Role
) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration:
    """Convert JSON documents, several per record, to Parquet rows of the table. ``role`` reads its columns."""
    return KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration(
        enabled=True,
        input_format_configuration={"deserializer": {"open_x_json_ser_de": {}}},
        output_format_configuration={"serializer": {"parquet_ser_de": {"compression": "SNAPPY"}}},
        schema_configuration={"database_name": table.database, "table_name": table.name, "role_arn": role.arn},
    )


def partitioned(
    enabled: bool,
) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDynamicPartitioningConfiguration:
    """Return the block, also when it is off: adding it later would replace the delivery."""
    return KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDynamicPartitioningConfiguration(enabled=enabled)


def _processing(
    processor: str, **parameters: str
) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration:
    return KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration(
        enabled=True,
        processors=[
            KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors(
                type=processor,
                parameters=[
                    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorsParameters(
                        parameter_name=name, parameter_value=value
                    )
                    for name, value in parameters.items()
                ],
            )
        ],
    )
