"""Firehose: every byte of the stream into the raw bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_stream import CloudwatchLogStream
from cdktf_cdktf_provider_aws.kinesis_firehose_delivery_stream import (
    KinesisFirehoseDeliveryStream,
    KinesisFirehoseDeliveryStreamExtendedS3Configuration,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptions,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorsParameters,
    KinesisFirehoseDeliveryStreamKinesisSourceConfiguration,
)
from constructs import Construct

from lib.building.iam import Role, Statement, service_trust
from lib.observe.metric import Metric

if TYPE_CHECKING:
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.security.key import Key
    from lib.store.bucket import Bucket

HOURLY = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
DATA_PREFIX = f"raw-data/{HOURLY}"
ERROR_PREFIX = f"errors/!{{firehose:error-output-type}}/{HOURLY}"
LOG_STREAM = "delivery"


class Archive(Construct):
    """Gzipped, newline-delimited records as they came, by hour of arrival; what cannot be delivered under `errors/`."""

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, key: Key, stream: Stream, bucket: Bucket
    ) -> None:
        super().__init__(scope, id_)
        name = context.naming.name("archive")
        self._log_group = CloudwatchLogGroup(
            self,
            "log-group",
            name=f"/aws/kinesisfirehose/{name}",
            retention_in_days=context.config.logs.retention_days,
            kms_key_id=key.arn,
        )
        CloudwatchLogStream(self, "log-stream", name=LOG_STREAM, log_group_name=self._log_group.name)
        role = Role(
            self,
            "role",
            name=name,
            description="Delivers the stream to the raw bucket",
            trust=service_trust("firehose.amazonaws.com", account=context.account),
        )
        stream.grant_read(role)
        bucket.grant_deliver(role)
        log_streams = f"{self._log_group.arn}:log-stream:{LOG_STREAM}"
        role.allow("write-logs", Statement(actions=("logs:PutLogEvents",), resources=(log_streams,)))
        delivery = KinesisFirehoseDeliveryStream(
            self,
            "delivery",
            name=name,
            destination="extended_s3",
            kinesis_source_configuration=KinesisFirehoseDeliveryStreamKinesisSourceConfiguration(
                kinesis_stream_arn=stream.arn, role_arn=role.arn
            ),
            extended_s3_configuration=self._destination(context, key, role, bucket),
        )
        role.comes_before(delivery)
        self.bucket = bucket
        self.name = delivery.name

    def metric(self, name: str, statistic: str) -> Metric:
        return Metric("AWS/Firehose", name, {"DeliveryStreamName": self.name}, statistic)

    def _destination(
        self, context: Context, key: Key, role: Role, bucket: Bucket
    ) -> KinesisFirehoseDeliveryStreamExtendedS3Configuration:
        settings = context.config.archive
        logging = KinesisFirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptions(
            enabled=True, log_group_name=self._log_group.name, log_stream_name=LOG_STREAM
        )
        return KinesisFirehoseDeliveryStreamExtendedS3Configuration(
            bucket_arn=bucket.arn,
            role_arn=role.arn,
            prefix=DATA_PREFIX,
            error_output_prefix=ERROR_PREFIX,
            buffering_size=settings.buffer_mib,
            buffering_interval=settings.buffer_seconds,
            compression_format="GZIP",
            kms_key_arn=key.arn,
            cloudwatch_logging_options=logging,
            processing_configuration=_newline_after_each_record(),
        )


def _newline_after_each_record() -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration:
    """Firehose glues records together; without this no SQL engine could read the objects."""
    delimiter = KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorsParameters(
        parameter_name="Delimiter", parameter_value="\\n"
    )
    return KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration(
        enabled=True,
        processors=[
            KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors(
                type="AppendDelimiterToRecord", parameters=[delimiter]
            )
        ],
    )
