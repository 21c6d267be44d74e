"""The learning detector: what it never does, and what it always finds."""

from __future__ import annotations

from math import inf, isfinite, nan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_src.common.detection.codec import pack, unpack
from lambda_src.common.detection.constants import DAY
from lambda_src.common.detection.detector import GREATEST, Detector
from lambda_src.common.detection.finding import LearnedRule
from lambda_src.common.detection.state import SensorState

START = 1_735_689_600.0
DETECTOR = Detector()
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.one_of(FINITE, st.sampled_from([nan, inf, -inf, 1e300, -1e300, 5e-324, 0.0]))
CLOCKS = st.one_of(ANY, st.floats(START, START + 3 * DAY), st.integers(0, 500).map(lambda step: START + 60.0 * step))


def observe(state, readings):
    return [DETECTOR.observe(state, seconds, value) for seconds, value in readings]


def noisy(readings, rate=60.0, level=50.0, sigma=1.0, seed=1):
    random = Random(seed)
    return [(START + index * rate, random.gauss(level, sigma)) for index in range(readings)]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(CLOCKS, ANY), max_size=60))
def test_no_number_and_no_clock_raises_or_leaves_infinity(readings):
    state = SensorState()
    observe(state, readings)
    restored = unpack(pack(state))
    assert restored.problem is None
    assert pack(restored.state) == pack(state)


@pytest.mark.parametrize("rate", [0.01, 1.0, 60.0, 3600.0, DAY])
@pytest.mark.parametrize("value", [1e300, -1e300, 1e-300, 5e-324, GREATEST, 0.0, -7.5])
def test_a_constant_series_is_never_unusual(rate, value):
    state = SensorState()
    assert not any(observe(state, [(START + index * rate, value) for index in range(3000)]))
    assert unpack(pack(state)).problem is None


@pytest.mark.parametrize("rate", [0.01, 1.0, 60.0, 300.0])
@pytest.mark.parametrize("step", [1e-9, 1.0, 1e29])
def test_a_constant_series_that_changes_is_found(rate, step):
    state = SensorState()
    readings = [(START + index * rate, 0.0) for index in range(500)]
    assert not any(observe(state, readings))
    assert DETECTOR.observe(state, readings[-1][0] + rate, step)


@pytest.mark.parametrize("rate", [1.0, 60.0, 300.0])
def test_a_series_of_two_values_is_usual(rate):
    """Chance makes rare runs of one value: at most two findings in 5,000 readings, for each of ten series."""
    for seed in range(10):
        random = Random(seed)
        readings = [(START + index * rate, float(random.random() < 0.3)) for index in range(5000)]
        assert sum(finding is not None for finding in observe(SensorState(), readings)) <= 2


def test_findings_are_the_same_after_every_restart():
    readings = noisy(4000) + [(START + 60.0 * index, 65.0) for index in range(4000, 4200)]
    whole = observe(SensorState(), readings)
    packed, restarted = pack(SensorState()), []
    for seconds, value in readings:
        state = unpack(packed).state
        restarted.append(DETECTOR.observe(state, seconds, value))
        packed = pack(state)
    assert any(whole)
    assert restarted == whole


def test_a_finding_depends_only_on_the_past():
    readings = noisy(3000)
    assert observe(SensorState(), [*readings, (readings[-1][0] + 60.0, 1e6)])[:3000] == observe(SensorState(), readings)


def test_a_large_shift_is_found_once():
    readings = noisy(4 * 1440)
    shifted = [(START + 60.0 * (4 * 1440 + index), value + 20.0) for index, (_, value) in enumerate(noisy(60, seed=2))]
    found = [finding for finding in observe(SensorState(), readings + shifted)[-60:] if finding]
    assert 1 <= len(found) <= 2
    assert found[0].distance > 0
    assert found[0].score > 1
    assert found[0].rule in set(LearnedRule)


