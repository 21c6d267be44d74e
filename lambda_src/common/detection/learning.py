"""What the detector learns from a reading, and how unusual the reading was before that."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from lambda_src.common.detection.constants import DAY
from lambda_src.common.detection.finding import LearnedRule
from lambda_src.common.detection.state import HOURS, MOST_COUNTED

if TYPE_CHECKING:
    from lambda_src.common.detection.constants import Constants
    from lambda_src.common.detection.state import SensorState

HOUR, MINUTE = 3_600.0, 60.0
FASTEST = 0.01
"""Shortest mean pause in seconds that the limits and the memory follow."""
_LEAST_VARIANCE = 1e-4
"""Added to the variances of the smoothings, whose unit is the usual spread."""
PRECISION = 1e-9
"""Differences below this share of the mean are rounding."""
TINY = 1e-300
_TRUSTED = 4
"""Readings of an hour from which on its own spread counts."""
_MOST_SCALED = 50.0
"""A residual counts up to this many times the usual spread."""
_MOST_READINGS = 2**32 - 1


def count_reading(k: Constants, state: SensorState, pause: float) -> float:
    """Count a reading and return its weight in the long statistics."""
    count = state.count
    if count < _MOST_READINGS:
        state.count = count = count + 1
    state.age += pause
    mean = state.pause + (pause - state.pause) / (count if count < 1_000 else 1_000)
    state.pause = mean
    memory = k.memory_days * DAY / mean if mean > FASTEST else k.memory_days * DAY / FASTEST
    if memory < k.memory_readings:
        memory = k.memory_readings
    recent = k.recency / (count + k.recency - 1.0)
    return recent if recent * memory > 1.0 else 1.0 / memory


def pass_extremes(k: Constants, state: SensorState, pause: float, value: float) -> float:
    """Return how far the reading lies beyond all before it, negative if below; widen or narrow the extremes."""
    highest, lowest = state.highest, state.lowest
    if value > highest:
        state.highest = value
        return value - highest
    if value < lowest:
        state.lowest = value
        return value - lowest
    share = k.extreme_drift * pause / DAY
    mean = state.mean
    if highest > mean:
        state.highest = highest - (highest - mean) * share
    if lowest < mean:
        state.lowest = lowest + (mean - lowest) * share
    return 0.0


def learn_residual(
    k: Constants, state: SensorState, pause: float, value: float, weight: float
) -> tuple[float, float, float]:
    """Return the distance from the level of this hour, from the blended level, and the usual size; learn them.

    The blended level lies between this hour's and the nearer neighbour's. It follows a smooth course of the day, on
    which the level of the hour jumps at full hours; that one follows a course that jumps itself.
    """
    hours = state.seconds / HOUR
    whole = int(hours // 1)
    hour = whole % HOURS
    counts, levels, spreads = state.hour_counts, state.hour_levels, state.hour_spreads
    known = counts[hour]
    spread, mean = state.spread, state.mean
    scale = 0.5 * (spread + (spreads[hour] if known >= _TRUSTED else spread))
    floor = k.scale_floor * sqrt(state.variance) + PRECISION * abs(mean) + TINY
    if scale < floor:
        scale = floor
    level = levels[hour] if known else mean
    residual = blended = value - level
    if known:
        part = hours - whole - 0.5
        other = (hour + 1 if part > 0.0 else hour - 1) % HOURS
        if counts[other]:
            blended -= (levels[other] - level) * abs(part)
    share = pause / (pause + k.profile_seconds)
    least = 1.0 / (known + 1)
    if share < least:
        share = least
    if known < MOST_COUNTED:
        counts[hour] = known + 1
    distance = residual if residual >= 0.0 else -residual
    levels[hour] = level + residual * share
    spreads[hour] += (distance - spreads[hour]) * share
    state.spread = spread + (distance - spread) * weight
    off = value - mean
    state.mean = mean + off * weight
    state.variance += (off * off * (1.0 - weight) - state.variance) * weight
    return residual, blended, scale


def strongest_rule(
    k: Constants, state: SensorState, scaled: float, blended: float, weight: float
) -> tuple[LearnedRule, float]:
    """Return which smoothing of the residuals is farthest from its own usual course, and how far; learn them."""
    if not -_MOST_SCALED <= scaled <= _MOST_SCALED:
        scaled = _MOST_SCALED if scaled > 0.0 else -_MOST_SCALED
    if not -_MOST_SCALED <= blended <= _MOST_SCALED:
        blended = _MOST_SCALED if blended > 0.0 else -_MOST_SCALED
    keep = 1.0 - weight
    quickly, slowly = k.quick, k.slow
    if state.pause < MINUTE:
        quickly *= state.pause / MINUTE
        slowly *= state.pause / MINUTE
    quick = state.quick + (scaled - state.quick) * quickly
    slow = state.slow + (scaled - state.slow) * slowly
    state.quick, state.slow = quick, slow
    rule = LearnedRule.QUICK
    off = quick - state.quick_mean
    square = off * off
    strongest = square / ((state.quick_variance + _LEAST_VARIANCE) * k.quick_limit * k.quick_limit)
    state.quick_mean += off * weight
    state.quick_variance += (square * keep - state.quick_variance) * weight
    off = slow - state.slow_mean
    square = off * off
    other = square / ((state.slow_variance + _LEAST_VARIANCE) * k.slow_limit * k.slow_limit)
    if other > strongest:
        rule, strongest = LearnedRule.SLOW, other
    state.slow_mean += off * weight
    state.slow_variance += (square * keep - state.slow_variance) * weight
    state.blended_quick += (blended - state.blended_quick) * quickly
    state.blended_slow += (blended - state.blended_slow) * slowly
    off = state.blended_quick - state.blended_slow - state.change_mean
    square = off * off
    other = square / ((state.change_variance + _LEAST_VARIANCE) * k.change_limit * k.change_limit)
    if other > strongest:
        rule, strongest = LearnedRule.CHANGE, other
    state.change_mean += off * weight
    state.change_variance += (square * keep - state.change_variance) * weight
    return rule, sqrt(strongest)
