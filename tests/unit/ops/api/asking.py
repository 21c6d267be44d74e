"""Readings in pages."""

from __future__ import annotations

from lambda_src.common.aws.objects import iso
from tests.unit.functions.factories import NOW_MS
from tests.unit.ops.api.server import Answer


def reading(n, **more):
    return {
        "device_id": "press-1",
        "sensor_type": "temperature",
        "timestamp_ms": NOW_MS + n,
        "timestamp": iso(NOW_MS + n),
        "value": 25.5,
        "is_anomaly": False,
        "arrived_ms": NOW_MS,
    } | more


class Readings:
    """Pages as the API gives them: a token is the place where the next one begins; more arrive all the time."""

    def __init__(self, count):
        self.items = [reading(n) for n in range(count)]

    def __call__(self, asked):
        start, size = int(asked.query.get("next_token", 0)), int(asked.query["limit"])
        end = start + size
        token = str(end) if end < len(self.items) else None
        self.items.append(reading(len(self.items)))
        found = self.items[start:end]
        return Answer({"items": found, "count": len(found), "next_token": token})
