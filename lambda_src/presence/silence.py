"""Decide when a device counts as silent, and create its alert. Pure: the clock is passed in."""

from __future__ import annotations

from typing import NamedTuple

from lambda_src.common.alerting.publisher import Alert

SENSOR_TYPE = "offline"
"""Stands in for the sensor type in an alert about a silent device."""


class DevicePresence(NamedTuple):
    """The part of a device's state that presence needs. Times are UTC milliseconds."""

    device_id: str
    last_seen_ms: int
    """Time of its newest reading, by the device's clock."""
    interval_ms: int = 0
    """Usual time between its readings; 0 while unknown."""
    updated_ms: int = 0
    """Last write of its state, by our clock."""
    production_line: str | None = None


class Patience(NamedTuple):
    """How long a silence may last: a number of usual intervals, and at least the minimum."""

    intervals: int
    minimum_ms: int

    def of(self, device: DevicePresence) -> int:
        """Return the limit for this device in milliseconds."""
        return max(self.intervals * device.interval_ms, self.minimum_ms)


def is_silent(device: DevicePresence, patience: Patience, now_ms: int) -> bool:
    return now_ms - device.last_seen_ms > patience.of(device)


def alert_of(device: DevicePresence, patience: Patience, environment: str) -> Alert:
    """Return the alert about a silence.

    It follows from the device's state alone, so a repeated alert has the same id and bytes. ``value`` is the limit in
    seconds, ``timestamp_ms`` the time when it was exceeded.
    """
    limit_ms = patience.of(device)
    usual = f", its usual interval is {device.interval_ms / 1000:g} s" if device.interval_ms else ""
    return Alert(
        f"{device.device_id}#{SENSOR_TYPE}#{device.last_seen_ms}#opened",
        device.device_id,
        SENSOR_TYPE,
        "opened",
        limit_ms / 1000,
        device.last_seen_ms + limit_ms,
        "critical",
        f"no reading for more than {limit_ms / 1000:g} s{usual}",
        device.production_line,
        device.last_seen_ms,
        environment,
    )
