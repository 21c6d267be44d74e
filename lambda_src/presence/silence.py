"""Decide when a device counts as silent, and create its alert. Pure: the clock is passed in."""

from __future__ import annotations

from typing import NamedTuple

from lambda_src.common.alerting.publisher import Alert

SENSOR_TYPE = "offline"
"""Stands in for the sensor type in an alert about a silent device."""


UNKNOWN_MS = 3_600_000
"""The limit for a device whose rhythm is unknown: it may send once an hour."""


class DevicePresence(NamedTuple):
    """The part of a device's state that presence needs. Times are UTC milliseconds, by the transport's clock."""

    device_id: str
    heard_ms: int
    """Arrival of its newest message."""
    rhythm_ms: int = 0
    """Usual time between its messages; 0 while unknown."""
    updated_ms: int = 0
    """Last write of its state, by our clock."""
    production_line: str | None = None


class Patience(NamedTuple):
    """How long a silence may last: a number of usual pauses, and at least the minimum."""

    intervals: int
    minimum_ms: int

    def of(self, device: DevicePresence) -> int:
        """Return the limit for this device in milliseconds."""
        usual_ms = self.intervals * device.rhythm_ms if device.rhythm_ms else UNKNOWN_MS
        return max(usual_ms, self.minimum_ms)


def is_silent(device: DevicePresence, patience: Patience, processed_until_ms: int) -> bool:
    """Return whether too much time has passed without a message, of the time that has been processed."""
    return processed_until_ms - device.heard_ms > patience.of(device)


def alert_of(device: DevicePresence, patience: Patience, environment: str) -> Alert:
    """Return the alert about a silence.

    It follows from the device's state alone, so a repeated alert has the same id and bytes. ``value`` is the limit in
    seconds, ``timestamp_ms`` the time when it was exceeded.
    """
    limit_ms = patience.of(device)
    usual = f"; usually one arrives every {device.rhythm_ms / 1000:g} s" if device.rhythm_ms else ""
    return Alert(
        f"{device.device_id}#{SENSOR_TYPE}#{device.heard_ms}#opened",
        device.device_id,
        SENSOR_TYPE,
        "opened",
        limit_ms / 1000,
        device.heard_ms + limit_ms,
        "critical",
        f"no message for more than {limit_ms / 1000:g} s{usual}",
        device.production_line,
        device.heard_ms,
        environment,
    )
