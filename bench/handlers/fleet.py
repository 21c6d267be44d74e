"""The events: readings of a plant as a Kinesis event source mapping delivers them. Same seed, same readings."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.handlers.plan import Fleet

SENSORS = {"temperature": (72.0, 4.0), "pressure": (101.0, 6.0), "vibration": (2.1, 0.3)}
"""Mean and spread of a healthy machine in °C, kPa and mm/s, all within the usual thresholds."""
BROKEN = 3
"""Number of machines with a fault at a time.

Two of their three sensors show it, so 2 % of the readings of 100 machines are anomalous. If machines have one sensor,
that one shows it.
"""
FAULT = {"temperature": 128.0, "vibration": 9.4}

STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/iot-bench"


class Events:
    """The events of a fleet, one machine after the other. ``window`` selects the broken machines of all its events."""

    def __init__(self, fleet: Fleet, start_seconds: float, seed: int = 7) -> None:
        self._fleet = fleet
        self._start = start_seconds
        self._random = random.Random(seed)  # noqa: S311  # readings, not secrets
        self._sent = 0

    def batches(self, window: int, events: int, size: int) -> Iterator[dict[str, Any]]:
        """Yield ``events`` events in batches of at most ``size``."""
        broken = {(window * BROKEN + i) % self._fleet.devices for i in range(BROKEN)}
        for start in range(0, events, size):
            yield {"Records": [self._record(broken) for _ in range(min(size, events - start))]}

    def _record(self, broken: set[int]) -> dict[str, Any]:
        number = self._sent
        self._sent += 1
        at = self._start + number / self._fleet.events_per_second
        index = number % self._fleet.devices
        machine = f"hall-{index % 4}-press-{index:04d}"
        payload = json.dumps(self._reading(number, machine, at, broken)).encode()
        if self._fleet.enveloped:
            payload = _envelope(machine, at, payload)
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
        turn, index = divmod(number, self._fleet.devices)
        sensor = tuple(FAULT)[index % len(FAULT)] if self._fleet.one_sensor else tuple(SENSORS)[turn % len(SENSORS)]
        mean, spread = SENSORS[sensor]
        if index in broken and sensor in FAULT:
            mean = FAULT[sensor]
        return {
            "sensor_id": machine,
            "sensor_type": sensor,
            "value": round(self._random.gauss(mean, spread), 4),
            "timestamp": round(at, 4),
            "production_line": f"line-{index % 10:02d}",
            "unit": {"temperature": "Cel", "pressure": "kPa", "vibration": "mm/s"}[sensor],
            "quality": "good",
            "firmware": "4.2.17+build.20518",
        }


def _envelope(machine: str, at: float, payload: bytes) -> bytes:
    """Wrap a message as the topic rule does."""
    envelope = {
        "envelope": 1,
        "device": machine,
        "arrived_ms": round(at * 1000) + 20,
        "client": machine,
        "topic": f"sensor/{machine}/data",
        "payload": b64encode(payload).decode(),
    }
    return json.dumps(envelope, separators=(",", ":")).encode()
