"""A device's state, pure: the newest reading of each sensor, the status, the rhythm, and when to write."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.processor.device_state import MOST_SENSORS, DeviceState, Last, has_gap, observe, reconcile
from lambda_src.processor.state_due import is_due
from tests.unit.functions.factories import NOW_MS, entry, hot

MINUTE = 60_000


def at(offset, **changes):
    return entry(timestamp_ms=NOW_MS + offset, arrived_ms=NOW_MS + offset, **changes)


def gone(status="OFFLINE"):
    return observe(None, [at(0)])._replace(status=status)


def test_a_first_batch_says_what_was_last_of_each_sensor():
    state = observe(None, [at(5, value=2.0), at(0, value=1.0), at(3, sensor_type="humidity", value=9.0)])

    assert state.sensors == {
        "temperature": Last(2.0, NOW_MS + 5, "normal"),
        "humidity": Last(9.0, NOW_MS + 3, "normal"),
    }
    assert (state.status, state.last_seen_ms, state.updated_ms) == ("NORMAL", NOW_MS + 5, NOW_MS + 5)
    assert state.production_line == "line-1"


@given(st.permutations(range(6)), st.integers(1, 5))
def test_whatever_the_order_the_newest_reading_of_each_sensor_stays(order, cut):
    readings = [at(n, sensor_type="ab"[n % 2], value=float(n)) for n in order]

    state = observe(observe(None, readings[:cut]), readings[cut:])

    assert {name: last.value for name, last in state.sensors.items()} == {"a": 4.0, "b": 5.0}
    assert state.last_seen_ms == NOW_MS + 5


@given(st.permutations(range(6)), st.integers(1, 5))
def test_two_states_come_together_as_if_one_had_seen_everything(order, cut):
    readings = [at(n, sensor_type="ab"[n % 2], value=float(n)) for n in order]
    one, other = observe(None, readings[:cut]), observe(None, readings[cut:])

    both = reconcile(one, other)

    assert both.sensors == observe(None, readings).sensors
    assert both.last_seen_ms == NOW_MS + 5


def test_nothing_new_is_the_same_state():
    state = observe(None, [at(5), at(0, sensor_type="humidity")])

    assert observe(state, [at(5), at(2)]) is state
    assert reconcile(state, observe(None, [at(2)])) is state


def test_one_anomalous_sensor_suffices_its_normal_reading_ends_it():
    state = observe(None, [at(0), hot(NOW_MS, sensor_type="vibration")])
    later = observe(state, [at(1)])
    recovered = observe(later, [at(2, sensor_type="vibration")])

    assert [s.status for s in (state, later, recovered)] == ["ANOMALY", "ANOMALY", "NORMAL"]


@pytest.mark.parametrize("status", ["SILENT", "OFFLINE"])
def test_only_a_newer_message_brings_a_device_back(status):
    late = observe(gone(status), [at(-5, sensor_type="humidity")])
    back = observe(gone(status), [at(1)])
    back_hot = observe(gone(status), [hot(NOW_MS + 1, arrived_ms=NOW_MS + 1)])

    assert (late.status, set(late.sensors)) == (status, {"temperature", "humidity"})
    assert (back.status, back_hot.status) == ("NORMAL", "ANOMALY")


def test_a_message_with_old_readings_is_heard():
    state = observe(gone(), [entry(timestamp_ms=NOW_MS - 5 * MINUTE, arrived_ms=NOW_MS + MINUTE)])

    assert (state.status, state.heard_ms, state.last_seen_ms) == ("NORMAL", NOW_MS + MINUTE, NOW_MS)


def test_a_replay_is_not_heard():
    new = observe(None, [at(0)], live=False)
    known = observe(gone(), [at(5)], live=False)

    assert (new.status, new.heard_ms, new.rhythm_ms) == ("NORMAL", 0, 0)
    assert (known.status, known.heard_ms, known.last_seen_ms) == ("OFFLINE", NOW_MS, NOW_MS + 5)


def test_a_bad_reading_is_heard_and_never_a_last_value():
    bad = observe(None, [at(0, quality="bad", value=-9999.0)])
    after = observe(observe(None, [at(0)]), [at(5, quality="bad")])

    assert (dict(bad.sensors), bad.heard_ms, bad.status) == ({}, NOW_MS, "NORMAL")
    assert (after.sensors["temperature"].timestamp_ms, after.heard_ms) == (NOW_MS, NOW_MS + 5)


def test_every_change_is_a_new_version_within_the_same_millisecond():
    state = observe(None, [at(5)])
    later = observe(state, [entry(timestamp_ms=NOW_MS + 6, arrived_ms=NOW_MS + 5)])

    assert later.updated_ms > state.updated_ms
    assert reconcile(later, observe(None, [at(1, sensor_type="humidity")])).updated_ms > later.updated_ms


def test_the_interval_follows_the_rhythm_of_the_readings():
    state = observe(None, [at(n * 1000) for n in range(5)])
    assert state.interval_ms == 1000

    slower = state
    for batch in range(20):
        start = 5000 + batch * 20_000
        slower = observe(slower, [at(start + n * 2000) for n in range(10)])
    assert 1800 < slower.interval_ms < 2200


def test_sensors_that_report_together_are_one_reading_of_the_device():
    state = observe(None, [at(n * 1000, sensor_type=name) for n in range(5) for name in ("a", "b", "c")])

    assert state.interval_ms == 1000


def test_one_outage_is_no_new_rhythm():
    state = observe(None, [at(n * 1000) for n in range(5)])

    after = observe(state, [at(7 * 24 * 3_600_000)])
    first = observe(observe(None, [at(0)]), [at(7 * 24 * 3_600_000)])

    assert after.interval_ms <= 2 * state.interval_ms
    assert first.interval_ms == 3_600_000


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [
        ((5000,), False),
        ((5400, 9000), False),
        ((5500,), False),
        ((5501,), True),
        ((6000,), True),
        ((-500, 7000), True),
        ((-500,), False),
        ((4000,), False),
    ],
    ids=[
        "the next",
        "a little late",
        "just not missing",
        "just missing",
        "one is missing",
        "behind a late one",
        "a late one",
        "the same again",
    ],
)
def test_a_missing_reading_is_noticed_by_the_rhythm(offsets, expected):
    state = observe(None, [at(n * 1000) for n in range(5)])

    assert has_gap(state, [NOW_MS + offset for offset in offsets]) is expected


def test_without_a_rhythm_anything_may_be_missing():
    assert has_gap(observe(None, [at(0)]), [NOW_MS + 1])


def test_late_readings_say_nothing_about_the_rhythm():
    state = observe(None, [at(n * 1000) for n in range(5)])

    assert observe(state, [at(-500, sensor_type="humidity")]).interval_ms == state.interval_ms


def test_a_device_that_makes_up_sensors_keeps_the_newest():
    state = observe(None, [at(n, sensor_type=f"s{n}") for n in range(MOST_SENSORS + 7)])

    assert state.sensors.keys() == {f"s{n}" for n in range(7, MOST_SENSORS + 7)}


def test_a_burst_is_written_once_an_interval_of_device_time():
    written, writes = observe(None, [at(0)]), []
    for second in range(5, 605, 5):
        current = observe(written, [entry(timestamp_ms=NOW_MS + second * 1000, arrived_ms=NOW_MS + second)])
        if is_due("press-1", written, current, MINUTE):
            written = current
            writes.append(second)

    assert len(writes) == 9
    assert max(after - before for before, after in pairwise([0, *writes, 600])) <= 65


def test_a_write_is_due_once_an_interval_of_arrival_time():
    written = observe(None, [at(0)])
    due = [is_due("press-1", written, observe(written, [at(n * 1000)]), MINUTE) for n in range(1, 61)]

    assert due == sorted(due)
    assert due[-1]
    assert not is_due("press-1", written, written, MINUTE)


def test_a_new_sensor_is_due_at_once():
    state = observe(None, [at(0)])

    assert is_due("press-1", state, observe(state, [at(1, sensor_type="pressure", value=1.0)]), MINUTE)
    assert not is_due("press-1", state, observe(state, [at(1)]), MINUTE)


def test_a_sensor_that_changes_its_verdict_is_due_at_once():
    state = observe(None, [at(0), hot(NOW_MS, sensor_type="vibration")])

    assert is_due("press-1", state, observe(state, [hot(NOW_MS + 1)]), MINUTE)
    assert not is_due("press-1", state, observe(state, [hot(NOW_MS + 1, sensor_type="vibration")]), MINUTE)


def test_new_devices_and_status_changes_are_due_at_once():
    state = observe(None, [at(0)])

    assert is_due("press-1", None, state, MINUTE)
    assert is_due("press-1", state, observe(state, [hot(NOW_MS + 1)]), MINUTE)
    assert is_due("press-1", gone(), observe(gone(), [at(1)]), MINUTE)


def test_a_backlog_is_written_although_the_table_changed_later():
    written = observe(None, [at(0)])._replace(updated_ms=NOW_MS + 60 * MINUTE)
    due = [is_due("press-1", written, observe(written, [at(n * MINUTE)]), MINUTE) for n in range(1, 4)]

    assert due == [False, True, True]


def test_the_writes_of_a_fleet_are_spread_over_the_interval():
    written = observe(None, [at(0)])
    current: DeviceState = written._replace(updated_ms=written.updated_ms + 1000)

    due = sum(is_due(f"press-{n}", written, current, MINUTE) for n in range(6000))

    assert 50 < due < 150
