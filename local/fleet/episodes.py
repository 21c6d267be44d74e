"""Calculate the alerts that readings must raise: one per device, sensor and episode of anomalies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_src.common.readings.reading import Identity
    from lambda_src.common.thresholds import Threshold


class ExpectedAlert(NamedTuple):
    """One episode, from its first anomalous reading to its last, in device time."""

    device_id: str
    sensor_type: str
    episode_start_ms: int
    episode_end_ms: int


def expected_alerts(
    readings: Iterable[tuple[Identity, float]], thresholds: Mapping[str, Threshold], quiet_seconds: float
) -> tuple[ExpectedAlert, ...]:
    """Return the alerts for `readings` in any order, sorted by time.

    An anomaly more than `quiet_seconds` of device time after the previous one of its sensor starts a new episode.
    """
    anomalies = sorted(
        (identity.timestamp_ms, identity.device_id, identity.sensor_type)
        for identity, value in readings
        if is_anomaly(value, thresholds.get(identity.sensor_type))
    )
    alerts: list[ExpectedAlert] = []
    latest: dict[tuple[str, str], int] = {}
    for timestamp_ms, device_id, sensor_type in anomalies:
        place = latest.get((device_id, sensor_type))
        if place is not None and timestamp_ms - alerts[place].episode_end_ms <= quiet_seconds * 1000:
            alerts[place] = alerts[place]._replace(episode_end_ms=timestamp_ms)
        else:
            latest[device_id, sensor_type] = len(alerts)
            alerts.append(ExpectedAlert(device_id, sensor_type, timestamp_ms, timestamp_ms))
    return tuple(alerts)


def is_anomaly(value: float, threshold: Threshold | None) -> bool:
    """Return whether a value is outside its sensor's normal range. A type without a threshold has no anomalies."""
    if threshold is None:
        return False
    below = threshold.min is not None and value < threshold.min
    above = threshold.max is not None and value > threshold.max
    return below or above
