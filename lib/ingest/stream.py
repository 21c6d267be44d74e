"""The Kinesis stream: where every front door leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.kinesis_stream import KinesisStream, KinesisStreamStreamModeDetails
from constructs import Construct

from lib.building.iam import Statement
from lib.building.metric import Metric
from lib.config import shard_count

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
    """Encrypted, with as many shards as the stated load needs, or on demand."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key) -> None:
        super().__init__(scope, id_)
        self._key = key
        settings = context.config.stream
        provisioned = settings.mode == "provisioned"
        stream = KinesisStream(
            self,
            "stream",
            name=context.naming.name("readings"),
            shard_count=shard_count(context.config) if provisioned else None,
            stream_mode_details=KinesisStreamStreamModeDetails(
                stream_mode="PROVISIONED" if provisioned else "ON_DEMAND"
            ),
            retention_period=settings.retention_hours,
            shard_level_metrics=list(SHARD_METRICS) if settings.shard_metrics else None,
            encryption_type="KMS",
            kms_key_id=key.arn,
            # A consumer that is still registered must not keep a destroy from finishing.
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
