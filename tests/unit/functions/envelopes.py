"""Envelopes as the rule and the bridge make them."""

from __future__ import annotations

import json
from base64 import b64encode

from tests.unit.functions.factories import NOW_MS

ARRIVED = NOW_MS - 5000


def envelope(**changes):
    fields = {"envelope": 1, "device": "press-1", "arrived_ms": ARRIVED} | changes
    return json.dumps({key: value for key, value in fields.items() if value is not ...}).encode()


def wrapped(payload, **changes):
    return envelope(client="press-1", topic="sensor/press-1/data", payload=b64encode(payload).decode(), **changes)


def element(**changes):
    return {"sensor_type": "temperature", "value": 1.5, "timestamp_ms": ARRIVED - 1, "arrived_ms": ARRIVED} | changes
