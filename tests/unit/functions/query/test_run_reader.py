"""How far the runs that were read make the readings complete."""

from __future__ import annotations

from typing import Any, cast

import pytest

from lambda_src.common.runs import SPAN_MS
from lambda_src.query_api.runs import RunReader
from tests.unit.functions.factories import NOW_MS, entry
from tests.unit.functions.query.fake_runs import Plant

END_MS = NOW_MS + 10 * SPAN_MS


@pytest.fixture(scope="module")
def table():
    """Three runs that start together, each as long as a run may be, and one that starts after them."""
    plant = Plant()
    for sensor in "abc":
        plant.store([entry(timestamp_ms=NOW_MS + offset, sensor_type=sensor) for offset in (0, SPAN_MS)])
    plant.store([entry(timestamp_ms=NOW_MS + 2 * SPAN_MS, sensor_type="a")])
    return plant.table


def reader(table, *, descending):
    return RunReader(
        cast("Any", table),
        "readings",
        device_id="press-1",
        sensor_type=None,
        start_ms=NOW_MS,
        end_ms=END_MS,
        descending=descending,
    )


def complete(found):
    return found.complete_from - NOW_MS, found.complete_to - NOW_MS


def test_forwards_everything_before_the_last_runs_start_is_complete(table):
    runs = reader(table, descending=False)
    assert complete(runs) == (0, 0)

    runs.read(1)
    assert complete(runs) == (0, 0)

    runs.read(3)
    assert (complete(runs), runs.seen) == ((0, 2 * SPAN_MS), 4)

    runs.read(1)
    assert (complete(runs), runs.finished) == ((0, END_MS - NOW_MS), True)


def test_backwards_all_that_no_earlier_run_can_reach_is_complete(table):
    runs = reader(table, descending=True)
    assert complete(runs) == (END_MS - NOW_MS, END_MS - NOW_MS)

    runs.read(1)
    assert complete(runs) == (3 * SPAN_MS + 1, END_MS - NOW_MS)

    runs.read(1)
    # Two more start together with this one, and each may have a reading at the very end of its five minutes.
    assert complete(runs) == (SPAN_MS + 1, END_MS - NOW_MS)

    runs.read(3)
    assert (complete(runs), runs.finished) == ((0, END_MS - NOW_MS), True)
