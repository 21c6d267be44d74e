"""Runs back into readings: every reading once and in order, whatever the cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.runs import SPAN_MS, key_range, readings_of
from tests.support.stored_runs import readings_between
from tests.unit.functions.factories import NOW_MS, entry, hot
from tests.unit.functions.runs import JUDGED_MS, at, items


def values(found):
    return [reading.value for reading in found]


@pytest.mark.parametrize("second", range(1, 10))
def test_a_batch_with_other_boundaries_is_read_once_in_order(second):
    whole = at(*range(10))

    stored = [*items(whole), *items(whole[:second]), *items(whole[second:])]

    assert values(readings_between(stored, NOW_MS, NOW_MS + 10)) == [float(n) for n in range(10)]


def test_a_later_redelivered_message_does_not_replace_its_run():
    table = {item["run"]["S"]: item for item in items(at(0, 1, 2, 3))}

    table |= {item["run"]["S"]: item for item in items(at(0, 4, 5))}

    assert values(readings_between(table.values(), NOW_MS, NOW_MS + 10)) == [0, 1, 2, 3, 4, 5]


def test_of_two_values_the_one_that_arrived_first_counts():
    first = items([entry(value=1.0, arrived_ms=NOW_MS)])
    second = items([entry(value=2.0, arrived_ms=NOW_MS + 1)])

    assert values(readings_between([*second, *first], NOW_MS, NOW_MS + 1)) == [1.0]


@pytest.mark.parametrize("turned", [False, True])
def test_of_values_that_arrived_together_the_least_counts(turned):
    found = [*items([entry(value=2.0)]), *items([entry(value=1.0)])]

    assert values(readings_between(found[::-1] if turned else found, NOW_MS, NOW_MS + 1)) == [1.0]


def test_the_latest_verdict_counts_all_else_as_first_arrived():
    first = items([entry(value=90.0, arrived_ms=NOW_MS)], judged_ms=NOW_MS)
    again = items([hot(NOW_MS, value=90.0, arrived_ms=NOW_MS + 9, production_line=None)], judged_ms=NOW_MS + 10)
    another = items([entry(value=2.0, arrived_ms=NOW_MS + 1)], judged_ms=NOW_MS + 20)

    for order in itertools.permutations([*first, *again, *another]):
        (found,) = readings_between(order, NOW_MS, NOW_MS + 1)

        assert (found.value, found.arrived_ms, found.production_line) == (90.0, NOW_MS, "line-1")
        assert (found.is_anomaly, found.judged_ms) == (True, NOW_MS + 10)


def test_another_unit_is_another_value_and_another_item():
    celsius = items([entry(value=80.0, unit="C", arrived_ms=NOW_MS)])
    fahrenheit = items([hot(NOW_MS, value=80.0, unit="F", arrived_ms=NOW_MS + 1)], judged_ms=JUDGED_MS + 1)

    (found,) = readings_between([*fahrenheit, *celsius], NOW_MS, NOW_MS + 1)

    assert celsius[0]["run"] != fahrenheit[0]["run"]
    assert (found.unit, found.is_anomaly) == ("C", False)


def test_a_run_of_an_older_version_yields_to_newer_verdicts():
    (old,) = items([entry(value=90.0)])
    del old["judged_ms"]
    (new,) = items([hot(NOW_MS, value=90.0)])

    assert [(r.unit, r.judged_ms, r.is_anomaly) for r in readings_of(old)] == [(None, 0, False)]
    assert [r.is_anomaly for r in readings_between([new, old], NOW_MS, NOW_MS + 1)] == [True]
    assert old["run"] == new["run"]


def test_a_range_takes_its_start_and_leaves_its_end():
    stored = items(at(0, 1, 2, 3))

    assert values(readings_between(stored, NOW_MS + 1, NOW_MS + 3)) == [1.0, 2.0]


@given(st.integers(0, SPAN_MS), st.integers(1, 10_000))
def test_a_key_range_finds_every_overlapping_run(reach, width):
    (item,) = items(at(0, reach) if reach else at(0))
    start = NOW_MS + reach

    low, high = key_range(start, start + width)

    assert low <= item["run"]["S"] <= high
    assert values(readings_between([item], start, start + width)) == [float(reach)]


def test_anomalies_and_the_line_come_back():
    (item,) = items([*at(0, production_line=None), hot(NOW_MS + 1, production_line=None)])

    assert [(r.is_anomaly, r.production_line) for r in readings_of(item)] == [(False, None), (True, None)]
