"""The longer blocks of a delivery stream's definition. What nests deeper than one block is written as jsii reads it."""

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
"""What Firehose hands to the function at once, its least. A message with many measures grows about tenfold as readings
of their own, by a third more as base64, and an answer has 6 MB."""


def a_line_each() -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration:
    """Firehose glues records together; without this no SQL engine could read the objects."""
    return _processing("AppendDelimiterToRecord", Delimiter="\\n")


def through(function: Function) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration:
    """Each record is answered by the function. What has its default is left out: the provider does not read it back."""
    return _processing("Lambda", LambdaArn=function.arn, BufferSizeInMBs=TRANSFORM_MB)


def rows_of(
    table: CatalogTable, role: Role
) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration:
    """JSON documents, several a record, become Parquet rows of the table; ``role`` looks its columns up."""
    return KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration(
        enabled=True,
        input_format_configuration={"deserializer": {"open_x_json_ser_de": {}}},
        output_format_configuration={"serializer": {"parquet_ser_de": {"compression": "SNAPPY"}}},
        schema_configuration={"database_name": table.database, "table_name": table.name, "role_arn": role.arn},
    )


def partitioned(
    enabled: bool,
) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDynamicPartitioningConfiguration:
    """The block also stands where it is off, because adding it to a delivery that has none replaces that."""
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
