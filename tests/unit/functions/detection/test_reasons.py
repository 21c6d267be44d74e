"""Reasons are words and short numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.detection.finding import LearnedFinding, LearnedRule
from lambda_src.common.detection.reasons import number, reason


@pytest.mark.parametrize(
    ("rule", "distance", "words"),
    [
        (LearnedRule.QUICK, 2.1, "2.1 above what is usual at this hour, 7 times the usual spread"),
        (LearnedRule.SLOW, -2.1, "for some time 2.1 below what is usual at this hour, 7 times the usual spread"),
        (LearnedRule.CHANGE, -2.1, "2.1 below the readings shortly before, 7 times the usual spread"),
        (LearnedRule.EXTREME, 1234.5, "1,230 above the highest value so far"),
        (LearnedRule.EXTREME, -0.0123456, "0.0123 below the lowest value so far"),
    ],
)
def test_a_reason_says_distance_direction_and_spread(rule, distance, words):
    assert reason(LearnedFinding(1.5, rule, distance, 0.3)) == words


def test_the_reason_of_a_stuck_sensor_counts_readings():
    stuck = LearnedFinding(1.1, LearnedRule.STUCK, 1041, 4)
    assert reason(stuck) == "unchanged for 1,041 readings, before for at most 4"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (7.0, "7"),
        (99.96, "100"),
        (999.6, "1,000"),
        (1e30, "1e+30"),
        (5e-324, "4.94e-324"),
        (1e-4, "0.0001"),
    ],
)
def test_a_number_has_three_digits(value, text):
    assert number(value) == text


@given(st.floats(1e-4, 1e8))
def test_a_written_number_is_near_its_value(value):
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.006)
