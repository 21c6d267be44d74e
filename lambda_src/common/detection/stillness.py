"""Whether a sensor is stuck: unchanged for longer than its own history explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.detection.constants import DAY

if TYPE_CHECKING:
    from lambda_src.common.detection.constants import Constants
    from lambda_src.common.detection.state import SensorState

_MOST_READINGS = 2**32 - 1


def count_still(k: Constants, state: SensorState, value: float, weight: float) -> None:
    """Count a reading that differs from the last one by far less than usual; any other ends the run."""
    change = value - state.last
    if change < 0.0:
        change = -change
    usual = state.usual_change
    state.last = value
    state.usual_change = usual + (change - usual) * weight
    if change <= k.still_share * usual:
        if state.still < _MOST_READINGS:
            state.still += 1
        return
    if state.still > state.longest_still:
        state.longest_still = state.still
    state.still = 0
    state.stuck = 0


def is_stuck(k: Constants, state: SensorState) -> bool:
    """Return True once in a run: when it is longer than every run before, several times over.

    Before the run the series must have changed for a day and some readings: a constant series is not stuck.
    """
    still = state.still
    if state.stuck or still <= stuck_limit(k, state):
        return False
    if state.count - still <= k.first_readings or state.age - still * state.pause < k.stuck_days * DAY:
        return False
    state.stuck = 1
    return True


def stuck_limit(k: Constants, state: SensorState) -> float:
    """Return the number of unchanged readings that the history explains."""
    return max(k.stuck_readings, k.stuck_times * state.longest_still)
