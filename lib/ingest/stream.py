"""The Kinesis stream, into which every entrypoint writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.kinesis_stream import KinesisStream, KinesisStreamStreamModeDetails
from constructs import Construct

from lib.building.iam import Statement
from lib.building.metric import Metric
from lib.config import shard_count
from lib.monitoring.alarms.stream import stream_alarms
from lib.monitoring.dashboard.flow import stream_age, stream_row
from lib.part import Need, PartDescription

if TYPE_CHECKING:
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key

SHARD_METRICS = (
    "IncomingBytes",
    "IncomingRecords",
    "IteratorAgeMilliseconds",
    "OutgoingBytes",
    "OutgoingRecords",
    "ReadProvisionedThroughputExceeded",
    "WriteProvisionedThroughputExceeded",
)


class Stream(Construct):
    """Encrypted, with the number of shards that the stated load needs, or on demand."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key) -> None:
        super().__init__(scope, id_)
        self._key, self._config = key, context.config
        self._plain_name = context.naming.name("readings")
        settings = context.config.stream
        provisioned = settings.mode == "provisioned"
        stream = KinesisStream(
            self,
            "stream",
            name=self._plain_name,
            shard_count=shard_count(context.config) if provisioned else None,
            stream_mode_details=KinesisStreamStreamModeDetails(
                stream_mode="PROVISIONED" if provisioned else "ON_DEMAND"
            ),
            retention_period=settings.retention_hours,
            shard_level_metrics=list(SHARD_METRICS) if settings.shard_metrics else None,
            encryption_type="KMS",
            kms_key_id=key.arn,
            # A consumer that is still registered must not block a destroy.
            enforce_consumer_deletion=True,
        )
        self.name = stream.name
        self.arn = stream.arn

    def grant_read(self, role: Role) -> None:
        """Let ``role`` consume the stream, as an event source mapping or Firehose does."""
        actions = ("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards")
        statement = Statement(actions=tuple(f"kinesis:{action}" for action in actions), resources=(self.arn,))
        role.allow("read-stream", statement, self._key.decrypting("kinesis"))

    def grant_write(self, role: Role) -> None:
        """Let ``role`` put records."""
        statement = Statement(actions=("kinesis:PutRecord", "kinesis:PutRecords"), resources=(self.arn,))
        role.allow("write-stream", statement, self._key.encrypting("kinesis"))

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/Kinesis", name, {"StreamName": self.name}, statistic)

    def describe(self) -> PartDescription:
        provisioned = self._config.stream.mode == "provisioned"
        return PartDescription(
            alarms=list(stream_alarms(self, self._config)),
            rows=[stream_row(self, self._config)],
            numbers=[stream_age(self)],
            outputs={"stream_name": self.name, "stream_arn": self.arn},
            needs=[Need("kinesis-shards", shard_count(self._config), of=self._plain_name)] if provisioned else [],
        )
