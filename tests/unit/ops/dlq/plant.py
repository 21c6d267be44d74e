"""A deployment's queues, stream and on-failure bucket on moto, and what may be given up in them."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import boto3

from tests.unit.functions.factories import NOW_MS, STREAM_ARN
from tests.unit.ops.deployment import REGION

BUCKET = "on-failure"
STREAM = "readings"
MAPPING = "11111111-2222-3333-4444-555555555555"


class Plant:
    """Queues by output, such as ``queue_dlq_url``."""

    def __init__(self) -> None:
        self.sqs: Any = boto3.client("sqs", region_name=REGION)
        self.s3: Any = boto3.client("s3", region_name=REGION)
        self.kinesis: Any = boto3.client("kinesis", region_name=REGION)
        self.kinesis.create_stream(StreamName=STREAM, ShardCount=1)
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        names = ("queue_url", "queue_dlq_url", "bridge_queue_url", "bridge_dlq_url")
        self.urls = {name: self.sqs.create_queue(QueueName=name.removesuffix("_url"))["QueueUrl"] for name in names}

    def send(self, queue: str, body: str, **attributes: Any) -> str:
        answer = self.sqs.send_message(QueueUrl=self.urls[queue], MessageBody=body, MessageAttributes=attributes)
        identity: str = answer["MessageId"]
        return identity

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """Takes all that anybody could receive now, and leaves them received."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self.sqs.receive_message(
                QueueUrl=self.urls[queue], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            )
            if not answer.get("Messages"):
                return found
            found += answer["Messages"]

    def bodies(self, queue: str) -> list[str]:
        return sorted(message["Body"] for message in self.messages(queue))

    def move(self, source: str, target: str) -> None:
        """As a queue gives up a message, with all that is attached to it."""
        for message in self.messages(source):
            self.sqs.send_message(
                QueueUrl=self.urls[target],
                MessageBody=message["Body"],
                MessageAttributes={
                    name: {k: v for k, v in value.items() if not k.endswith("ListValues")}
                    for name, value in message.get("MessageAttributes", {}).items()
                },
            )
            self.sqs.delete_message(QueueUrl=self.urls[source], ReceiptHandle=message["ReceiptHandle"])

    def put(self, key: str, body: Any) -> str:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=data)
        return key

    def give_up(self, *records: tuple[str, bytes], number: int = 1) -> str:
        """An object as Lambda writes it; its key."""
        return self.put(f"aws/lambda/{MAPPING}/shardId-000000000000/2025/11/21/{number}", invocation(*records))

    def fail_rule(self, topic: str = "sensor/press-1/data", payload: bytes = b"{}", number: int = 1) -> str:
        """An object as the topic rule's error action writes it; its key."""
        return self.put(f"iot-errors/2025/11/21/08/{number}.json", rule_error(topic, payload))

    def keys(self, prefix: str = "") -> list[str]:
        answer = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for entry in answer.get("Contents", ())]

    def read(self, key: str) -> Any:
        return json.loads(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def versions(self, key: str) -> int:
        return len(self.s3.list_object_versions(Bucket=BUCKET, Prefix=key).get("Versions", ()))

    def records(self) -> list[tuple[str, bytes]]:
        """All of the stream, in order."""
        (shard,) = self.kinesis.list_shards(StreamName=STREAM)["Shards"]
        start = self.kinesis.get_shard_iterator(
            StreamName=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        answer = self.kinesis.get_records(ShardIterator=start["ShardIterator"], Limit=10_000)
        return [(record["PartitionKey"], record["Data"]) for record in answer["Records"]]


def invocation(*records: tuple[str, bytes]) -> dict[str, Any]:
    """The record of a discarded batch, as the Lambda Developer Guide shows it."""
    event = {
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": key,
                    "sequenceNumber": str(number),
                    "data": b64encode(data).decode(),
                    "approximateArrivalTimestamp": NOW_MS / 1000,
                },
                "eventSource": "aws:kinesis",
                "eventSourceARN": STREAM_ARN,
            }
            for number, (key, data) in enumerate(records)
        ]
    }
    return {
        "requestContext": {
            "requestId": "r-1",
            "functionArn": "arn:aws:lambda:eu-central-1:123456789012:function:processor",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 4,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2025-11-21T08:05:45.000Z",
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000000",
            "startSequenceNumber": "0",
            "endSequenceNumber": str(len(records) - 1),
            "approximateArrivalOfFirstRecord": "2025-11-21T08:05:45.000Z",
            "approximateArrivalOfLastRecord": "2025-11-21T08:05:45.000Z",
            "batchSize": len(records),
            "streamArn": STREAM_ARN,
        },
        "payload": json.dumps(event),
    }


def rule_error(topic: str, payload: bytes) -> dict[str, Any]:
    """The error action's message, as the AWS IoT Core Developer Guide shows it."""
    return {
        "ruleName": "telemetry",
        "topic": topic,
        "cloudwatchTraceId": "7e146a2c-95b5-6caf-98b9-50e3969734c7",
        "clientId": "press-1",
        "sourceIp": "192.0.2.9",
        "base64OriginalPayload": b64encode(payload).decode(),
        "failures": [
            {"failedAction": "KinesisAction", "failedResource": STREAM, "errorMessage": "Failed to publish. Throttled."}
        ],
    }
