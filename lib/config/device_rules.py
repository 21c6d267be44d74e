"""Impossible combinations in the settings of devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.config.topics import is_telemetry, reserved_devices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.config.errors import Problem
    from lib.config.model import Config


def device_problems(config: Config) -> Iterator[Problem]:
    """Yields each impossible combination of topics, presence and tables."""
    silence, written = config.devices.minimum_silence_seconds, config.tables.state_seconds
    if config.devices.enabled and silence < 2 * written:
        yield "devices.minimum_silence_seconds", silence, f"at least twice tables.state_seconds ({written})"
    if config.devices.enabled and not config.tables.enabled:
        yield "devices.enabled", True, "false while tables.enabled = false: silence is seen in the devices table"
    if config.devices.sparkplug and not (config.devices.enabled and config.devices.bridge):
        allowed = "left out unless devices.enabled and devices.bridge are true: the bridge reads the births"
        yield "devices.sparkplug.group", config.devices.sparkplug.group, allowed
    yield from _topics(config)


def _topics(config: Config) -> Iterator[Problem]:
    devices = config.devices
    reserved = reserved_devices(devices.topic_filter, (devices.command_topic, *devices.publish_topics))
    if devices.first_thing and devices.first_thing.name in reserved:
        allowed = f"another name: the topics of {', '.join(reserved)} would be another device's telemetry"
        yield "devices.first_thing.name", devices.first_thing.name, allowed
    if is_telemetry(devices.topic_filter, devices.command_topic):
        allowed = f"a topic outside of devices.topic_filter ({devices.topic_filter}): commands are not telemetry"
        yield "devices.command_topic", devices.command_topic, allowed
    for index, topic in enumerate(devices.publish_topics):
        if not topic.endswith("*") and is_telemetry(devices.topic_filter, topic):
            allowed = f"a topic outside of devices.topic_filter ({devices.topic_filter}), which devices have anyway"
            yield f"devices.publish_topics[{index}]", topic, allowed
