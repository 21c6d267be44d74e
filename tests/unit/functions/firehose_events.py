"""What Firehose hands to a transformation."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from tests.unit.functions.factories import NOW_MS

LATER_MS = NOW_MS + 70_000
"""Firehose's own time of a record, after that of the stream."""


def event(*payloads: bytes) -> Any:
    """As Firehose sends it for a Kinesis source."""
    return {
        "invocationId": "1",
        "deliveryStreamArn": "arn:aws:firehose:eu-central-1:123456789012:deliverystream/iot-test",
        "records": [
            {
                "recordId": f"id-{number}",
                "approximateArrivalTimestamp": LATER_MS,
                "data": b64encode(data).decode(),
                "kinesisRecordMetadata": {
                    "shardId": "shardId-000000000000",
                    "partitionKey": "press-1",
                    "approximateArrivalTimestamp": NOW_MS,
                    "sequenceNumber": str(number),
                    "subsequenceNumber": "",
                },
            }
            for number, data in enumerate(payloads)
        ],
    }


def envelope(*readings: dict[str, Any], device: str = "press-1") -> bytes:
    return json.dumps({"envelope": 1, "device": device, "arrived_ms": NOW_MS, "readings": readings}).encode()


def element(sensor_type: str = "temperature", value: float = 1.5, **others: Any) -> dict[str, Any]:
    return {"sensor_type": sensor_type, "value": value, "timestamp_ms": NOW_MS, "arrived_ms": NOW_MS} | others
