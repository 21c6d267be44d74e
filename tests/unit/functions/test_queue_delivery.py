"""What becomes of each message of a queue: settled for itself, or reported for itself."""

from __future__ import annotations

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS, body, messages, series
from tests.unit.functions.fakes import FakeStore
from tests.unit.functions.queue_plant import Queue, batch_of


def test_everything_possible_is_finished_failed_records_are_redelivered():
    queue = Queue()
    queue.store.failing = {2.0, 7.0}

    report = queue.deliver(batch_of(poison={4, 8}))

    assert list(report.again) == [2, 7]
    assert sorted(queue.archived()) == [0, 1, 3, 5, 6, 9]
    assert [number[-2:] for number, _ in queue.quarantined()] == ["04", "08"]
    assert (report.counts["ReadingsProcessed"], report.counts["RecordsFailed"]) == (6, 2)


def test_a_message_is_settled_whole_or_not_at_all():
    queue = Queue()
    queue.store.failing = {1.0}
    three = b"[" + b",".join(series(3)) + b",17]"

    report = queue.deliver(messages(body(value=9), three))

    assert list(report.again) == [1]
    assert queue.archived() == [9.0]
    assert queue.quarantined() == []


def test_if_everything_fails_everything_is_redelivered_and_nothing_left():
    queue = Queue()
    queue.store.failing = {float(n) for n in range(10)}

    report = queue.deliver(batch_of())

    assert list(report.again) == list(range(10))
    assert report.checkpoint == 0
    assert queue.s3.objects == {}
    assert report.counts["ReadingsProcessed"] == 0


def test_without_time_everything_comes_again():
    queue = Queue()

    report = queue.deliver(batch_of(poison={3}), remaining_ms=0)

    assert list(report.again) == list(range(10))
    assert queue.s3.objects == {}


def test_what_a_store_refuses_is_quarantined_with_its_message():
    queue = Queue()
    queue.store.refusing = {1.0: Reason.REJECTED_BY_TIMESTREAM}

    report = queue.deliver(batch_of(3))

    assert list(report.again) == []
    assert sorted(queue.archived()) == [0, 2]
    assert [reason for _, reason in queue.quarantined()] == ["rejected_by_timestream"]


def test_a_failed_message_whose_reading_another_one_repeats_comes_again():
    queue = Queue()
    queue.store.failing = {1.0}

    report = queue.deliver(messages(body(value=1), body(value=1), body(value=2, timestamp=NOW_MS - 1)))

    assert list(report.again) == [0]
    assert report.counts["DuplicateReadings"] == 1


def test_a_second_store_gets_what_an_undeciding_first_failed():
    queue, second = Queue(), FakeStore()
    queue.store.failing = {1.0}
    queue.store.decides = False
    queue.parts = queue.parts._replace(stores=[queue.store, second])

    report = queue.deliver(batch_of(3))

    assert list(report.again) == [1]
    assert sorted(second.kept.values()) == [0, 1, 2]
