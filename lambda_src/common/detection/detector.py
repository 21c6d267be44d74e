"""A detector that learns what is usual for one series, and reports what is not.

It looks only at the past, has one set of constants for all series, and never raises for a number. What it knows is in a
`SensorState`; after a restart with the same state it gives the same findings. docs/detection.md explains the method.
"""

from __future__ import annotations

from math import exp, isfinite, log, sqrt
from typing import TYPE_CHECKING

from lambda_src.common.detection.constants import DAY, Constants
from lambda_src.common.detection.finding import LearnedFinding, LearnedRule
from lambda_src.common.detection.learning import (
    FASTEST,
    HOUR,
    PRECISION,
    TINY,
    count_reading,
    learn_residual,
    pass_extremes,
    strongest_rule,
)
from lambda_src.common.detection.state import HOURS
from lambda_src.common.detection.stillness import count_still, is_stuck, stuck_limit

if TYPE_CHECKING:
    from lambda_src.common.detection.state import SensorState

GREATEST = 1e30
"""Values beyond this are learned as this: their squares must stay finite."""
_MOST_STRENGTH = 1_000.0
_SLOWEST = 300.0
"""Seconds between readings above which the limits no longer fall."""
_RESTARTS_CLOCK = 120
"""Readings in succession, each more than a day late, after which their clock is the right one."""
_MOST_QUIET = 65_535
_FADED = 1e-6


class Detector:
    """Judges and learns readings. It holds constants only, so one serves every series."""

    __slots__ = ("_k",)

    def __init__(self, constants: Constants | None = None) -> None:
        self._k = constants or Constants()

    def observe(self, state: SensorState, seconds: float, value: float) -> LearnedFinding | None:
        """Judge a reading by what was learned before it, then learn it.

        ``seconds`` is its time since 1970. A reading that is not newer than the newest one was redelivered, replayed or
        reordered: it is neither judged nor learned. The same holds for numbers that are not finite.
        """
        if not -GREATEST <= value <= GREATEST:
            if not isfinite(value):
                return None
            value = GREATEST if value > 0 else -GREATEST
        pause = seconds - state.seconds
        if not (0.0 < pause <= DAY and state.count):
            if not _accepts(state, seconds, value):
                return None
            pause = min(max(pause, 0.0), DAY)
        state.seconds = seconds
        state.late = 0
        k = self._k
        weight = count_reading(k, state, pause)
        deviation = sqrt(state.variance)
        beyond = pass_extremes(k, state, pause, value)
        residual, blended, scale = learn_residual(k, state, pause, value, weight)
        rule, strength = strongest_rule(k, state, residual / scale, blended / scale, weight)
        if beyond:
            unit = k.extreme_range * (state.highest - state.lowest - abs(beyond)) + deviation
            new = abs(beyond) / (unit + PRECISION * abs(state.mean) + TINY)
            if new > strength:
                rule, strength = LearnedRule.EXTREME, new
        count_still(k, state, value, weight)
        score = self._decide(state, pause, strength)
        if state.still > k.stuck_readings and is_stuck(k, state):
            return LearnedFinding(
                state.still / stuck_limit(k, state), LearnedRule.STUCK, state.still, state.longest_still
            )
        if not score:
            return None
        return LearnedFinding(
            score, rule, beyond if rule is LearnedRule.EXTREME else _average(state, rule) * scale, scale
        )

    def _decide(self, state: SensorState, pause: float, strength: float) -> float:
        """Return the score of a finding, or 0: too weak, too early, or part of the last one."""
        k = self._k
        budget = state.budget
        if budget:
            budget = budget * exp(-pause / DAY / k.budget_days) if budget > _FADED else 0.0
            state.budget = budget
        if strength > 1.0:
            strength = self._tempered(state, strength)
        if strength <= 1.0:
            if state.quiet < _MOST_QUIET:
                state.quiet += 1
            return 0.0
        rested = state.quiet >= k.rest_readings
        state.quiet = 0
        limit = 1.0 + budget
        if strength <= limit or not (rested or strength > k.escalation * state.peak):
            return 0.0
        state.budget = budget + k.budget_step
        state.peak = strength
        return strength / limit

    def _tempered(self, state: SensorState, strength: float) -> float:
        """Return the strength with fast sampling and a short history taken into account."""
        k = self._k
        if state.count <= k.first_readings:
            return 0.0
        pause = state.pause
        if pause < _SLOWEST:
            strength /= 1.0 + k.rate_growth * log(_SLOWEST / max(pause, FASTEST))
        if state.age < k.caution_days * DAY:
            strength *= 0.5
        return min(strength, _MOST_STRENGTH)


def _average(state: SensorState, rule: LearnedRule) -> float:
    """Return the average that broke the rule, in spreads."""
    if rule is LearnedRule.SLOW:
        return state.slow
    return state.blended_quick - state.blended_slow if rule is LearnedRule.CHANGE else state.quick


def _accepts(state: SensorState, seconds: float, value: float) -> bool:
    """Whether to learn a reading that is the first, comes after more than a day, or is late. Begins the state."""
    if not isfinite(seconds):
        return False
    if not state.count:
        state.count = 1
        state.seconds = seconds
        state.lowest = state.highest = state.mean = state.last = value
        hour = int(seconds // HOUR) % HOURS
        state.hour_counts[hour] = 1
        state.hour_levels[hour] = value
        return False
    if seconds > state.seconds:
        return True
    if seconds >= state.seconds - DAY:
        return False
    state.late += 1
    return state.late >= _RESTARTS_CLOCK
