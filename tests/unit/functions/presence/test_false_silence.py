"""Who is announced as silent: only who is, once. Schedules on a virtual clock over services in memory."""

from __future__ import annotations

import pytest

from tests.unit.functions.factories import entry
from tests.unit.functions.presence.plant import MINUTE, SECOND, START, PresencePlant

HOUR = 60 * MINUTE


def steady(devices, *, every=10 * SECOND, until=HOUR, behind=0, start=0):
    """Messages of devices that send in turn; their clocks are behind by ``behind``."""
    return {at: [(device, at - behind) for device in devices] for at in range(start, until, every)}


@pytest.mark.parametrize("minutes", [6, 30])
def test_a_clock_that_is_slow_raises_no_alert(minutes):
    plant = PresencePlant()

    plant.run(HOUR, messages=steady(["press-1"], behind=minutes * MINUTE))

    assert plant.offline() == []


def test_a_device_that_packs_twenty_readings_raises_no_alert():
    plant = PresencePlant()
    packed = {
        at: [("press-1", *range(at - 19 * MINUTE, at + 1, MINUTE))] for at in range(20 * MINUTE, 6 * HOUR, 20 * MINUTE)
    }

    plant.run(6 * HOUR, messages=packed)

    assert plant.offline() == []


@pytest.mark.parametrize("minutes", [6, 10, 30])
def test_a_processor_that_stands_still_raises_no_alert(minutes):
    plant, again = PresencePlant(), (15 + minutes) * MINUTE
    devices = [f"press-{n}" for n in range(200)]
    plant.run(15 * MINUTE, messages=steady(devices, every=30 * SECOND, until=15 * MINUTE))

    plant.running = False
    plant.run(again, messages=steady(devices, every=30 * SECOND, start=15 * MINUTE, until=again))
    plant.running = True
    plant.run(HOUR, messages=steady(devices, every=30 * SECOND, start=again))

    assert plant.offline() == []


def test_a_processor_that_stands_still_for_hours_raises_no_alert():
    plant = PresencePlant()
    plant.run(15 * MINUTE, messages=steady(["press-1"], until=15 * MINUTE))
    plant.running = False
    plant.run(5 * HOUR, messages=steady(["press-1"], every=MINUTE, start=15 * MINUTE, until=5 * HOUR))

    assert plant.offline() == []


def test_a_stored_backlog_raises_no_alert():
    plant = PresencePlant()
    stored = {at: [("press-1", at - 3 * HOUR)] for at in range(0, 5 * MINUTE, SECOND)}

    plant.run(HOUR, messages=stored | steady(["press-1"], start=5 * MINUTE, every=MINUTE))

    assert plant.offline() == []


def test_a_replay_into_a_new_table_raises_no_alert():
    plant = PresencePlant()
    old = START - 30 * 24 * HOUR
    plant.replay(*(entry(device_id=f"press-{n}", timestamp_ms=old + n, arrived_ms=old + n) for n in range(50)))

    plant.run(3 * HOUR)

    assert plant.offline() == []


def test_a_device_that_falls_silent_raises_one_alert():
    plant = PresencePlant()
    messages = steady(["press-1", "press-2"], until=15 * MINUTE)

    plant.run(2 * HOUR, messages=messages | steady(["press-2"], start=15 * MINUTE, until=2 * HOUR))

    assert plant.offline() == ["press-1"]


def test_a_plant_switched_off_raises_one_alert_per_device():
    plant = PresencePlant()

    plant.run(5 * HOUR, messages=steady(["press-1", "press-2"], until=15 * MINUTE))

    assert plant.offline() == ["press-1", "press-2"]


def test_a_silence_that_began_before_a_standstill_raises_one_alert():
    plant = PresencePlant()
    plant.run(15 * MINUTE, messages=steady(["press-1", "press-2"], until=15 * MINUTE))
    plant.running = False
    plant.run(25 * MINUTE, messages=steady(["press-2"], start=15 * MINUTE, until=25 * MINUTE))
    plant.running = True
    plant.run(HOUR, messages=steady(["press-2"], start=25 * MINUTE))

    assert plant.offline() == ["press-1"]


def test_a_device_that_sends_once_is_silent_after_an_hour():
    plant = PresencePlant()
    plant.run(55 * MINUTE, messages={MINUTE: [("press-1",)], **steady(["press-2"], start=2 * MINUTE, until=2 * HOUR)})
    before = plant.offline()

    plant.run(2 * HOUR, messages=steady(["press-2"], start=55 * MINUTE, until=2 * HOUR))

    assert (before, plant.offline()) == ([], ["press-1"])
