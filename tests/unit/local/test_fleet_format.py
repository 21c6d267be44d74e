"""A run whose devices send in a format: what its deployment reads, and what the devices send."""

from __future__ import annotations

import pytest

from lambda_src.common.deployment import DeploymentRules
from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.reading import Identity
from lambda_src.common.readings.rules import Source
from lib.config import load_preset
from lib.config.validation import problems
from local.errors import RunError
from local.fleet import PlantMessage
from local.run.fleet_format import FLEET_FORMATS, SPARKPLUG, fleet_shape, with_format
from local.run.options import parse_options
from tests.unit.functions.factories import NOW_MS

SENT = [
    PlantMessage.of_reading(Identity("press-1", sensor, NOW_MS + 1000 * second), 70.0 + second, "line-1")
    for second in range(4)
    for sensor in ("temperature", "pressure", "vibration")
]


@pytest.mark.parametrize("preset", ["plant-monitoring", "sensor-analytics", "factory-floor"])
@pytest.mark.parametrize("name", [name for name in FLEET_FORMATS if name != SPARKPLUG])
def test_the_deployment_reads_what_its_devices_send(preset: str, name: str) -> None:
    config = with_format(load_preset(preset), name)
    rules = DeploymentRules(formats=config.formats).decode_rules()
    shape = fleet_shape(name, 3)
    topic = config.devices.topic_filter.replace("+", "press-1").replace("#", "press-1")

    read = set()
    for message in [*shape.take(SENT), *shape.rest()]:
        source = Source(topic, "mqtt")
        found = decode(message.payload, arrived_ms=NOW_MS + 10_000, device_id="press-1", rules=rules, source=source)
        assert not found.rejects
        read |= {(reading.identity, reading.value) for reading in found.readings}

    assert read == {pair for message in SENT for pair in message.readings}


@pytest.mark.parametrize("name", FLEET_FORMATS)
def test_the_settings_of_the_run_are_valid(name: str) -> None:
    config = parse_options(["run", "--preset", "plant-monitoring", "--format", name]).config

    assert list(problems(config)) == []
    assert bool(config.devices.sparkplug) == (name == SPARKPLUG)


@pytest.mark.parametrize(
    ("preset", "name", "words"),
    [
        ("manufacturing", "kepware", "needs devices, and preset manufacturing has none"),
        ("sensor-analytics", SPARKPLUG, "needs the bridge"),
    ],
)
def test_a_preset_that_cannot_have_the_format_is_refused(preset: str, name: str, words: str) -> None:
    with pytest.raises(RunError, match=words):
        parse_options(["run", "--preset", preset, "--format", name])


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RunError, match=r"csv-wide.*sparkplug-b"):
        parse_options(["run", "--format", "morse"])
