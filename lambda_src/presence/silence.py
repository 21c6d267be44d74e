"""When a device counts as silent, and the alert that says so. Pure: the clock is handed in."""

from __future__ import annotations

from typing import NamedTuple

from lambda_src.common.alerting.publisher import Alert

SENSOR_TYPE = "offline"
"""What an alert about a device's silence carries in place of a sensor type."""


class DevicePresence(NamedTuple):
    """A device's state as far as presence goes; times in UTC milliseconds."""

    device_id: str
    last_seen_ms: int
    """The time of its newest reading, by the device's own clock."""
    interval_ms: int = 0
    """Its usual time between readings; 0 while it is not known."""
    updated_ms: int = 0
    """The last write to its state, by our clock."""
    production_line: str | None = None


class Patience(NamedTuple):
    """How long a silence may last: so many usual intervals, and at least the minimum."""

    intervals: int
    minimum_ms: int

    def of(self, device: DevicePresence) -> int:
        """In milliseconds, for this device."""
        return max(self.intervals * device.interval_ms, self.minimum_ms)


def is_silent(device: DevicePresence, patience: Patience, now_ms: int) -> bool:
    return now_ms - device.last_seen_ms > patience.of(device)


def alert_of(device: DevicePresence, patience: Patience, environment: str) -> Alert:
    """The alert about a silence. It follows from the device's state alone, so that the same one published again has the
    same id and the same bytes: ``value`` is the patience in seconds, ``timestamp_ms`` the moment when it ended.
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
