"""Calculate the alerts that readings must raise: one per change of each episode of anomalies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_src.common.alerting.publisher import AlertState
    from lambda_src.common.readings.reading import Identity
    from lambda_src.common.thresholds import Threshold
    from lambda_src.processor.judge import Severity


class ExpectedAlert(NamedTuple):
    """A change of one episode, from its first anomalous reading to its last, in device time."""

    device_id: str
    sensor_type: str
    episode_start_ms: int
    episode_end_ms: int
    state: AlertState = "opened"


class _Episode:
    def __init__(self, start_ms: int, severity: Severity) -> None:
        self.start_ms = self.end_ms = start_ms
        self.severity = severity
        self.states: list[AlertState] = ["opened"]


def expected_alerts(
    readings: Iterable[tuple[Identity, float]], thresholds: Mapping[str, Threshold], quiet_seconds: float
) -> tuple[ExpectedAlert, ...]:
    """Return the alerts for `readings` in any order, sorted by the start of their episodes.

    An anomaly more than `quiet_seconds` of device time after the previous one of its sensor starts a new episode. An
    episode escalates if a warning becomes critical, and ends with a reading of its sensor after the quiet time.
    """
    episodes: list[tuple[str, str, _Episode]] = []
    latest: dict[tuple[str, str], _Episode] = {}
    for identity, value in sorted(readings, key=lambda reading: reading[0].timestamp_ms):
        device_id, sensor_type, time_ms = identity
        severity = severity_of(value, thresholds.get(sensor_type))
        known = latest.get((device_id, sensor_type))
        if known is not None and time_ms - known.end_ms > quiet_seconds * 1000:
            known.states.append("ended")
            del latest[device_id, sensor_type]
            known = None
        if severity == "normal":
            continue
        if known is None:
            known = latest[device_id, sensor_type] = _Episode(time_ms, severity)
            episodes.append((device_id, sensor_type, known))
        elif (known.severity, severity) == ("warning", "critical"):
            known.severity = severity
            known.states.append("escalated")
        known.end_ms = time_ms
    return tuple(
        ExpectedAlert(device_id, sensor_type, episode.start_ms, episode.end_ms, state)
        for device_id, sensor_type, episode in episodes
        for state in episode.states
    )


def is_anomaly(value: float, threshold: Threshold | None) -> bool:
    """Return whether a value is outside its sensor's normal range. A type without a threshold has no anomalies."""
    return severity_of(value, threshold) != "normal"


def severity_of(value: float, threshold: Threshold | None) -> Severity:
    """Return how far a value is outside its sensor's range. A type without a threshold is always normal."""
    if threshold is None:
        return "normal"
    if _outside(value, threshold.critical_min, threshold.critical_max):
        return "critical"
    return "warning" if _outside(value, threshold.min, threshold.max) else "normal"


def _outside(value: float, low: float | None, high: float | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)
