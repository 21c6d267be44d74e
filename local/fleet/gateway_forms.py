"""The payloads of gateways: a device's readings as a named format of the product describes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.fleet.forms import Readings

GOOD = 0
"""OPC UA's status code for good."""


def kepware_json(readings: Readings, number: int) -> bytes:
    """Return the IoT Gateway's standard template; the tag's last part is the sensor."""
    values = [
        {"id": f"Plant.{identity.device_id}.{identity.sensor_type}", "v": value, "q": True, "t": identity.timestamp_ms}
        for identity, value in readings
    ]
    return msgspec.json.encode({"timestamp": values[-1]["t"], "values": values})


def opcua_json(readings: Readings, number: int) -> bytes:
    """Return a network message with a data set message per time; `number` counts the device's messages."""
    data_sets = [
        {
            "DataSetWriterId": 1,
            "SequenceNumber": number,
            "MessageType": "ua-deltaframe",
            "Payload": {
                sensor: {"Value": value, "SourceTimestamp": _iso(timestamp_ms), "StatusCode": GOOD}
                for sensor, value in measures.items()
            },
        }
        for timestamp_ms, measures in _by_time(readings).items()
    ]
    device = readings[0][0].device_id
    return msgspec.json.encode(
        {"MessageId": str(number), "MessageType": "ua-data", "PublisherId": device, "Messages": data_sets}
    )


def wide_csv(readings: Readings, number: int) -> bytes:
    """Return a table with a row per time and a column per sensor; a sensor without a value then has an empty cell."""
    rows = _by_time(readings)
    sensors = sorted({identity.sensor_type for identity, _ in readings})
    lines = [["timestamp", *sensors]]
    for timestamp_ms, measures in rows.items():
        lines.append([str(timestamp_ms), *(repr(measures[name]) if name in measures else "" for name in sensors)])
    return "".join(",".join(cells) + "\n" for cells in lines).encode()


ENCODERS: Mapping[str, Callable[[Readings, int], bytes]] = {
    "csv-wide": wide_csv,
    "kepware": kepware_json,
    "opcua-pubsub": opcua_json,
}
"""By the name of the format. Sparkplug B has its own shape, because its messages depend on earlier ones."""


def _by_time(readings: Readings) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for identity, value in readings:
        found.setdefault(identity.timestamp_ms, {})[identity.sensor_type] = value
    return found


def _iso(timestamp_ms: int) -> str:
    """UTC with seven digits of a second's fraction, as OPC UA's stacks for .NET write it."""
    moment = datetime.fromtimestamp(timestamp_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{timestamp_ms % 1000:03d}0000Z"
