"""The reading: the one shape that everything behind the front doors speaks."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class Identity(NamedTuple):
    """What makes two readings the same one, in every store: device, sensor and time."""

    device_id: str
    sensor_type: str
    timestamp_ms: int


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One validated measurement of one sensor of one device.

    ``device_id`` is 1-128 of ``[A-Za-z0-9:_-]`` (what IoT Core allows as a thing name), ``sensor_type``
    1-64 of ``[a-z0-9_.-]``, ``value`` a finite float in the sensor's own unit, the times UTC
    milliseconds since the epoch: ``timestamp_ms`` as the device says, ``arrived_ms`` as the transport saw it.
    """

    device_id: str
    sensor_type: str
    value: float
    timestamp_ms: int
    arrived_ms: int
    production_line: str | None = None
    metadata: dict[str, object] | None = None
    unit: str | None = None
    """As the sender names it, such as ``F``; None where it does not say."""

    @property
    def identity(self) -> Identity:
        return Identity(self.device_id, self.sensor_type, self.timestamp_ms)
