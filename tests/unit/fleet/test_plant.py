"""The simulated plant."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from lambda_src.common.thresholds import Threshold
from lib.config.load import load_preset, presets
from local.errors import RunError
from local.fleet import Plant, expected_alerts

THRESHOLDS = {"temperature": Threshold(max=100.0), "pressure": Threshold(max=150.0), "vibration": Threshold(max=5.0)}
START_MS = 1_790_000_000_123


def plant(**changes: Any) -> Plant:
    base: dict[str, Any] = {
        "devices": 20,
        "rate": 200,
        "duration": 20,
        "start_ms": START_MS,
        "thresholds": THRESHOLDS,
        "quiet_seconds": 900,
    }
    return Plant(**(base | changes))


def test_the_same_seed_gives_the_same_messages():
    assert list(plant(seed=7).messages()) == list(plant(seed=7).messages())


def test_another_seed_gives_other_values():
    assert list(plant(seed=7).messages()) != list(plant(seed=8).messages())


def test_messages_can_be_asked_for_again():
    one = plant()

    assert list(one.messages()) == list(one.messages())


def test_a_message_has_the_gateways_form_and_its_own_reading():
    for message in list(plant().messages())[:300]:
        ((identity, value),) = message.readings
        payload = json.loads(message.payload)
        assert payload == {
            "sensor_id": identity.device_id,
            "sensor_type": identity.sensor_type,
            "value": value,
            "timestamp": pytest.approx(identity.timestamp_ms / 1000, abs=1e-6),
            "production_line": identity.device_id.split("-machine-")[0],
        }
        assert message.partition_key == identity.device_id


@pytest.mark.parametrize("rate", [1, 7, 199.5, 3000, 60_000])
def test_seconds_decode_to_the_millisecond_of_the_identity(rate):
    for message in list(plant(rate=rate, duration=3).messages())[:20_000]:
        seconds = json.loads(message.payload)["timestamp"]
        assert round(seconds * 1000) == message.readings[0][0].timestamp_ms


@pytest.mark.parametrize(("devices", "rate"), [(20, 200), (1, 3000), (3, 8999), (7, 333.3)])
def test_identities_are_unique(devices, rate):
    identities = [m.readings[0][0] for m in plant(devices=devices, rate=rate, duration=2).messages()]

    assert len(set(identities)) == len(identities) == int(rate * 2)


def test_event_times_advance_at_the_rate():
    times = [message.readings[0][0].timestamp_ms for message in plant(rate=200, duration=20).messages()]

    assert times == sorted(times)
    assert times[0] == START_MS
    assert times[200] - times[0] == 1000


def test_every_device_has_every_sensor():
    counts = Counter(message.readings[0][0][:2] for message in plant().messages())

    assert len(counts) == 60
    assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.parametrize("seed", range(10))
def test_normal_values_stay_clearly_within_the_thresholds(seed):
    one = plant(seed=seed, rate=60, duration=600)
    faulty = {(fault.device_id, fault.sensor_type) for fault in one.faults}
    extremes: defaultdict[str, list[float]] = defaultdict(list)
    for message in one.messages():
        identity, value = message.readings[0]
        if (identity.device_id, identity.sensor_type) not in faulty:
            extremes[identity.sensor_type].append(value)

    assert min(extremes["temperature"]) >= 40
    assert max(extremes["temperature"]) <= 74
    assert min(extremes["pressure"]) >= 90
    assert max(extremes["pressure"]) <= 130
    assert min(extremes["vibration"]) > 0
    assert max(extremes["vibration"]) <= 3.1


@pytest.mark.parametrize("preset", presets())
def test_in_every_preset_the_faults_and_nothing_else_raise_alerts(preset):
    thresholds = load_preset(preset).thresholds
    one = plant(thresholds=thresholds, duration=60)

    raised = {(alert.device_id, alert.sensor_type) for alert in one.expected_alerts}
    assert raised == {(f.device_id, f.sensor_type) for f in one.faults if f.sensor_type in thresholds}
    assert raised


@pytest.mark.parametrize(("seed", "duration"), [(seed, duration) for seed in range(8) for duration in (20, 30)])
def test_each_fault_is_one_alert_within_a_short_run(seed, duration):
    one = plant(seed=seed, duration=duration)

    raised = {(alert.device_id, alert.sensor_type) for alert in one.expected_alerts}
    assert raised == {(fault.device_id, fault.sensor_type) for fault in one.faults}
    assert len(one.expected_alerts) == len(one.faults) == 3
    for alert in one.expected_alerts:
        (fault,) = [f for f in one.faults if (f.device_id, f.sensor_type) == alert[:2]]
        assert fault.begins <= (alert.episode_start_ms - START_MS) / 1000 < fault.ends


@pytest.mark.parametrize(
    "changes", [{"devices": 1, "rate": 2, "duration": 30}, {"devices": 20, "rate": 20, "duration": 30}]
)
def test_faults_are_seen_at_ten_readings_a_sensor(changes):
    assert len(plant(**changes).expected_alerts) == 3


def test_expected_alerts_are_those_of_the_messages_sent():
    one = plant()
    sent = [reading for message in one.messages() for reading in message.readings]

    assert one.expected_alerts == expected_alerts(sent, THRESHOLDS, 900)


def test_bursts_are_separate_episodes_if_the_quiet_time_is_short():
    bursts = [alert.state for alert in plant(quiet_seconds=1).expected_alerts if alert.sensor_type == "vibration"]

    assert bursts == ["opened", "ended"] * 3


def test_a_long_run_has_faults_in_every_hour():
    assert len(plant(rate=1, duration=3 * 3600).faults) == 9


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"devices": 0}, "devices must be at least 1 (got 0)"),
        ({"rate": 0}, "rate must be more than 0 and at most 60000 readings/s for 20 devices"),
        ({"rate": -5}, "(got -5)"),
        ({"rate": float("nan")}, "(got nan)"),
        ({"devices": 1, "rate": 3001}, "at most 3000"),
        ({"duration": 0}, "duration must be more than 0 s (got 0)"),
    ],
)
def test_an_impossible_plant_is_refused_in_one_line(changes, named):
    with pytest.raises(RunError) as refused:
        plant(**changes)

    assert named in str(refused.value)
    assert "\n" not in str(refused.value)
