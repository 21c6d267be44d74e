"""The reading: the one shape that everything behind the entrypoints uses."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

Quality = Literal["good", "uncertain", "bad"]
"""What the sender says of a value: ``bad`` ones are stored with their flag and never judged or averaged."""


class Identity(NamedTuple):
    """What makes two readings the same one in every store: device, sensor and time."""

    device_id: str
    sensor_type: str
    timestamp_ms: int


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One validated measurement of one sensor of one device.

    ``device_id`` is 1-128 of ``[A-Za-z0-9:_-]`` (what IoT Core allows as a thing name), ``sensor_type``
    1-64 of ``[a-z0-9_.-]``, ``value`` a finite float in the sensor's own unit, the times UTC
    milliseconds since the epoch: ``timestamp_ms`` is the device's time, ``arrived_ms`` the transport's.
    """

    device_id: str
    sensor_type: str
    value: float
    timestamp_ms: int
    arrived_ms: int
    production_line: str | None = None
    metadata: dict[str, object] | None = None
    unit: str | None = None
    """As the sender names it, such as ``F``; None if it does not say."""
    quality: Quality = "good"
    """As the sender says; ``good`` is the default and is not stored."""

    @property
    def identity(self) -> Identity:
        return Identity(self.device_id, self.sensor_type, self.timestamp_ms)

    def agrees_with(self, other: Reading) -> bool:
        """Whether another reading with the same identity says the same; else the two contradict each other."""
        return (self.value, self.unit, self.quality) == (other.value, other.unit, other.quality)


class Outage(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A sensor that says its value is bad and gives none. It is not a reading and not an error of the message."""

    device_id: str
    sensor_type: str
    timestamp_ms: int
    arrived_ms: int
    production_line: str | None = None
