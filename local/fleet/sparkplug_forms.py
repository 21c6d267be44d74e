"""A fleet of Sparkplug edge nodes: each device is one, and names its metrics by aliases once it is born."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_src.common.protobuf import varint_of
from lambda_src.common.readings.sparkplug.topic import NAMESPACE, MessageType
from local.fleet.message import PlantMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.readings.reading import Identity
    from local.fleet.forms import Readings

GROUP = "plant"
_UINT64, _DOUBLE = 8, 10
_NUMBERS = 256


@dataclass
class _EdgeNode:
    """What one device has sent."""

    aliases: dict[str, int] = field(default_factory=dict)
    """By sensor; empty before the birth."""
    seq: int = 0
    waiting: list[tuple[Identity, float]] = field(default_factory=list)

    def is_ready(self, per_message: int, sensors: int) -> bool:
        """Whether what waits is a message: a birth has a value of every sensor."""
        if self.aliases:
            return len(self.waiting) >= per_message
        return len({identity.sensor_type for identity, _ in self.waiting}) == sensors


class SparkplugForms:
    """`per_message` readings of a device per message, after a birth with the first value of each of its `sensors`."""

    def __init__(self, per_message: int, *, sensors: int) -> None:
        self._per_message = per_message
        self._sensors = sensors
        self._nodes: dict[str, _EdgeNode] = {}

    def take(self, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        ready = []
        for message in messages:
            node = self._nodes.setdefault(message.partition_key, _EdgeNode())
            for reading in message.readings:
                node.waiting.append(reading)
                if node.is_ready(self._per_message, self._sensors):
                    ready.append(_message(message.partition_key, node))
        return ready

    def rest(self) -> list[PlantMessage]:
        return [_message(device, node) for device, node in self._nodes.items() if node.waiting]


def _message(device: str, node: _EdgeNode) -> PlantMessage:
    readings = tuple(node.waiting)
    node.waiting.clear()
    is_birth = not node.aliases
    metrics = []
    if is_birth:
        metrics.append(_text(1, "bdSeq") + _number(4, _UINT64) + _number(11, 0))
        sensors = dict.fromkeys(identity.sensor_type for identity, _ in readings)
        node.aliases = {sensor: place for place, sensor in enumerate(sensors, start=1)}
    metrics += [
        _metric(identity, value, node.aliases[identity.sensor_type], named=is_birth) for identity, value in readings
    ]
    kind = MessageType.NODE_BIRTH if is_birth else MessageType.NODE_DATA
    payload = _payload(metrics, readings, node.seq)
    node.seq = (node.seq + 1) % _NUMBERS
    return PlantMessage(payload, device, readings, topic=f"{NAMESPACE}/{GROUP}/{kind}/{device}")


def _metric(identity: Identity, value: float, alias: int, *, named: bool) -> bytes:
    name = _text(1, identity.sensor_type) if named else b""
    head = _number(2, alias) + _number(3, identity.timestamp_ms) + _number(4, _DOUBLE)
    return name + head + b"\x69" + struct.pack("<d", value)


def _payload(metrics: Sequence[bytes], readings: Readings, seq: int) -> bytes:
    sent_ms = max(identity.timestamp_ms for identity, _ in readings)
    return _number(1, sent_ms) + b"".join(_chunk(2, metric) for metric in metrics) + _number(3, seq)


def _number(tag: int, value: int) -> bytes:
    return varint_of(tag << 3) + varint_of(value)


def _chunk(tag: int, value: bytes) -> bytes:
    return varint_of(tag << 3 | 2) + varint_of(len(value)) + value


def _text(tag: int, value: str) -> bytes:
    return _chunk(tag, value.encode())
