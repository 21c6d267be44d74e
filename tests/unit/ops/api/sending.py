"""Files to send, and what takes them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.ops.api.server import Answer

FILE = Path("readings.ndjson")


def write(count, file=FILE):
    lines = [{"device_id": f"press-{n}", "sensor_type": "temperature", "value": n} for n in range(1, count + 1)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def accept(asked):
    body = asked.json()
    return Answer({"accepted": len(body), "rejected": [], "duplicates": 0, "request_id": "r"}, 202)


def values_of(asked):
    return [item["value"] for item in asked.json()]
