"""Settings of devices' topics: what would mix devices or telemetry is named in one line."""

from __future__ import annotations

from typing import Any

import pytest

from lib.config import ConfigError
from tests.unit.lib.test_config import decode


@pytest.mark.parametrize(
    ("devices", "line"),
    [
        ({"command_topic": "commands/all"}, "devices.command_topic='commands/all'"),
        ({"command_topic": "commands/{device}/#"}, "devices.command_topic='commands/{device}/#'"),
        ({"publish_topics": ["device/*"]}, "devices.publish_topics[0]='device/*'"),
        ({"publish_topics": ["$aws/{device}"]}, "devices.publish_topics[0]='$aws/{device}'"),
        (
            {"topic_filter": "sensor/data/#", "command_topic": "sensor/data/{device}"},
            "devices.command_topic='sensor/data/{device}': allowed is a topic outside of devices.topic_filter",
        ),
        (
            {"publish_topics": ["x/{device}", "sensor/{device}/data"]},
            "devices.publish_topics[1]='sensor/{device}/data': allowed is a topic outside of devices.topic_filter",
        ),
    ],
    ids=["no device", "a wildcard", "all devices", "reserved", "commands as telemetry", "telemetry twice"],
)
def test_a_topic_that_mixes_devices_or_telemetry_is_refused(devices: dict[str, Any], line: str) -> None:
    values = {"devices": {"enabled": True, **devices}, "tables": {"enabled": True}}
    with pytest.raises(ConfigError) as error:
        decode(**values)
    assert line in str(error.value)


def test_own_topics_below_a_prefix_are_allowed() -> None:
    devices = {"enabled": True, "topic_filter": "device/+/telemetry", "publish_topics": ["device/{device}/*"]}
    assert decode(devices=devices, tables={"enabled": True}).devices.publish_topics == ("device/{device}/*",)


@pytest.mark.parametrize("devices", [{"enabled": True}, {"bridge": True}, {}])
def test_sparkplug_needs_devices_and_the_bridge(devices: dict[str, Any]) -> None:
    values = {"devices": {"sparkplug": {"group": "plant"}, **devices}, "tables": {"enabled": True}}
    with pytest.raises(ConfigError) as error:
        decode(**values)
    assert "devices.sparkplug.group='plant': allowed is left out unless devices.enabled" in str(error.value)


@pytest.mark.parametrize("group", ["", "a/b", "a+", "x" * 33, "Werk 1"])
def test_a_group_that_no_topic_or_policy_holds_is_refused(group: str) -> None:
    with pytest.raises(ConfigError) as error:
        decode(devices={"enabled": True, "bridge": True, "sparkplug": {"group": group}}, tables={"enabled": True})
    assert "devices.sparkplug.group" in str(error.value)
