"""Events and readings for tests: everything has a default, a test names only what it is about."""

from __future__ import annotations

import itertools
import json
from base64 import b64encode
from typing import Any

from lambda_src.common.aws.deadline import Deadline
from lambda_src.common.aws.workers import Workers
from lambda_src.common.readings.reading import Reading
from lambda_src.processor.judge import NORMAL, Verdict
from lambda_src.processor.record import DeliveredRecord, Entry

NOW_MS = 1_763_712_345_000
"""2025-11-21T08:05:45Z"""
STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/iot-test"
QUEUE_ARN = "arn:aws:sqs:eu-central-1:123456789012:iot-test"
SHARD = "shardId-000000000001"
IN_TURN = Workers(0)
"""Calls one after the other: fakes then see them in a known order."""


def payload(**changes: Any) -> dict[str, Any]:
    message = {
        "sensor_id": "press-1",
        "sensor_type": "temperature",
        "value": 71.5,
        "timestamp": NOW_MS / 1000,
        "production_line": "line-1",
    }
    return {key: value for key, value in (message | changes).items() if value is not ...}


def body(**changes: Any) -> bytes:
    return json.dumps(payload(**changes)).encode()


def reading(**changes: Any) -> Reading:
    values: dict[str, Any] = {
        "device_id": "press-1",
        "sensor_type": "temperature",
        "value": 71.5,
        "timestamp_ms": NOW_MS,
        "arrived_ms": NOW_MS,
        "production_line": "line-1",
    }
    return Reading(**(values | changes))


def record(data: bytes, number: int = 0, **changes: Any) -> DeliveredRecord:
    values: dict[str, Any] = {
        "data": data,
        "arrived_ms": NOW_MS + number,
        "shard_id": SHARD,
        "sequence_number": f"4959{number:010d}",
        "partition_key": "press-1",
        "event_source_arn": STREAM_ARN,
    }
    return DeliveredRecord(**(values | changes))


def records(*datas: bytes) -> list[DeliveredRecord]:
    return [record(data, number) for number, data in enumerate(datas)]


def series(count: int, **changes: Any) -> list[bytes]:
    """``count`` payloads, a second apart, each with a value of its own."""
    return [body(timestamp=NOW_MS / 1000 - count + n, value=float(n), **changes) for n in range(count)]


def entry(record_index: int = 0, verdict: Verdict = NORMAL, **changes: Any) -> Entry:
    return Entry(reading(**changes), verdict, record(b"", record_index), record_index, None)


def hot(timestamp_ms: int, *, value: float = 120.0, record_index: int = 0, **changes: Any) -> Entry:
    verdict = Verdict(is_anomaly=True, severity="warning", reason="temperature is above 100")
    return entry(record_index, verdict, timestamp_ms=timestamp_ms, value=value, **changes)


def kinesis_event(items: list[DeliveredRecord]) -> Any:
    return {
        "Records": [
            {
                "eventID": f"{item.shard_id}:{item.sequence_number}",
                "eventSource": "aws:kinesis",
                "eventSourceARN": item.event_source_arn,
                "kinesis": {
                    "data": b64encode(item.data).decode(),
                    "partitionKey": item.partition_key,
                    "sequenceNumber": item.sequence_number,
                    "approximateArrivalTimestamp": item.arrived_ms / 1000,
                },
            }
            for item in items
        ]
    }


def message(data: bytes, number: int = 0, **changes: Any) -> DeliveredRecord:
    """A queue's message, as the processor reads it."""
    values: dict[str, Any] = {
        "shard_id": "sqs",
        "sequence_number": f"00000000-0000-4000-8000-{number:012d}",
        "partition_key": "-",
        "event_source_arn": QUEUE_ARN,
    }
    return record(data, number, **(values | changes))


def messages(*datas: bytes) -> list[DeliveredRecord]:
    return [message(data, number) for number, data in enumerate(datas)]


def sqs_event(items: list[DeliveredRecord]) -> Any:
    return {
        "Records": [
            {
                "messageId": item.sequence_number,
                "receiptHandle": f"handle of {item.sequence_number}",
                "body": item.data.decode(),
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(item.arrived_ms)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": item.event_source_arn,
                "awsRegion": "eu-central-1",
            }
            for item in items
        ]
    }


class _Context:
    """An invocation with ``remaining_ms`` left; with ``step_ms`` each look at the clock costs that much."""

    aws_request_id = "0b3a7c56-0000-4000-8000-000000000000"

    def __init__(self, remaining_ms: int = 60_000, step_ms: int = 0) -> None:
        self._clock = itertools.count(remaining_ms, -step_ms) if step_ms else itertools.repeat(remaining_ms)

    def get_remaining_time_in_millis(self) -> int:
        return next(self._clock)


def lambda_context(remaining_ms: int = 60_000, step_ms: int = 0) -> Any:
    return _Context(remaining_ms, step_ms)


def deadline(remaining_ms: int = 60_000, step_ms: int = 0) -> Deadline:
    return Deadline(lambda_context(remaining_ms, step_ms).get_remaining_time_in_millis)
