"""The plant sends whatever sensor types the settings know."""

from __future__ import annotations

import pytest

from lambda_src.common.thresholds import Threshold
from lib.config.load import load_preset, presets
from local.fleet import Plant
from local.fleet.models import MODELS, models_for

BOTH = [Threshold(min=0, max=100), Threshold(min=-40, max=-20), Threshold(min=7, max=7), Threshold(min=0, max=0)]
SMALL = [Threshold(min=0.0001, max=0.0004), Threshold(max=1e-7), Threshold(min=1_000_000, max=1_000_001)]
ONE_SIDED = [Threshold(max=85), Threshold(max=0), Threshold(max=-5), Threshold(min=3), Threshold(min=-3)]
CRITICAL = [
    Threshold(max=85, critical_max=100),
    Threshold(critical_min=10),
    Threshold(critical_max=500),
    Threshold(critical_min=-9, min=-5, max=5, critical_max=50),
    Threshold(critical_min=-9, critical_max=9),
]
THRESHOLDS = [*BOTH, *SMALL, *ONE_SIDED, *CRITICAL]


def plant(thresholds: dict[str, Threshold]) -> Plant:
    return Plant(devices=3, rate=120, duration=60, start_ms=0, thresholds=thresholds, quiet_seconds=900)


@pytest.mark.parametrize("threshold", THRESHOLDS, ids=str)
@pytest.mark.parametrize("sensor_type", ["noise_level", "temperature"])
def test_only_the_fault_of_a_judged_type_raises_an_alert(sensor_type: str, threshold: Threshold) -> None:
    one = plant({sensor_type: threshold})
    (fault,) = [each for each in one.faults if each.sensor_type == sensor_type]
    opened = [alert[:2] for alert in one.expected_alerts if alert.state == "opened"]
    assert opened == [(fault.device_id, sensor_type)]


def test_a_type_of_an_environment_is_sent_by_every_machine() -> None:
    one = plant({**load_preset("manufacturing").thresholds, "noise_level": Threshold(max=85)})
    sent = {message.readings[0][0][:2] for message in one.messages()}
    types = {"temperature", "pressure", "vibration", "noise_level"}
    assert sent == {(device, sensor_type) for device in one.device_ids for sensor_type in types}


@pytest.mark.parametrize("preset", presets())
def test_the_plants_own_models_fit_every_preset(preset: str) -> None:
    models = models_for(load_preset(preset).thresholds)
    assert models[: len(MODELS)] == MODELS
    assert {model.sensor_type for model in models} >= set(load_preset(preset).thresholds)


def test_a_model_that_does_not_fit_its_threshold_is_replaced() -> None:
    (model,) = [each for each in models_for({"temperature": Threshold(min=0, max=30)}) if each.sensor_type[0] == "t"]
    assert 0 < model.low < model.high < 30 < model.fault
