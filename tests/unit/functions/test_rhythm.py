"""How often a device is heard, learned from the arrivals of its messages alone."""

from __future__ import annotations

import pytest

from lambda_src.processor.rhythm import learn_rhythm
from tests.unit.functions.factories import NOW_MS

MINUTE = 60_000


def learned(*arrivals, heard=0, rhythm=0):
    """The rhythm after these arrivals, in milliseconds after a fixed moment, one call each."""
    for arrival in arrivals:
        heard, rhythm = learn_rhythm(heard, rhythm, [NOW_MS + arrival])
    return rhythm


@pytest.mark.parametrize("every", [1000, 10_000, MINUTE, 20 * MINUTE, 3 * 60 * MINUTE])
def test_a_steady_device_has_its_own_rhythm(every):
    assert 0.9 * every <= learned(*range(0, 100 * every, every)) <= 1.1 * every


def test_after_one_message_the_rhythm_is_unknown():
    assert learned(0) == 0


def test_a_burst_does_not_look_like_a_fast_rhythm():
    hours = [turn * 20 * MINUTE + n * 500 for turn in range(12) for n in range(20)]

    assert learned(*hours) > 15 * MINUTE


def test_a_device_that_sends_on_change_has_its_long_pauses():
    pauses = [2, 3, 1, 15, 2, 1, 4, 2, 12, 3] * 5
    arrivals = [sum(pauses[:n]) * MINUTE for n in range(len(pauses))]

    assert learned(*arrivals) > 4 * MINUTE


def test_one_outage_is_no_new_rhythm():
    before = learned(*range(0, 20 * MINUTE, MINUTE))
    after = learned(*range(0, 20 * MINUTE, MINUTE), 7 * 24 * 60 * MINUTE)

    assert after <= 3 * before
    assert learned(0, 7 * 24 * 60 * MINUTE) == 60 * MINUTE


def test_a_redelivered_message_says_nothing():
    assert learn_rhythm(NOW_MS, 5000, [NOW_MS, NOW_MS - 90_000]) == (NOW_MS, 5000)


def test_the_order_within_a_batch_does_not_matter():
    arrivals = [NOW_MS + n * MINUTE for n in (3, 0, 2, 1)]

    assert learn_rhythm(0, 0, arrivals) == (NOW_MS + 3 * MINUTE, MINUTE)
