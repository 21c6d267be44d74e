"""The events: a plant's readings as a Kinesis event source mapping delivers them. The same seed, the same readings."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MACHINES = 100
SENSORS = {"temperature": (72.0, 4.0), "pressure": (101.0, 6.0), "vibration": (2.1, 0.3)}
"""Mean and spread of a healthy machine, in °C, kPa and mm/s: all within the usual thresholds."""
BROKEN = 3
"""Machines with a fault at a time; two of three sensors show it, which makes 2 % of all readings anomalous."""
FAULT = {"temperature": 128.0, "vibration": 9.4}
EVENTS_PER_SECOND = 10_000

STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/iot-bench"


class Fleet:
    """``window`` picks which machines are broken: they stay so for all of its events."""

    def __init__(self, start_seconds: float, seed: int = 7) -> None:
        self._start = start_seconds
        self._random = random.Random(seed)  # noqa: S311  # readings, not secrets
        self._sent = 0

    def batches(self, window: int, events: int, size: int) -> Iterator[dict[str, Any]]:
        """``events`` events in batches of at most ``size``."""
        broken = {(window * BROKEN + i) % MACHINES for i in range(BROKEN)}
        for start in range(0, events, size):
            yield {"Records": [self._record(broken) for _ in range(min(size, events - start))]}

    def _record(self, broken: set[int]) -> dict[str, Any]:
        number = self._sent
        self._sent += 1
        at = self._start + number / EVENTS_PER_SECOND
        machine = f"hall-{number % 4}-press-{number % MACHINES:04d}"
        payload = json.dumps(self._reading(number, machine, at, broken)).encode()
        sequence = f"4959033827149025660855969253836157109592157{number:013d}"
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": machine,
                "sequenceNumber": sequence,
                "data": b64encode(payload).decode(),
                "approximateArrivalTimestamp": round(at + 0.05, 3),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"shardId-000000000003:{sequence}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::123456789012:role/bench",
            "awsRegion": "eu-central-1",
            "eventSourceARN": STREAM_ARN,
        }

    def _reading(self, number: int, machine: str, at: float, broken: set[int]) -> dict[str, Any]:
        sensor = tuple(SENSORS)[number // MACHINES % len(SENSORS)]
        mean, spread = SENSORS[sensor]
        if number % MACHINES in broken and sensor in FAULT:
            mean = FAULT[sensor]
        return {
            "sensor_id": machine,
            "sensor_type": sensor,
            "value": round(self._random.gauss(mean, spread), 4),
            "timestamp": round(at, 4),
            "production_line": f"line-{number % 10:02d}",
            "unit": {"temperature": "Cel", "pressure": "kPa", "vibration": "mm/s"}[sensor],
            "quality": "good",
            "firmware": "4.2.17+build.20518",
        }
