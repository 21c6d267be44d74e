"""The plant's readings in the formats of gateways: each goes out once, and stands where its format says."""

from __future__ import annotations

import json

import pytest

from lambda_src.common.readings.encodings.reader import read_documents
from lambda_src.common.readings.formats.document import Document
from lambda_src.common.readings.formats.named_formats import named_format
from lambda_src.common.readings.reading import Identity
from lambda_src.common.readings.sparkplug.births import Definitions, birth_of
from lambda_src.common.readings.sparkplug.payload import parse_payload
from local.fleet import DeviceForms, PlantMessage
from local.fleet.gateway_forms import ENCODERS
from local.fleet.sparkplug_forms import SparkplugForms

NOW_MS = 1_790_000_000_000
SENSORS = ("temperature", "pressure", "vibration")


def _sent(count: int, devices: int = 2) -> list[PlantMessage]:
    messages = []
    for number in range(count):
        identity = Identity(f"press-{number % devices}", SENSORS[number // devices % 3], NOW_MS + number)
        messages.append(PlantMessage.of_reading(identity, 20.0 + number / 8, "line-1"))
    return messages


def _content(message: PlantMessage, name: str):
    form = named_format(name)
    assert form is not None
    parts = read_documents(message.payload, form)
    return [part.content if isinstance(part, Document) else part.error for part in parts]


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("per_message", [1, 5])
def test_every_reading_goes_out_once(name, per_message):
    forms = DeviceForms(per_message, legacy=False, encode=ENCODERS[name])
    messages = forms.take(_sent(40)) + forms.rest()

    assert sorted(reading for message in messages for reading in message.readings) == sorted(
        reading for message in _sent(40) for reading in message.readings
    )


def _shaped(name: str) -> PlantMessage:
    (message,) = DeviceForms(3, legacy=False, encode=ENCODERS[name]).take(_sent(3, devices=1))
    return message


def test_kepware_tags_end_with_the_sensor():
    (content,) = _content(_shaped("kepware"), "kepware")

    assert content["timestamp"] == NOW_MS + 2
    assert content["values"][0] == {"id": "Plant.press-0.temperature", "v": 20.0, "q": True, "t": NOW_MS}


def test_opcua_has_a_data_set_per_time():
    (content,) = _content(_shaped("opcua-pubsub"), "opcua-pubsub")

    assert [list(message["Payload"]) for message in content["Messages"]] == [[sensor] for sensor in SENSORS]
    assert content["Messages"][1]["Payload"]["pressure"] == {
        "Value": 20.125,
        "SourceTimestamp": "2026-09-21T14:13:20.0010000Z",
        "StatusCode": 0,
    }


def test_a_wide_table_has_a_row_per_time():
    assert _content(_shaped("csv-wide"), "csv-wide") == [
        {"timestamp": str(NOW_MS), "temperature": "20.0"},
        {"timestamp": str(NOW_MS + 1), "pressure": "20.125"},
        {"timestamp": str(NOW_MS + 2), "vibration": "20.25"},
    ]


def test_sparkplug_names_metrics_in_the_birth_alone():
    forms = SparkplugForms(2, sensors=3)
    messages = [message for sent in _sent(50) for message in forms.take([sent])] + forms.rest()
    births: dict[str, Definitions] = {}
    found = []
    for message in messages:
        payload = parse_payload(message.payload)
        device = message.partition_key
        is_birth = message.topic == f"spBv1.0/plant/NBIRTH/{device}"
        assert is_birth == (device not in births)
        if is_birth:
            births[device] = birth_of(payload, NOW_MS).definitions()
        for metric in payload.metrics:
            if metric.name != "bdSeq":
                name = births[device].by_alias[metric.alias or 0].name
                assert (metric.name is not None) == is_birth
                found.append((Identity(device, name, metric.timestamp or 0), metric.value))

    assert sorted(found) == sorted(reading for message in _sent(50) for reading in message.readings)


def test_sparkplug_numbers_an_edge_nodes_messages():
    forms = SparkplugForms(1, sensors=1)
    sent = [PlantMessage.of_reading(Identity("press-0", "temperature", NOW_MS + n), 1.0, "line-1") for n in range(300)]

    assert [parse_payload(message.payload).seq for message in forms.take(sent)] == [n % 256 for n in range(300)]


def test_a_message_with_a_topic_keeps_it():
    message = SparkplugForms(1, sensors=1).take(_sent(1))[0]

    assert message.topic == "spBv1.0/plant/NBIRTH/press-0"
    assert json.loads(_sent(1)[0].payload)["sensor_id"] == "press-0"
