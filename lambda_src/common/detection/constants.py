"""The constants of the detector. One set serves every series; none is tuned for one."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400.0
"""Seconds; also the longest pause that counts as one."""


@dataclass(frozen=True, slots=True)
class Constants:
    """What the detector works with. Limits are in standard deviations of what the series did so far."""

    quick: float = 0.11
    """Weight of one reading in the quick smoothing of the residual, at one reading a minute or less.

    At more, both smoothings cover the time that they cover at one a minute.
    """
    slow: float = 1 / 60
    """Weight of one reading in the slow smoothing."""
    quick_limit: float = 4.0
    slow_limit: float = 2.5
    change_limit: float = 4.5
    """Limit of the quick smoothing minus the slow one, both of the blended residual."""
    extreme_range: float = 0.02
    """How far beyond the old extremes an extreme is new, as a share of their range, on top of one deviation."""
    extreme_drift: float = 0.02
    """Share of their distance from the mean that the extremes lose in a day."""
    profile_seconds: float = 3_600.0
    """Seconds of readings after which two thirds of an hour's level are new."""
    scale_floor: float = 0.05
    """Least scale of a residual, as a share of the series' standard deviation."""
    memory_days: float = 2.0
    """Days of readings in the long statistics."""
    memory_readings: float = 6_400.0
    """Least number of readings in the long statistics."""
    recency: float = 2.0
    """How much more than its share the newest reading weighs in a short history.

    At 1 all weigh the same. At 2 the first day, when the hours are still unknown, is soon forgotten.
    """
    rate_growth: float = 0.06
    """Growth of the limits per factor e of readings above one in 300 seconds."""
    first_readings: float = 120.0
    """Readings before the first alert."""
    caution_days: float = 2.0
    """Days in which a strength counts half."""
    rest_readings: float = 60.0
    """Readings within the limits before the next alert."""
    escalation: float = 2.0
    """How many times as strong as the last alert is an alert without a rest."""
    budget_step: float = 0.2
    """What each alert adds to the limits."""
    budget_days: float = 10.0
    """Days in which that fades to a third."""
    still_share: float = 0.1
    """A reading is unchanged if it differs by up to this share of the usual change between two readings."""
    stuck_readings: float = 40.0
    """Unchanged readings that are never a stuck sensor."""
    stuck_times: float = 4.0
    """A stuck sensor is unchanged for more than this many times its longest time so far."""
    stuck_days: float = 1.0
    """Days of changes that are needed before."""
