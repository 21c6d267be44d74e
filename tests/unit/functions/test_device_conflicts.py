"""Who else writes a device's state: other containers, and what marks it as silent. The newest reading wins."""

from __future__ import annotations

import pytest

from tests.unit.functions.device_table import MINUTE, at, container, hot_at, presence_sets, seen, sensors, status, take
from tests.unit.functions.factories import NOW_MS, entry
from tests.unit.functions.fake_dynamodb import FakeDynamo


def test_an_older_reading_never_wins_in_another_container():
    fake = FakeDynamo()
    take(container(fake), at(100, value=2.0))
    before = dict(fake.device())

    take(container(fake), hot_at(50, value=1.0))

    assert fake.device() == before


def test_of_a_partly_older_batch_only_newer_sensors_are_taken():
    fake = FakeDynamo()
    take(container(fake), at(100), at(90, sensor_type="humidity"))

    take(container(fake), hot_at(95), hot_at(95, sensor_type="humidity"))

    assert sensors(fake) == {"temperature": 100, "humidity": 95}
    assert (seen(fake), status(fake)) == (100, "ANOMALY")


def test_alternating_containers_never_lose_each_others_writes():
    fake = FakeDynamo()
    one, two = container(fake), container(fake)
    take(one, at(0))
    take(two, at(1, sensor_type="humidity"))

    for turn in range(2, 12, 2):
        take(one, hot_at(turn * MINUTE) if turn % 4 else at(turn * MINUTE))
        take(two, at((turn + 1) * MINUTE, sensor_type="humidity"))

    assert sensors(fake) == {"temperature": 10 * MINUTE, "humidity": 11 * MINUTE}
    assert status(fake) == "ANOMALY"


def test_who_comes_between_reading_and_writing_is_not_overwritten():
    fake = FakeDynamo()
    other = container(fake)
    take(other, at(0))
    fake.script = [lambda: take(other, at(5 * MINUTE, sensor_type="humidity"))]

    take(container(fake), hot_at(2 * MINUTE))

    assert sensors(fake) == {"temperature": 2 * MINUTE, "humidity": 5 * MINUTE}
    assert (seen(fake), status(fake)) == (5 * MINUTE, "ANOMALY")


def test_two_containers_that_find_the_same_new_device_both_count():
    fake = FakeDynamo()
    other = container(fake)
    fake.script = [lambda: take(other, at(1, sensor_type="humidity"))]

    take(container(fake), at(0))

    assert sensors(fake) == {"temperature": 0, "humidity": 1}


@pytest.mark.parametrize("interval", [1, 1000, MINUTE // 2])
def test_a_fault_that_another_container_saw_ends_at_once(interval):
    fake = FakeDynamo()
    one, two = container(fake), container(fake)
    for turn in range(4):
        take(one, at(turn * interval))
        assert status(fake) == "NORMAL"

    take(two, hot_at(4 * interval))
    during = status(fake)
    take(one, at(5 * interval))

    assert (during, status(fake)) == ("ANOMALY", "NORMAL")


def test_a_fault_that_ended_in_another_container_restarts_at_once():
    fake = FakeDynamo()
    one, two = container(fake), container(fake)
    take(one, at(0))
    take(one, hot_at(1000))

    take(two, at(2000))
    between = status(fake)
    take(one, hot_at(3000))

    assert (between, status(fake)) == ("NORMAL", "ANOMALY")


def test_another_container_knows_which_sensors_are_anomalous():
    fake = FakeDynamo()
    one, two = container(fake), container(fake)
    take(one, at(0), hot_at(0, sensor_type="vibration"))
    take(one, hot_at(1000))

    take(two, at(2000, sensor_type="vibration"))
    still = status(fake)
    take(one, at(3000))

    assert (still, status(fake)) == ("ANOMALY", "NORMAL")


def test_without_an_order_no_container_relies_on_having_seen_everything():
    fake = FakeDynamo()
    one, two = container(fake, ordered=False), container(fake, ordered=False)
    take(one, at(0), at(1000))
    take(one, at(2000))

    take(two, hot_at(1500))
    take(one, at(3000))
    without_news = status(fake)
    take(two, hot_at(3500))
    take(one, at(4000))

    assert (without_news, status(fake)) == ("NORMAL", "NORMAL")


@pytest.mark.parametrize("gone", ["SILENT", "OFFLINE"])
@pytest.mark.parametrize("fresh", [False, True], ids=["same container", "another container"])
def test_a_device_that_comes_back_is_normal_again_at_once(gone, fresh):
    fake = FakeDynamo()
    store = container(fake)
    take(store, at(0))
    presence_sets(fake, gone)

    take(container(fake) if fresh else store, at(6 * MINUTE))

    assert (status(fake), seen(fake)) == ("NORMAL", 6 * MINUTE)


@pytest.mark.parametrize(
    ("arrived", "after"), [(1000, "OFFLINE"), (6 * MINUTE, "NORMAL")], ids=["arrived before", "arrives now"]
)
def test_old_readings_revive_a_silent_device_if_they_arrive_now(arrived, after):
    fake = FakeDynamo()
    store = container(fake)
    take(store, at(1000))
    presence_sets(fake, "OFFLINE")

    take(store, entry(timestamp_ms=NOW_MS, arrived_ms=NOW_MS + arrived, sensor_type="humidity"))

    assert (status(fake), sensors(fake)) == (after, {"temperature": 1000, "humidity": 0})


@pytest.mark.parametrize("late_first", [False, True])
def test_behind_a_queue_the_newest_reading_decides_at_once(late_first):
    fake = FakeDynamo()
    one, two = container(fake, ordered=False), container(fake, ordered=False)
    take(one, at(0))
    newest, older = (one, at(2000)), (two, hot_at(1000))

    for store, reading in [older, newest] if late_first else [newest, older]:
        take(store, reading)

    assert (status(fake), sensors(fake)) == ("NORMAL", {"temperature": 2000})


def test_behind_a_queue_an_older_reading_in_between_never_wins():
    """It is processed after the newer one's state was read and before it is written."""
    fake = FakeDynamo()
    one, two = container(fake, ordered=False), container(fake, ordered=False)
    take(one, at(0))
    fake.script = [lambda: take(two, hot_at(1000))]

    take(one, at(2000))

    assert (status(fake), sensors(fake)) == ("NORMAL", {"temperature": 2000})
