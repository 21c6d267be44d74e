"""A device's topics are its own: no name of a device makes them the telemetry of another."""

from __future__ import annotations

import pytest

from lib.config.load import load_preset, presets
from lib.config.topics import is_telemetry, reserved_devices
from lib.devices.topics import Topics


@pytest.mark.parametrize(
    ("topic_filter", "topics", "reserved"),
    [
        ("sensor/+/data", ("commands/{device}",), ()),
        ("sensor/+/data", ("sensor/commands/{device}",), ("data",)),
        ("sensor/data/#", ("sensor/{device}/commands",), ("data",)),
        ("sensor/data/#", ("sensor/{device}/*",), ("data",)),
        ("device/+/telemetry", ("device/{device}/commands", "device/{device}/*"), ()),
        ("a/b/+/c", ("a/{device}/x/c",), ("b",)),
    ],
)
def test_names_that_would_be_anothers_telemetry_are_reserved(
    topic_filter: str, topics: tuple[str, ...], reserved: tuple[str, ...]
) -> None:
    assert reserved_devices(topic_filter, topics) == reserved


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("sensor/data/#", "sensor/data/{device}/commands", True),
        ("sensor/+/data", "sensor/{device}/data", True),
        ("sensor/+/data", "sensor/{device}/data/more", False),
        ("sensor/+/data", "sensor/{device}", False),
        ("sensor/data/#", "commands/{device}", False),
    ],
)
def test_a_topic_inside_of_the_filter_is_telemetry(topic_filter: str, topic: str, expected: bool) -> None:
    assert is_telemetry(topic_filter, topic) is expected


def _topics(preset: str) -> Topics:
    devices = load_preset(preset).devices
    return Topics(
        filter=devices.topic_filter,
        rule="rule",
        basic_ingest=devices.basic_ingest,
        command=devices.command_topic,
        answers=devices.publish_topics,
    )


@pytest.mark.parametrize("preset", [name for name in presets() if load_preset(name).devices.enabled])
def test_two_devices_share_no_topic(preset: str) -> None:
    topics = _topics(preset)
    names = [name for name in ("data", "commands", "sensor", "device", "a", "b") if name not in topics.reserved_devices]
    for one in names:
        for other in names:
            if one != other:
                mine = {*topics.publish(one), *topics.receive(one)}
                assert not mine & {*topics.publish(other), *topics.receive(other)}, (one, other)


@pytest.mark.parametrize(
    ("preset", "command", "publishes"),
    [
        ("plant-monitoring", "sensor/x/commands", "sensor/x/commands/response"),
        ("factory-floor", "sensor/commands/x", "sensor/commands/x/response"),
        ("sensor-analytics", "device/x/commands", "device/x/*"),
    ],
)
def test_a_preset_has_the_topics_of_its_system(preset: str, command: str, publishes: str) -> None:
    topics = _topics(preset)
    assert command in topics.receive("x")
    assert publishes in topics.publish("x")
