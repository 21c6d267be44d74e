"""What a body is made of: which readings are taken, and what is said of the rest."""

from __future__ import annotations

import json

import pytest

from tests.unit.functions.factories import NOW_MS, body, payload, reading, series
from tests.unit.functions.http_events import content, error_code
from tests.unit.functions.ingest.plant import Plant


def ndjson(*lines):
    return b"\n".join(lines)


def array(*elements):
    return b"[" + b",".join(elements) + b"]"


def reasons(answer):
    return [(item["position"], item["reason"]) for item in content(answer)["rejected"]]


FORMS = {
    "one value": (payload(), 1),
    "other names": ({"deviceId": "d", "sensorType": "t", "value": 1, "timestamp": NOW_MS}, 1),
    "sensor data": ({"device_id": "d", "sensor_data": {"temperature": 25.5, "humidity": 40}}, 2),
    "numeric fields": ({"deviceId": "d", "timestamp": NOW_MS, "temperature": 1.0, "humidity": 2}, 2),
    "an array": ([payload(value=n, timestamp=NOW_MS / 1000 - n) for n in range(3)], 3),
    "readings of a device": ({"device_id": "d", "readings": [{"sensor_type": "t", "value": 1}]}, 1),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_accepted_and_reaches_the_transport(form):
    plant = Plant()
    message, readings = FORMS[form]

    answer = plant.post(message)

    assert answer["statusCode"] == 202
    said = content(answer)
    assert (said["accepted"], said["rejected"], said["duplicates"]) == (readings, [], 0)
    assert said["request_id"]
    assert len(plant.sent()) == readings


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/json", "Application/JSON; charset=utf-8"])
def test_lines_are_accepted_whatever_of_the_two_the_type_says(kind):
    plant = Plant()

    answer = plant.post(ndjson(*series(5)), headers={"content-TYPE": kind})

    assert content(answer)["accepted"] == 5


def test_without_a_content_type_a_body_counts_as_json():
    assert Plant().post(body(), headers={})["statusCode"] == 202


def test_a_value_arrives_unchanged_with_the_gateways_arrival_time():
    plant = Plant()

    plant.post({"device_id": "d", "sensor_data": {"temperature": 25.5}})

    assert plant.sent() == [
        reading(device_id="d", value=25.5, timestamp_ms=NOW_MS, arrived_ms=NOW_MS, production_line=None)
    ]


def test_rejected_elements_are_named_by_position_and_reason_others_accepted():
    plant = Plant()
    elements = array(body(), b"7", body(value="hot"), body(sensor_id="a b"), body(value=9, timestamp=1e9))

    answer = plant.post(elements)

    assert answer["statusCode"] == 202
    assert content(answer)["accepted"] == 2
    assert reasons(answer) == [(1, "not_an_object"), (2, "invalid_value"), (3, "invalid_device")]
    assert all(item["detail"] for item in content(answer)["rejected"])


def test_a_measure_that_is_none_is_refused_alone():
    plant = Plant()

    answer = plant.post({"device_id": "d", "sensor_data": {"temperature": 1, "note": "hot"}})

    assert content(answer)["accepted"] == 1
    assert reasons(answer) == [(None, "invalid_value")]


def test_an_unknown_field_is_a_measure_or_refused():
    plant = Plant()

    answer = plant.post(
        [{"device_id": "d", "rpm": 5, "colour": "red"}, {"device_id": "e", "rpm": 5, "deep": {"a": 1}}, payload(rpm=7)]
    )

    assert [(found.device_id, found.sensor_type) for found in plant.sent()] == [
        ("d", "rpm"),
        ("press-1", "temperature"),
    ]
    assert reasons(answer) == [(0, "invalid_value"), (1, "unknown_form"), (2, "unknown_field")]


def test_of_two_values_the_first_counts_duplicates_are_counted():
    plant = Plant()

    answer = plant.post([payload(value=1), payload(value=2), payload(value=1), payload(value=-0.0, sensor_id="z")])

    said = content(answer)
    assert (said["accepted"], said["duplicates"]) == (2, 1)
    assert reasons(answer) == [(1, "conflict")]
    assert [found.value for found in plant.sent()] == [1.0, 0.0]


def test_rejections_stand_in_the_order_of_the_body():
    answer = Plant().post([payload(value=1), payload(value=2), 7, payload(value=3), payload(value="x")])

    assert [position for position, _ in reasons(answer)] == [1, 2, 3, 4]


def test_five_hundred_readings_are_one_request():
    plant = Plant()

    answer = plant.post(array(*series(500)))

    assert content(answer)["accepted"] == 500
    assert len(plant.kinesis.calls) == 1
    assert [found.value for found in plant.sent()] == [float(n) for n in range(500)]


TOO_MANY = {
    "an array": array(*series(501)),
    "lines": ndjson(*series(501)),
    "readings": {"device_id": "d", "readings": [{"sensor_type": "t", "value": n} for n in range(501)]},
    "measures of one message": {"device_id": "d", "sensor_data": {f"m{n}": n for n in range(501)}},
    "none of them good": [0] * 501,
    "good and bad ones": array(*series(500), b"0"),
    "the same one": [payload()] * 501,
    "more than can be read in time": b"[" + b"0," * 130_000 + b"0]",
}


@pytest.mark.parametrize("form", TOO_MANY)
def test_more_readings_than_the_limit_are_refused_whole(form):
    plant = Plant()

    answer = plant.post(TOO_MANY[form])

    assert (answer["statusCode"], error_code(answer)) == (413, "too_many_readings")
    assert not plant.tables.calls
    assert not plant.kinesis.calls


def test_a_lower_limit_of_the_deployment_counts():
    assert Plant().post(array(*series(3)), most=2)["statusCode"] == 413
    assert Plant().post(array(*series(2)), most=2)["statusCode"] == 202


def test_long_metadata_shared_by_many_measures_does_not_multiply():
    plant = Plant()
    message = {"device_id": "d", "sensor_data": {f"m{n}": n for n in range(400)}, "metadata": {"text": "x" * 50_000}}

    answer = plant.post(message)

    assert (answer["statusCode"], error_code(answer)) == (413, "body_too_large")
    assert plant.tables.calls == []


def test_content_too_long_in_json_is_refused_before_the_transport():
    plant = Plant()
    numbers = ",".join(["1E15"] * 50_000)
    element = json.dumps(payload(metadata={"n": "?"})).replace('"?"', f"[{numbers}]").encode()

    answer = plant.post(array(element, body(value=1, timestamp=1e9)))

    assert reasons(answer) == [(0, "too_large")]
    assert len(plant.sent()) == 1