def test_a_small_change_of_a_large_level_is_seen():
    readings = [(seconds, 1e9 + value) for seconds, value in noisy(4 * 1440)]
    state = SensorState()
    observe(state, readings)
    assert any(observe(state, [(readings[-1][0] + 60.0 * (index + 1), 1e9 + 80.0) for index in range(10)]))


def test_a_redelivered_batch_is_not_learned_twice():
    state = SensorState()
    readings = noisy(500)
    observe(state, readings)
    before = pack(state)
    assert observe(state, readings[-200:]) == [None] * 200
    assert pack(state) == before


def test_an_older_replay_is_not_learned():
    state = SensorState()
    observe(state, noisy(3 * 1440))
    learned = state.count
    assert observe(state, noisy(100, seed=5)) == [None] * 100
    assert state.count == learned


def test_a_clock_that_was_years_ahead_recovers():
    state = SensorState()
    observe(state, noisy(500))
    DETECTOR.observe(state, START + 3650 * DAY, 50.0)
    observe(state, [(START + 60.0 * index, 50.0) for index in range(500, 800)])
    assert state.seconds == START + 60.0 * 799
    assert isfinite(state.pause)


def test_the_first_readings_of_a_series_find_nothing():
    random = Random(4)
    readings = [(START + 60.0 * index, random.choice([0.0, 1.0, 1e6])) for index in range(120)]
    assert not any(observe(SensorState(), readings))


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_a_number_that_is_not_finite_is_not_learned(bad):
    state = SensorState()
    observe(state, noisy(200))
    before = pack(state)
    assert DETECTOR.observe(state, START + DAY, bad) is None
    assert DETECTOR.observe(state, bad, 50.0) is None
    assert pack(state) == before


def test_the_first_day_does_not_hide_a_later_shift():
    """A wild first day raised the limits for weeks when all readings of a history weighed the same."""
    wild = [
        (seconds, value + (600.0 if index % 100 < 20 else 0.0))
        for index, (seconds, value) in enumerate(noisy(288, 300.0))
    ]
    calm = [(seconds + DAY, value) for seconds, value in noisy(8 * 288, 300.0, seed=2)]
    shifted = [(seconds + 9 * DAY, value + 6.0) for seconds, value in noisy(48, 300.0, seed=3)]
    state = SensorState()
    observe(state, wild + calm)
    assert any(observe(state, shifted))


def stuck_findings(readings):
    return [found for found in observe(SensorState(), readings) if found and found.rule is LearnedRule.STUCK]


@pytest.mark.parametrize("rate", [10.0, 60.0, 300.0])
@pytest.mark.parametrize("remaining_noise", [0.0, 0.02])
def test_a_sensor_that_is_stuck_is_found_once(rate, remaining_noise):
    learned = noisy(int(2 * DAY / rate), rate)
    after = learned[-1][0] + rate
    stuck = [(after + seconds - START, 50.0 + remaining_noise * value) for seconds, value in noisy(300, rate, 0.0)]
    found = stuck_findings(learned + stuck)
    assert len(found) == 1
    assert found[0].distance <= 45
    assert found[0].spread < 10


def test_a_pause_that_history_explains_is_not_stuck():
    """A machine that rests for two hours in six, and once for four."""
    rests = [(6 * hour, 6 * hour + 2) for hour in range(8)] + [(48, 52)]
    readings = [
        (seconds, 0.0 if any(START + 3600 * a <= seconds < START + 3600 * b for a, b in rests) else value)
        for seconds, value in noisy(56 * 60)
    ]
    assert stuck_findings(readings) == []


def test_a_sensor_that_moves_again_may_be_stuck_again():
    learned = noisy(2 * 1440)
    readings = learned
    for length in (60, 400):
        after = readings[-1][0] + 60.0
        still = [(after + 60.0 * index, 50.0) for index in range(length)]
        moving = [(still[-1][0] + 60.0 + seconds - START, value) for seconds, value in noisy(100, seed=length)]
        readings = readings + still + moving
    first, second = stuck_findings(readings)
    assert first.distance == 41
    assert 4 * 58 < second.distance <= 4 * 61 + 1
