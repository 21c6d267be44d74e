"""A sensor that says it has no value: in its device's state until its next reading, whatever the order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.reading import Outage
from lambda_src.processor.device_state import observe, reconcile
from lambda_src.processor.sensor_outages import MOST_OUTAGES, OpenOutage
from lambda_src.processor.state_due import is_due
from tests.unit.functions.device_table import at, container
from tests.unit.functions.factories import NOW_MS, body, deadline, records
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.plant import Plant

MINUTE = 60_000


def out(offset, sensor="temperature"):
    return Outage("press-1", sensor, NOW_MS + offset, NOW_MS + offset, "line-1")


def moments(state):
    return {name: (each.since_ms - NOW_MS, each.latest_ms - NOW_MS) for name, each in state.outages.items()}


def test_an_outage_lasts_until_the_next_reading():
    state = observe(None, [at(0)])
    first = observe(state, [], [out(1)])
    later = observe(first, [at(2, sensor_type="humidity")], [out(2)])
    over = observe(later, [at(3)])

    assert [moments(one) for one in (state, first, later, over)] == [
        {},
        {"temperature": (1, 1)},
        {"temperature": (1, 2)},
        {},
    ]


def test_an_outage_is_a_sign_of_life_and_no_value():
    state = observe(None, [at(0)])._replace(status="OFFLINE")

    back = observe(state, [], [out(MINUTE)])

    assert (back.status, back.last_seen_ms, back.heard_ms) == ("NORMAL", NOW_MS + MINUTE, NOW_MS + MINUTE)
    assert back.sensors == state.sensors


def test_a_bad_reading_does_not_end_an_outage():
    state = observe(None, [at(0)], [out(1)])

    assert moments(observe(state, [at(2, quality="bad")])) == {"temperature": (1, 1)}
    assert moments(observe(state, [at(2, quality="uncertain")])) == {}


@given(st.permutations(range(8)), st.lists(st.booleans(), min_size=8, max_size=8), st.integers(1, 7))
def test_the_newest_message_of_a_sensor_decides_in_any_order(order, has_value, cut):
    def taken(state, times):
        return observe(state, [at(t) for t in times if has_value[t]], [out(t) for t in times if not has_value[t]])

    one_by_one = taken(taken(None, order[:cut]), order[cut:])
    side_by_side = reconcile(taken(None, order[:cut]), taken(None, order[cut:]))

    last_value = max((t for t in range(8) if has_value[t]), default=-1)
    for state in (one_by_one, side_by_side):
        assert set(state.outages) == (set() if has_value[7] else {"temperature"})
        for since, latest in moments(state).values():
            assert last_value < since <= latest == 7


def test_a_batch_knows_the_first_outage_after_its_last_reading():
    assert moments(observe(None, [at(2)], [out(t) for t in (1, 3, 4)])) == {"temperature": (3, 4)}


def test_of_too_many_outages_the_newest_are_kept():
    state = observe(None, [], [out(n, f"s{n}") for n in range(MOST_OUTAGES + 3)])

    assert state.outages.keys() == {f"s{n}" for n in range(3, MOST_OUTAGES + 3)}


def test_begin_and_end_of_an_outage_are_due_at_once():
    state = observe(None, [at(0)])
    begun = observe(state, [], [out(1)])

    assert is_due("press-1", state, begun, MINUTE)
    assert not is_due("press-1", begun, observe(begun, [], [out(2)]), MINUTE)
    assert is_due("press-1", begun, observe(begun, [at(2)]), MINUTE)


@pytest.mark.parametrize("ordered", [True, False])
def test_another_container_continues_and_ends_an_outage(ordered):
    fake = FakeDynamo()
    plant = Plant()

    def run(*payloads):
        plant.parts = plant.parts._replace(followers=[container(fake, ordered=ordered)])
        return plant.deliver(records(*payloads))

    run(body(value=1.0, timestamp=NOW_MS), body(value=None, quality="bad", timestamp=NOW_MS + 1))
    report = run(body(value="No Data", timestamp=NOW_MS + 2))
    standing = fake.device()["outages"]["M"]["temperature"]["M"]["since_ms"]
    run(body(value=2.0, timestamp=NOW_MS + 3))

    assert standing == {"N": str(NOW_MS + 1)}
    assert (report.counts["SensorOutages"], report.counts["ReadingsQuarantined"]) == (1, 0)
    assert fake.device()["outages"] == {"M": {}}


def test_an_outage_whose_state_was_not_written_is_delivered_again():
    fake = FakeDynamo(*[{0: "ThrottlingError"}] * 5)
    plant = Plant()
    plant.parts = plant.parts._replace(followers=[container(fake)])

    report = plant.deliver(records(body(value=None, quality="bad", timestamp=NOW_MS)))

    assert (list(report.again), report.counts["SensorOutages"]) == ([0], 0)


def test_a_state_without_outages_has_no_such_attribute():
    fake = FakeDynamo()

    container(fake).write([at(0)], deadline())

    assert "outages" not in fake.device()


def test_a_device_is_heard_by_outages_alone():
    state = observe(None, [], [out(0), out(MINUTE)])

    assert (state.sensors, state.status, state.interval_ms) == ({}, "NORMAL", MINUTE)
    assert state.outages == {"temperature": OpenOutage(NOW_MS, NOW_MS + MINUTE)}
