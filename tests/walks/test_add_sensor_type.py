"""Adding a sensor type touches a preset or an environment, and the simulated plant sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.walk import listed_files

if TYPE_CHECKING:
    from tests.support.walk import Walk

THRESHOLD = """
[thresholds.noise_level] # dB(A)
max = 85
critical_max = 100
"""
USE = """
import pathlib
import zipfile
from lambda_src.common.thresholds import Threshold
from lib.config import load_preset
from local.fleet import Plant
from tests.support.synth import Synthesized, synthesize_test_stack

thresholds = load_preset("manufacturing").thresholds
assert thresholds["noise_level"] == Threshold(max=85, critical_max=100)
stack = Synthesized.of(synthesize_test_stack("manufacturing", pathlib.Path("out").resolve()))
functions = stack.all("aws_lambda_function").values()
(processor,) = [each for each in functions if each["function_name"] == "iot-processor-test"]
path = next(pathlib.Path("out").rglob(pathlib.Path(processor["filename"]).name))
package = zipfile.ZipFile(path)
assert b"noise_level" in package.read("lambda_src/deployment.json")
plant = Plant(devices=1, rate=10, duration=10, start_ms=0, thresholds=thresholds, quiet_seconds=900)
sent = [reading for message in plant.messages() for reading in message.readings]
noise = [value for identity, value in sent if identity.sensor_type == "noise_level"]
assert noise and min(noise) < 85 < max(noise), noise
"""


def test_a_sensor_type_takes_a_threshold(walk: Walk) -> None:
    walk.insert("presets/manufacturing.toml", THRESHOLD, before="\n[thresholds.vibration]")
    walk.run("-c", USE)
    assert walk.touched() == listed_files("Add a sensor type", PRESET="manufacturing", NAME="noise_level")
