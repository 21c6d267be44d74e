"""What an invocation carries: sizes, devices, and what stays together."""

from __future__ import annotations

import random

import msgspec
import pytest

from lambda_src.common.readings.reading import Reading
from ops.replay.batch import HARD_BYTES, HARD_READINGS, READINGS_PER_BATCH, READINGS_PER_RECORD, SOFT_BYTES, ReplayBatch
from tests.unit.ops.replay.archives import NEW_YEAR_MS
from tests.unit.ops.replay.functions import readings_of

LAMBDA_BYTES = 6 * 1024 * 1024
"""The service's limit for a request."""


def reading(n=0, **changes):
    values = {
        "device_id": "press-1",
        "sensor_type": "temperature",
        "value": float(n),
        "timestamp_ms": NEW_YEAR_MS + n,
        "arrived_ms": NEW_YEAR_MS + n,
    }
    return Reading(**(values | changes))


def batches(readings, most=READINGS_PER_BATCH, together=lambda n: n):
    """As the records of each batch, decoded."""
    batch, done = ReplayBatch(most), []
    for n, each in enumerate(readings):
        if not batch.add(each, together(n)):
            done.append(batch.take())
            assert batch.add(each, together(n))
    return [[readings_of(wire(record)) for record in records] for records in (*done, batch.take())]


def wire(record):
    return msgspec.json.decode(msgspec.json.encode(record))


def test_every_reading_comes_out_as_it_went_in():
    draw = random.Random(5)
    sent = [
        reading(
            n,
            device_id=f"press-{draw.randrange(7)}",
            unit=draw.choice([None, "F"]),
            metadata=draw.choice([None, {"a": [1, "ü"]}]),
            production_line=draw.choice([None, "line-1"]),
        )
        for n in range(5000)
    ]

    got = [each for records in batches(sent) for record in records for each in record]

    assert sorted(got, key=lambda r: r.timestamp_ms) == sent


def test_a_record_holds_one_device_in_order():
    sent = [reading(n, device_id=f"press-{n % 3}") for n in range(30)]

    ((*records,),) = batches(sent)

    assert [[r.value for r in record] for record in records] == [
        [float(n) for n in range(first, 30, 3)] for first in range(3)
    ]


def test_a_record_and_a_batch_are_bounded():
    sent = [reading(n) for n in range(2 * READINGS_PER_BATCH + 1)]

    found = batches(sent)

    assert [sum(map(len, records)) for records in found] == [READINGS_PER_BATCH, READINGS_PER_BATCH, 1]
    assert {len(record) for records in found[:2] for record in records} == {READINGS_PER_RECORD}


def test_what_came_together_is_not_parted_for_a_soft_bound():
    sent = [reading(n // 3, sensor_type=f"s-{n % 3}") for n in range(3 * READINGS_PER_BATCH)]

    for records in batches(sent, together=lambda n: n // 3):
        for record in records:
            assert len(record) % 3 == 0


def test_what_came_together_is_parted_at_the_hard_bound():
    sent = [reading(n) for n in range(HARD_READINGS + 1)]

    assert [sum(map(len, records)) for records in batches(sent, together=lambda _: 0)] == [HARD_READINGS, 1]


@pytest.mark.parametrize(("together", "bound"), [(lambda n: n, SOFT_BYTES), (lambda _: 0, HARD_BYTES)])
def test_long_readings_make_short_batches_that_a_request_can_hold(together, bound):
    batch, sizes = ReplayBatch(READINGS_PER_BATCH), []
    for n in range(100):
        each = reading(n, metadata={"log": "x" * 100_000})
        if not batch.add(each, together(n)):
            sizes.append(len(msgspec.json.encode(batch.take())))
            batch.add(each, together(n))

    assert sizes
    for size in sizes:
        assert bound * 0.9 * 4 / 3 < size < min(bound * 4 / 3 + 10_000, LAMBDA_BYTES)


def test_a_reading_that_is_longer_than_a_batch_goes_alone():
    found = batches([reading(0), reading(1, metadata={"log": "x" * HARD_BYTES}), reading(2)])

    assert [sum(map(len, records)) for records in found] == [1, 1, 1]
