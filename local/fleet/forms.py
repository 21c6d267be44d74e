"""The formats in which devices send readings: JSON, and legacy formats that only the bridge reads."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import msgspec

from local.fleet.message import PlantMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.readings.reading import Identity

LEGACY_EVERY = 10
"""With legacy devices, every tenth message of a device is CSV and every tenth is compressed."""
_CSV_PLACE, _GZIP_PLACE = 3, 7
_IN_A_MESSAGE = 500
"""Maximum readings per message: about 60 KB of the 128 KB that AWS IoT accepts."""

Readings = tuple[tuple["Identity", float], ...]
Encoder = Callable[[Readings, int], bytes]


class Shape(Protocol):
    """Combines a source's messages, which hold one reading each, into messages to send."""

    def take(self, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        """Add messages and return those that are ready. Others wait for more readings of their device."""

    def rest(self) -> list[PlantMessage]:
        """Return the waiting messages at the end."""


class UnchangedMessages:
    """For producers that write to the stream: every message as its source made it."""

    def take(self, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        return list(messages)

    def rest(self) -> list[PlantMessage]:
        return []


class DeviceForms:
    """`per_message` readings of a device per message: one as an object, several as a list.

    `encode` makes the payload of readings and the number of the device's message. With `legacy`, some messages have the
    formats of old devices.
    """

    def __init__(self, per_message: int, *, legacy: bool, encode: Encoder | None = None) -> None:
        self._per_message = min(per_message, _IN_A_MESSAGE)
        self._legacy = legacy
        self._encode = device_json if encode is None else encode
        self._waiting: dict[str, list[tuple[Identity, float]]] = {}
        self._numbers: Counter[str] = Counter()

    def take(self, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        ready = []
        for message in messages:
            device = message.partition_key
            waiting = self._waiting.setdefault(device, [])
            for reading in message.readings:
                waiting.append(reading)
                if len(waiting) == self._per_message:
                    ready.append(self._message(device, tuple(waiting)))
                    waiting.clear()
        return ready

    def rest(self) -> list[PlantMessage]:
        left = [self._message(device, tuple(readings)) for device, readings in self._waiting.items() if readings]
        self._waiting.clear()
        return left

    def _message(self, device: str, readings: Readings) -> PlantMessage:
        number = self._numbers[device]
        self._numbers[device] += 1
        place = number % LEGACY_EVERY if self._legacy else None
        if place == _CSV_PLACE:
            payload = csv_lines(readings)
        elif place == _GZIP_PLACE:
            payload = gzip.compress(self._encode(readings, number), mtime=0)
        else:
            payload = self._encode(readings, number)
        return PlantMessage(payload, device, readings)


class RequestForms:
    """`per_request` readings per request, of any devices."""

    def __init__(self, per_request: int) -> None:
        self._per_request = per_request
        self._waiting: list[tuple[Identity, float]] = []

    def take(self, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        self._waiting.extend(reading for message in messages for reading in message.readings)
        full = len(self._waiting) // self._per_request * self._per_request
        ready, self._waiting = self._waiting[:full], self._waiting[full:]
        return [self._message(ready[start : start + self._per_request]) for start in range(0, full, self._per_request)]

    def rest(self) -> list[PlantMessage]:
        left, self._waiting = self._waiting, []
        return [self._message(left)] if left else []

    def _message(self, readings: list[tuple[Identity, float]]) -> PlantMessage:
        forms = [
            {
                "device_id": identity.device_id,
                "sensor_data": {identity.sensor_type: value},
                "timestamp": identity.timestamp_ms,
            }
            for identity, value in readings
        ]
        body = msgspec.json.encode(forms[0] if len(forms) == 1 else forms)
        return PlantMessage(body, readings[0][0].device_id, tuple(readings))


def device_json(readings: Readings, number: int) -> bytes:
    """Return a JSON payload. `timestamp` is in milliseconds; `number` counts the device's messages for `metadata`."""
    forms = [
        {
            "deviceId": identity.device_id,
            "sensorType": identity.sensor_type,
            "value": value,
            "timestamp": identity.timestamp_ms,
            "metadata": {"sequence": number},
        }
        for identity, value in readings
    ]
    return msgspec.json.encode(forms[0] if len(forms) == 1 else forms)


def measures_json(readings: Readings, number: int) -> bytes:
    """Return an object per time with a field per measure. `number` counts the device's messages."""
    forms: dict[int, dict[str, object]] = {}
    for identity, value in readings:
        head = {"deviceId": identity.device_id, "timestamp": identity.timestamp_ms, "metadata": {"sequence": number}}
        forms.setdefault(identity.timestamp_ms, head)[identity.sensor_type] = value
    listed = list(forms.values())
    return msgspec.json.encode(listed[0] if len(listed) == 1 else listed)


def csv_lines(readings: Readings) -> bytes:
    """Return one line per reading: `timestamp in milliseconds,sensor type,value`. Only the topic names the device."""
    return "".join(
        f"{identity.timestamp_ms},{identity.sensor_type},{value!r}\n" for identity, value in readings
    ).encode()
