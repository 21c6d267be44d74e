"""The forms that devices send in: every reading goes out once, as the pipeline's own decoders read it."""

from __future__ import annotations

import json

import pytest

from lambda_src.bridge.normalise import normalise
from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.reading import Identity, Reading
from local.fleet import DeviceForms, PlantMessage, UnchangedMessages

NOW_MS = 1_790_000_000_000


def one(number: int, device: str = "press-1") -> PlantMessage:
    return PlantMessage.of_reading(Identity(device, "temperature", NOW_MS + number), 20.0 + number / 8, "line-1")


def shaped(count: int, per_message: int, *, legacy: bool = False, devices: int = 1) -> list[PlantMessage]:
    forms = DeviceForms(per_message, legacy=legacy)
    sent = [one(number, f"press-{number % devices}") for number in range(count)]
    return [message for start in range(0, count, 7) for message in forms.take(sent[start : start + 7])] + forms.rest()


def test_a_single_reading_is_an_object_in_the_documented_form() -> None:
    (message,) = shaped(1, 1)
    assert json.loads(message.payload) == {
        "deviceId": "press-0",
        "sensorType": "temperature",
        "value": 20.0,
        "timestamp": NOW_MS,
        "metadata": {"sequence": 0},
    }
    assert message.partition_key == "press-0"


@pytest.mark.parametrize(("count", "per_message", "devices"), [(100, 1, 3), (100, 5, 3), (101, 7, 2), (3, 50, 2)])
@pytest.mark.parametrize("legacy", [False, True])
def test_every_reading_goes_out_once_and_in_its_devices_order(
    count: int, per_message: int, devices: int, legacy: bool
) -> None:
    messages = shaped(count, per_message, legacy=legacy, devices=devices)
    for device in range(devices):
        mine = [reading for each in messages if each.partition_key == f"press-{device}" for reading in each.readings]
        assert mine == [
            reading for number in range(device, count, devices) for reading in one(number, f"press-{device}").readings
        ]
    assert max(len(message.readings) for message in messages) <= per_message


@pytest.mark.parametrize("per_message", [1, 5])
def test_the_processor_reads_what_was_meant(per_message: int) -> None:
    for message in shaped(40, per_message):
        decoded = decode(message.payload, arrived_ms=NOW_MS, device_id=message.partition_key)
        assert not decoded.rejects
        assert [(reading.identity, reading.value) for reading in decoded.readings] == list(message.readings)


@pytest.mark.parametrize("per_message", [1, 5])
def test_the_bridge_reads_the_legacy_forms_too(per_message: int) -> None:
    messages = shaped(200, per_message, legacy=True)
    for message in messages:
        normal = normalise(message.payload, device_id=message.partition_key, arrived_ms=NOW_MS)
        assert not normal.passed
        readings = [(found.identity, found.value) for found in normal.readings if isinstance(found, Reading)]
        assert readings == list(message.readings)
    packed = sum(message.payload.startswith(b"\x1f\x8b") for message in messages)
    lines = sum(message.payload[:1].isdigit() for message in messages)
    assert packed == lines == len(messages) // 10


def test_without_a_bridge_nothing_has_a_legacy_form() -> None:
    assert all(json.loads(message.payload) for message in shaped(100, 1))


def test_the_same_readings_make_the_same_bytes() -> None:
    assert shaped(100, 3, legacy=True) == shaped(100, 3, legacy=True)


def test_a_message_stays_below_what_a_broker_takes() -> None:
    assert max(len(message.payload) for message in shaped(3000, 3000)) < 128 * 1024


def test_messages_for_the_stream_stay_as_they_are() -> None:
    messages = [one(number) for number in range(3)]
    assert UnchangedMessages().take(messages) == messages
    assert UnchangedMessages().rest() == []
