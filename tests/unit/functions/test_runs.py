"""Readings into runs and runs into items: no reading lost, whatever the cut."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.handlers.units import item_size
from lambda_src.common.runs import SPAN_MS, readings_of, sensor_bucket
from lambda_src.processor.stores.run_builder import LONGEST, cut, expires_at, is_storable, to_item
from tests.unit.functions.factories import NOW_MS, entry, hot
from tests.unit.functions.runs import DAYS, JUDGED_MS, at, items


def lengths(entries):
    return [len(run) for run in cut(entries)]


def test_a_run_is_one_sensor_of_one_device_by_time():
    mixed = [*at(2, 0, 1), *at(0, 1, sensor_type="humidity"), *at(0, device_id="press-2")]

    runs = cut(mixed)

    assert [[e.reading.timestamp_ms - NOW_MS for e in run] for run in runs] == [[0, 1, 2], [0, 1], [0]]


def test_a_run_ends_after_five_minutes_and_not_before():
    assert lengths(at(0, SPAN_MS)) == [2]
    assert lengths(at(0, SPAN_MS + 1)) == [1, 1]
    assert lengths(at(0, SPAN_MS, SPAN_MS + 1, 2 * SPAN_MS + 1, 2 * SPAN_MS + 2)) == [2, 2, 1]


def test_a_run_ends_at_its_limit_or_a_changed_unit():
    assert lengths(at(*range(LONGEST))) == [LONGEST]
    assert lengths(at(*range(LONGEST + 1))) == [LONGEST, 1]
    assert lengths([*at(0, 1), *at(2, production_line="line-2"), *at(3, production_line=None)]) == [2, 1, 1]
    assert lengths([*at(0, 1, unit="C"), *at(2, unit="F"), *at(3)]) == [2, 1, 1]


def test_the_longest_possible_run_stays_within_8_kb():
    worst = [
        hot(
            NOW_MS + n * 999 + (1 if n else 0),
            value=-1.2345678901234567e-101,
            device_id="d" * 128,
            sensor_type="s" * 64,
            production_line="\N{FACTORY}" * 256,
            unit="\N{THERMOMETER}" * 16,
        )
        for n in range(LONGEST)
    ]

    (item,) = items(worst)

    assert 7 * 1024 < item_size(item) <= 8 * 1024


def test_an_item_says_everything_by_name():
    run = [
        entry(timestamp_ms=NOW_MS, value=71.5, unit="C", arrived_ms=NOW_MS + 40),
        hot(NOW_MS + 250, unit="C", arrived_ms=NOW_MS + 300),
    ]

    (item,) = items(run)

    key = item.pop("run")["S"]
    assert key.startswith(f"{NOW_MS}#temperature#")
    assert item == {
        "device_id": {"S": "press-1"},
        "start_ms": {"N": str(NOW_MS)},
        "sensor_type": {"S": "temperature"},
        "offsets_ms": {"L": [{"N": "0"}, {"N": "250"}]},
        "values": {"L": [{"N": "71.5"}, {"N": "120.0"}]},
        "anomalies": {"L": [{"N": "1"}]},
        "arrived_ms": {"N": str(NOW_MS + 300)},
        "judged_ms": {"N": str(JUDGED_MS)},
        "unit": {"S": "C"},
        "production_line": {"S": "line-1"},
        "expires_at": {"N": str((NOW_MS + 300) // 1000 + DAYS * 86_400)},
        "sensor_bucket": {"S": sensor_bucket("temperature", "press-1")},
    }
    assert items(at(0))[0].keys().isdisjoint({"anomalies", "unit"})


def test_zero_days_keep_a_run():
    item = to_item([entry(timestamp_ms=NOW_MS)], 0, JUDGED_MS)

    assert "expires_at" not in item
    assert expires_at([entry(timestamp_ms=NOW_MS)], 0) is None


def test_a_key_sorts_by_time_even_before_2001():
    early, late = (to_item([entry(timestamp_ms=ms)], DAYS, JUDGED_MS)["run"]["S"] for ms in (950_000_000_000, NOW_MS))

    assert early.startswith("0950000000000#")
    assert early < late


def test_the_buckets_of_a_sensor_type_spread_over_16_partitions():
    buckets = {sensor_bucket("temperature", f"press-{n}") for n in range(1000)}

    assert len(buckets) == 16
    assert all(bucket.startswith("temperature#") and len(bucket) == len("temperature#00") for bucket in buckets)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.sampled_from(["t", "h"]),
            st.integers(0, 3 * SPAN_MS),
            st.sampled_from(["l", None]),
        ),
        max_size=40,
        unique_by=lambda found: found[:3],
    )
)
def test_runs_of_a_batch_have_different_starts_without_lost_readings(found):
    entries = [
        entry(index, device_id=d, sensor_type=s, timestamp_ms=NOW_MS + t, value=float(index), production_line=line)
        for index, (d, s, t, line) in enumerate(found)
    ]

    made = items(entries)

    # Even without the checksum at the key's end.
    starts = {(item["device_id"]["S"], item["run"]["S"].rpartition("#")[0]) for item in made}
    assert len(starts) == len(made)
    back = {reading.identity: reading.value for item in made for reading in readings_of(item)}
    assert back == {e.reading.identity: e.reading.value for e in entries}


def test_the_same_cut_is_the_same_item():
    assert items(at(0, 1, 2)) == items(at(2, 0, 1))


@pytest.mark.parametrize(
    ("value", "storable"),
    [
        (0.0, True),
        (1e-130, True),
        (9.99e-131, False),
        (5e-324, False),
        (-9.99e125, True),
        (1e126, False),
        (-1e308, False),
    ],
)
def test_what_a_dynamodb_number_can_hold(value, storable):
    assert is_storable(value) is storable


def test_quality_and_metadata_are_stored_and_returned():
    run = [
        *at(0),
        *at(1, quality="bad", metadata={"Batch": "A1", "batch": 7}),
        *at(2, quality="uncertain"),
        *at(3, metadata={"Batch": "A1", "batch": 7}),
    ]

    (item,) = items(run)

    assert (item["bad"], item["uncertain"]) == ({"L": [{"N": "1"}]}, {"L": [{"N": "2"}]})
    assert item["metadata"] == {"L": [{"S": '{"Batch":"A1","batch":7}'}]}
    found = list(readings_of(item))
    assert [reading.quality for reading in found] == ["good", "bad", "uncertain", "good"]
    assert [reading.metadata for reading in found] == [None, '{"Batch":"A1","batch":7}'] * 2


def test_metadata_that_all_readings_share_is_stored_once():
    (item,) = items(at(0, 1, 2, metadata={"firmware": "1.2"}))

    assert "metadata_at" not in item
    assert {reading.metadata for reading in readings_of(item)} == {'{"firmware":"1.2"}'}


def test_a_run_without_quality_and_metadata_has_no_such_attributes():
    (item,) = items(at(0, 1))

    assert item.keys() & {"bad", "uncertain", "metadata", "metadata_at"} == set()


def test_other_metadata_or_quality_makes_another_key():
    changes: list[Any] = [{}, {"metadata": {"a": 1}}, {"metadata": {"a": 2}}, {"quality": "bad"}]

    assert len({items(at(0, **change))[0]["run"]["S"] for change in changes}) == 4


def test_long_metadata_makes_several_runs():
    run = [entry for n in range(10) for entry in at(n, metadata={"n": n, "text": "x" * 10_000})]

    found = items(run)

    assert len(found) == 4
    assert max(sum(len(text["S"]) for text in item["metadata"]["L"]) for item in found) <= 32_768
