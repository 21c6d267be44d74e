"""Paging through runs that overlap, repeat each other and grow: always the whole, in order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_src.common.runs import SPAN_MS
from lambda_src.query_api import processed
from tests.unit.functions.factories import NOW_MS, entry
from tests.unit.functions.query.fake_runs import Plant

START_MS = NOW_MS - 4 * SPAN_MS
SENSORS = ("humidity", "pressure", "temperature")

# Few places to be, so that readings meet: within a run, in two of them, and at the borders of pages.
moments = st.tuples(
    st.one_of(st.integers(0, 8), st.integers(0, 3).map(lambda n: n * SPAN_MS), st.integers(0, 3 * SPAN_MS)),
    st.sampled_from(SENSORS),
)
batches = st.lists(moments, min_size=1, max_size=12, unique=True)
limits = st.lists(st.integers(1, 9), min_size=1, max_size=5)
orders = st.sampled_from(["asc", "desc"])


def value_of(moment):
    """The same for a reading whenever it comes, so that it may be in two runs."""
    offset, sensor = moment
    return offset + SENSORS.index(sensor) / 10


def store(plant, batch):
    plant.store(
        [
            entry(timestamp_ms=START_MS + offset, sensor_type=sensor, value=value_of((offset, sensor)))
            for offset, sensor in batch
        ]
    )


def moments_of(page):
    for item in page["items"]:
        moment = (item["timestamp_ms"] - START_MS, item["sensor_type"])
        assert item["value"] == value_of(moment)
        yield moment


@settings(max_examples=300, deadline=None)
@given(st.lists(batches, max_size=6), st.lists(batches, max_size=6), limits, orders)
def test_pages_make_the_sorted_whole_while_readings_arrive(before, between, limits, order):
    plant = Plant()
    expected = set()
    for batch in before:
        store(plant, batch)
        expected.update(batch)
    backwards = order == "desc"

    found = []
    token = None
    for number in range(1000):
        page = plant.page(device_id="press-1", order=order, limit=limits[number % len(limits)], next_token=token)
        found.extend(moments_of(page))
        token = page["next_token"]
        if token is None:
            break
        if between:
            # What arrives behind the index that was reached is for the next query.
            arriving = between.pop(0)
            store(plant, arriving)
            expected.update(m for m in arriving if (m < found[-1] if backwards else m > found[-1]))

    assert found == sorted(expected, reverse=backwards)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(batches, max_size=8),
    limits,
    orders,
    st.sampled_from([None, *SENSORS]),
    st.tuples(st.integers(0, 3 * SPAN_MS), st.integers(0, 3 * SPAN_MS)).map(sorted),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_pages_that_end_early_still_make_the_whole(stored, limits, order, sensor, span, calls, runs):
    plant = Plant()
    for batch in stored:
        store(plant, batch)
    first, last = span

    found = []
    token = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processed, "CALLS_A_PAGE", calls)
        patch.setattr(processed, "MOST_A_CALL", runs)
        for number in range(1000):
            page = plant.page(
                device_id="press-1",
                sensor_type=sensor,
                from_=START_MS + first,
                to=START_MS + last,
                order=order,
                limit=limits[number % len(limits)],
                next_token=token,
            )
            found.extend(moments_of(page))
            token = page["next_token"]
            if token is None:
                break

    whole = {m for batch in stored for m in batch if first <= m[0] < last and sensor in (None, m[1])}
    assert token is None
    assert found == sorted(whole, reverse=order == "desc")
