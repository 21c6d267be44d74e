"""Firehose: delivers the stream into a bucket, unchanged or as Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_stream import CloudwatchLogStream
from cdktf_cdktf_provider_aws.kinesis_firehose_delivery_stream import (
    KinesisFirehoseDeliveryStream,
    KinesisFirehoseDeliveryStreamExtendedS3Configuration,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptions,
    KinesisFirehoseDeliveryStreamKinesisSourceConfiguration,
)
from constructs import Construct

from lib.archive import blocks
from lib.building.iam import Role, Statement, service_trust
from lib.building.metric import Metric
from lib.usage import Amount

if TYPE_CHECKING:
    from lib.archive.table import CatalogTable
    from lib.building.function import Function
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.security.key import Key
    from lib.store.bucket import Bucket
    from lib.usage import Traffic, Use

HOURLY = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
"""Folders by the UTC hour in which an object's first record arrived; its last record may be one buffer time later."""
ERROR_PREFIX = f"errors/!{{firehose:error-output-type}}/{HOURLY}"
LOG_STREAM = "delivery"
GZIP_SHARE, PARQUET_SHARE = 0.1, 0.1
"""What compression leaves of the readings' bytes, for `ops cost`."""


@dataclass(frozen=True, kw_only=True)
class Parquet:
    """``transform`` converts records to rows of ``table``; ``by_sensor_type`` separates objects by type."""

    transform: Function
    table: CatalogTable
    by_sensor_type: bool


@dataclass(frozen=True, kw_only=True)
class DeliveryOptions:
    """Sizes in MiB, times in seconds. Without ``parquet`` the records are gzipped unchanged, one per line."""

    name: str
    description: str
    prefix: str
    buffer_mib: int
    buffer_seconds: int
    parquet: Parquet | None = None


class FirehoseDelivery(Construct):
    """Objects by hour of arrival; records that cannot be transformed, converted or delivered go to ``errors/``."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        stream: Stream,
        bucket: Bucket,
        options: DeliveryOptions,
    ) -> None:
        super().__init__(scope, id_)
        name = context.naming.name(options.name)
        self._log_group = CloudwatchLogGroup(
            self,
            "log-group",
            name=f"/aws/kinesisfirehose/{name}",
            retention_in_days=context.config.logs.retention_days,
            kms_key_id=key.arn,
        )
        CloudwatchLogStream(self, "log-stream", name=LOG_STREAM, log_group_name=self._log_group.name)
        role = self._role(context, options)
        stream.grant_read(role)
        bucket.grant_deliver(role)
        log_streams = f"{self._log_group.arn}:log-stream:{LOG_STREAM}"
        role.allow("write-logs", Statement(actions=("logs:PutLogEvents",), resources=(log_streams,)))
        if options.parquet:
            _grant_transform(role, options.parquet.transform)
            options.parquet.table.grant_describe(role)
        delivery = KinesisFirehoseDeliveryStream(
            self,
            "delivery",
            name=name,
            destination="extended_s3",
            kinesis_source_configuration=KinesisFirehoseDeliveryStreamKinesisSourceConfiguration(
                kinesis_stream_arn=stream.arn, role_arn=role.arn
            ),
            extended_s3_configuration=self._destination(key, role, bucket, options),
        )
        role.comes_before(delivery)
        self.bucket = bucket
        self._options = options
        self.name = delivery.name

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/Firehose", name, {"DeliveryStreamName": self.name}, statistic)

    def use(self) -> Use:
        """The objects that it puts into its bucket, for `ops cost`."""
        return self.bucket.use(self._objects)

    def _objects(self, traffic: Traffic) -> Amount:
        """One per buffer time, more if a buffer fills up earlier, at most one per message."""
        given = traffic.readings * traffic.reading_bytes
        full = given / (self._options.buffer_mib * 1_048_576)
        rate = min(traffic.messages, max(1 / max(self._options.buffer_seconds, 1), full))
        share = PARQUET_SHARE if self._options.parquet else GZIP_SHARE
        return Amount(per_second=rate, size=given * share / rate if rate else 0.0)

    def _role(self, context: Context, options: DeliveryOptions) -> Role:
        trust = service_trust("firehose.amazonaws.com", account=context.account)
        return Role(self, "role", context=context, name=options.name, description=options.description, trust=trust)

    def _destination(
        self, key: Key, role: Role, bucket: Bucket, options: DeliveryOptions
    ) -> KinesisFirehoseDeliveryStreamExtendedS3Configuration:
        logging = KinesisFirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptions(
            enabled=True, log_group_name=self._log_group.name, log_stream_name=LOG_STREAM
        )
        parquet = options.parquet
        return KinesisFirehoseDeliveryStreamExtendedS3Configuration(
            bucket_arn=bucket.arn,
            role_arn=role.arn,
            prefix=options.prefix,
            error_output_prefix=ERROR_PREFIX,
            buffering_size=options.buffer_mib,
            buffering_interval=options.buffer_seconds,
            # A Parquet file compresses its own columns.
            compression_format="UNCOMPRESSED" if parquet else "GZIP",
            kms_key_arn=key.arn,
            cloudwatch_logging_options=logging,
            processing_configuration=blocks.through(parquet.transform) if parquet else blocks.a_line_each(),
            data_format_conversion_configuration=blocks.rows_of(parquet.table, role) if parquet else None,
            dynamic_partitioning_configuration=blocks.partitioned(parquet.by_sensor_type) if parquet else None,
        )


def _grant_transform(role: Role, function: Function) -> None:
    """Firehose reads the function's timeout, and calls the function or a version of it."""
    actions = ("lambda:InvokeFunction", "lambda:GetFunctionConfiguration")
    role.allow("transform", Statement(actions=actions, resources=(function.arn, f"{function.arn}:*")))
