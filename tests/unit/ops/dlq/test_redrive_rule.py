"""What the topic rule could not deliver goes back as the rule would have written it."""

from __future__ import annotations

import json

import pytest

from lambda_src.common.readings.envelope import open_envelope
from tests.unit.ops.dlq.conftest import write_outputs
from tests.unit.ops.dlq.failed_records import shown
from tests.unit.ops.dlq.plant import BUCKET

PAYLOAD = b'{"sensor_type": "temperature", "value": 25.5, "timestamp": 1763712345}'


@pytest.fixture
def unbridged(plant):
    write_outputs(plant, "bridge_queue_url", "bridge_dlq_url")
    return plant


@pytest.mark.parametrize(
    ("topic", "device"),
    [
        ("sensor/press-1/data", "press-1"),
        ("$aws/rules/telemetry/sensor/press-1/data", "press-1"),
        ("sensor//data", ""),
        ("sensor", ""),
    ],
)
def test_a_message_is_redriven_in_the_rules_envelope(dlq, unbridged, topic, device):
    unbridged.fail_rule(topic, PAYLOAD)
    modified = unbridged.s3.list_objects_v2(Bucket=BUCKET)["Contents"][0]["LastModified"]

    assert dlq("redrive", "--source", "rule")[0] == 0

    ((key, data),) = unbridged.records()
    assert key == (device or "-")
    assert json.loads(data) == {
        "envelope": 1,
        "device": device,
        "arrived_ms": int(modified.timestamp() * 1000),
        "payload": "eyJzZW5zb3JfdHlwZSI6ICJ0ZW1wZXJhdHVyZSIsICJ2YWx1ZSI6IDI1LjUsICJ0aW1lc3RhbXAiOiAxNzYzNzEyMzQ1fQ==",
        "client": "press-1",
        "topic": topic.removeprefix("$aws/rules/telemetry/"),
    }
    assert unbridged.keys("iot-errors/") == []
    if device:
        (reading,) = open_envelope(data, arrived_ms=0).decoded.readings
        assert (reading.device_id, reading.value) == (device, 25.5)


def test_a_redriven_rule_message_that_fails_again_has_history(dlq, unbridged):
    key = unbridged.fail_rule()
    dlq("redrive")
    unbridged.give_up(*unbridged.records())

    (message,) = shown(dlq)

    assert (message["source"], message["parts"][0]["history"][0]["from"]) == ("records", key)


def test_with_a_bridge_messages_are_redriven_to_its_queue(dlq, plant):
    key = plant.fail_rule(payload=PAYLOAD)

    assert dlq("redrive")[0] == 0

    (message,) = plant.messages("bridge_queue_url")
    assert json.loads(message["Body"])["device"] == "press-1"
    assert json.loads(message["MessageAttributes"]["history"]["StringValue"])[0]["from"] == key
    assert (plant.records(), plant.keys()) == ([], [])
