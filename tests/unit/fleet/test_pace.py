"""Sending at a rate."""

from __future__ import annotations

from itertools import count, islice

import pytest

from local.fleet import paced


class FakeTime:
    def __init__(self, slow_by: float = 0.0) -> None:
        self.now = 100.0
        self._slow_by = slow_by

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds + self._slow_by


@pytest.mark.parametrize("rate", [0.5, 7, 200, 10_000])
def test_items_come_at_the_rate(rate):
    time = FakeTime()
    out = 0
    for chunk in paced(range(int(rate * 20)), rate, clock=time.clock, wait=time.wait):
        out += len(chunk)
        assert abs(out - (time.now - 100.0) * rate) <= 1 + rate * 1e-6

    assert out == int(rate * 20)
    assert time.now - 100.0 == pytest.approx(20, abs=2 / rate + 0.11)


def test_the_first_item_is_due_at_once():
    time = FakeTime()

    assert next(paced(count(), 0.001, clock=time.clock, wait=time.wait)) == [0]


def test_all_items_come_once_and_in_order():
    time = FakeTime()

    assert [item for chunk in paced(range(777), 100, clock=time.clock, wait=time.wait) for item in chunk] == [
        *range(777)
    ]


def test_one_that_fell_behind_catches_up():
    time = FakeTime(slow_by=0.95)

    chunks = list(islice(paced(count(), 100, clock=time.clock, wait=time.wait), 4))

    assert [len(chunk) for chunk in chunks] == [1, 100, 100, 100]


def test_no_items_is_no_chunk():
    assert list(paced([], 10)) == []


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(ValueError, match="must be more than 0"):
        next(paced([1], rate))
