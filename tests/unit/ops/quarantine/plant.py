"""A quarantine as the processor fills it, and the transport behind it."""

from __future__ import annotations

import json
from typing import Any

import boto3

from lambda_src.common.quarantine import Quarantine
from lambda_src.common.thresholds import Threshold
from lambda_src.processor.intake import take_in
from lambda_src.processor.judge import ThresholdJudge
from tests.unit.functions.factories import NOW_MS, record
from tests.unit.ops.deployment import REGION

BUCKET, STREAM, QUEUE = "quarantine", "iot-stream", "iot-ingestion"
HOUR_MS = 3_600_000
IN_REGION: Any = {"LocationConstraint": REGION}
JUDGE = ThresholdJudge({"temperature": Threshold(max=100)})


class Plant:
    def __init__(self) -> None:
        self.s3: Any = boto3.client("s3", region_name=REGION)
        self.kinesis: Any = boto3.client("kinesis", region_name=REGION)
        self.sqs: Any = boto3.client("sqs", region_name=REGION)
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=IN_REGION)
        self.kinesis.create_stream(StreamName=STREAM, ShardCount=1)
        self.queue_url = self.sqs.create_queue(QueueName=QUEUE)["QueueUrl"]

    def refuse(self, *datas: bytes, at: int = NOW_MS, number: int = 0, **changes: Any) -> None:
        """Let the processor take in records of these bytes, and quarantine what it refuses, in one object."""
        records = [record(data, number + place, arrived_ms=at + place, **changes) for place, data in enumerate(datas)]
        refused = take_in(records, JUDGE).refused
        assert refused
        Quarantine(self.s3, BUCKET).write([each.item for each in refused], at)

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def keys(self, prefix: str = "quarantine/") -> list[str]:
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", ())]

    def lines(self, prefix: str = "quarantine/") -> list[dict[str, Any]]:
        bodies = [self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in self.keys(prefix)]
        return [json.loads(line) for body in bodies for line in body.splitlines()]

    def streamed(self) -> list[tuple[str, bytes]]:
        """Partition keys and data of what is in the stream."""
        shard = self.kinesis.list_shards(StreamName=STREAM)["Shards"][0]["ShardId"]
        where = self.kinesis.get_shard_iterator(StreamName=STREAM, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        found = self.kinesis.get_records(ShardIterator=where["ShardIterator"])["Records"]
        return [(each["PartitionKey"], each["Data"]) for each in found]

    def queued(self) -> list[str]:
        found = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", ())
        return [each["Body"] for each in found]
