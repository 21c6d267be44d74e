"""The sensor types that a plant sends: three of its own, and every other type that the settings judge."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.thresholds import Threshold

NOISE_BOUND = 3.0
"""Noise is cut at this many standard deviations, so that it alone never crosses a threshold."""
_OPEN_SPAN = 20.0
"""Span of the normal range where a threshold leaves a side open and gives no scale."""


@dataclass(frozen=True, slots=True)
class SensorModel:
    """A sensor type in its own unit: a baseline per machine between `low` and `high`, and what moves it."""

    sensor_type: str
    low: float
    high: float
    daily: float
    """Amplitude of the daily cycle."""
    drift: float
    """Amplitude of the slow drift."""
    noise: float
    """Standard deviation of the noise."""
    fault: float
    """Level of a fault."""
    decimals: int = 3
    """To which values are rounded."""

    def fits(self, threshold: Threshold) -> bool:
        """Return whether normal values are within the threshold and the fault is outside."""
        bottom, top = _bounds(threshold)
        reach = self.daily + self.drift + NOISE_BOUND * self.noise
        within = (bottom is None or bottom <= self.low - reach) and (top is None or self.high + reach <= top)
        return within and top is not None and self.fault > top


MODELS = (
    SensorModel("temperature", low=50.0, high=64.0, daily=5.0, drift=3.0, noise=0.6, fault=118.0),
    SensorModel("pressure", low=100.0, high=120.0, daily=4.0, drift=3.0, noise=1.0, fault=210.0),
    SensorModel("vibration", low=1.2, high=2.2, daily=0.2, drift=0.2, noise=0.15, fault=8.5),
)
"""Sent always. Normal values stay clear of every preset's thresholds; faults go beyond all of them.

Normal: 40 to 74 °C (tightest threshold: 10 to 80), 90 to 130 bar (30 to 150), 0.3 to 3.1 mm/s (at most 5). Faults: 100
°C, 200 bar, more than 5 mm/s.
"""


def models_for(thresholds: Mapping[str, Threshold]) -> tuple[SensorModel, ...]:
    """Return the models of a plant under these thresholds.

    A model follows from its threshold if the plant has none for the type, or one that does not fit.
    """
    known = {model.sensor_type: model for model in MODELS}
    fitting = {
        sensor_type: known[sensor_type]
        if sensor_type in known and known[sensor_type].fits(threshold)
        else _following(sensor_type, threshold)
        for sensor_type, threshold in sorted(thresholds.items())
    }
    return tuple({**known, **fitting}.values())


def _following(sensor_type: str, threshold: Threshold) -> SensorModel:
    """Return a model in the middle of the threshold's normal range, with a fault beyond its bounds."""
    bottom, top = _bounds(threshold)
    span = _span(bottom, top)
    if bottom is None:
        bottom = (span if top is None else top) - span
    highest = max((bound for bound in (top, threshold.critical_max) if bound is not None), default=None)
    lowest = min(bound for bound in (bottom, threshold.critical_min) if bound is not None)
    return SensorModel(
        sensor_type,
        low=bottom + 0.4 * span,
        high=bottom + 0.6 * span,
        daily=0.05 * span,
        drift=0.05 * span,
        noise=0.01 * span,
        fault=highest + 0.2 * (span or 1.0) if highest is not None else lowest - 0.2 * span,
        decimals=max(3, 3 - floor(log10(span))) if span else 15,
    )


def _bounds(threshold: Threshold) -> tuple[float | None, float | None]:
    """Return the bounds of the values that are neither a warning nor critical."""
    lower = [bound for bound in (threshold.min, threshold.critical_min) if bound is not None]
    upper = [bound for bound in (threshold.max, threshold.critical_max) if bound is not None]
    return max(lower, default=None), min(upper, default=None)


def _span(bottom: float | None, top: float | None) -> float:
    if bottom is not None and top is not None:
        return top - bottom
    return abs(bottom or top or 0.0) or _OPEN_SPAN
