"""How records of a shard gather into batches."""

from __future__ import annotations

import time
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from local.mapping.lanes import Lane, lane_of
from local.mapping.progress import ShardProgress
from local.mapping.records import MAX_PAYLOAD_BYTES, ShardBatch
from tests.unit.mapping.factories import numbers, record, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Lanes:
    """Lanes whose batches are kept, and ended with the test."""

    def __init__(self) -> None:
        self.progress = ShardProgress()
        self.batches: list[ShardBatch] = []
        self.hold: Callable[[ShardBatch], object] = lambda _batch: None
        self._lanes: list[Lane] = []

    def lane(self, **changes: Any) -> Lane:
        lane = Lane("lane", settings(**changes), self._process, self.progress)
        self._lanes.append(lane)
        lane.start()
        return lane

    def _process(self, batch: ShardBatch) -> None:
        self.batches.append(batch)
        self.hold(batch)

    def seen(self, count: int, timeout: float = 5.0) -> list[list[int]]:
        deadline = time.monotonic() + timeout
        while len(self.batches) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        return [numbers(batch) for batch in self.batches]

    def end(self) -> None:
        self.progress.stopping.set()
        for lane in self._lanes:
            lane.wake()
            lane.join(5)
            assert not lane.is_alive()


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    made = Lanes()
    yield made
    made.end()


def records(*numbers: int) -> list[Any]:
    return [record(number) for number in numbers]


def test_a_full_batch_does_not_wait_for_its_window(lanes):
    lane = lanes.lane(batch_size=2, window_seconds=300)

    lane.offer(records(1, 2, 3))

    assert lanes.seen(1) == [[1, 2]]


def test_a_batch_that_is_not_full_waits_for_its_window(lanes):
    lane = lanes.lane(batch_size=100, window_seconds=1)
    began = time.monotonic()

    lane.offer(records(1))
    lane.offer(records(2))

    assert lanes.seen(1) == [[1, 2]]
    assert time.monotonic() - began >= 0.95


def test_without_a_window_a_batch_is_what_one_read_brought(lanes):
    lane = lanes.lane(batch_size=100)

    lane.offer(records(1, 2, 3))

    assert lanes.seen(1) == [[1, 2, 3]]


def test_a_batch_ends_at_the_payload_limit(lanes):
    lane = lanes.lane(batch_size=100, window_seconds=300)

    lane.offer([record(number, size=1024 * 1024) for number in range(1, 8)])

    assert lanes.seen(1) == [[1, 2, 3, 4, 5]]
    assert len(lanes.batches[0].payload()) <= MAX_PAYLOAD_BYTES


def test_the_next_window_begins_when_the_function_has_answered(lanes):
    answered = Event()
    lanes.hold = lambda _batch: answered.wait(5)
    lane = lanes.lane(batch_size=2, window_seconds=1)
    lane.offer(records(1, 2, 3))
    lanes.seen(1)
    time.sleep(1.1)

    answered.set()
    lane.offer(records(4))

    assert lanes.seen(2) == [[1, 2], [3, 4]]


def test_one_batch_at_a_time_is_with_the_function(lanes):
    answered = Event()
    lanes.hold = lambda _batch: answered.wait(5)
    lane = lanes.lane(batch_size=1)
    lane.offer(records(1, 2))

    assert lanes.seen(2, timeout=0.2) == [[1]]
    answered.set()
    assert lanes.seen(2) == [[1], [2]]


def test_a_shard_that_ended_leaves_a_last_batch(lanes):
    lane = lanes.lane(batch_size=100, window_seconds=300)
    lane.offer(records(1))

    lane.close()

    assert lanes.seen(1) == [[1]]
    lane.join(5)
    assert not lane.is_alive()


def test_what_processing_raises_ends_the_mapping(lanes):
    def fail(_batch):
        raise LookupError("no such function")

    lanes.hold = fail
    lanes.lane(batch_size=1).offer(records(1))

    assert lanes.progress.stopping.wait(5)
    with pytest.raises(LookupError, match="no such function"):
        lanes.progress.raise_error()


def test_a_key_has_one_lane_keys_use_all_lanes():
    shard = [key for key in (f"machine-{n}" for n in range(2000)) if lane_of(key, 1) == 0]
    dealt = [lane_of(key, 4) for key in shard]

    assert dealt == [lane_of(key, 4) for key in shard]
    assert all(dealt.count(lane) > 400 for lane in range(4))
