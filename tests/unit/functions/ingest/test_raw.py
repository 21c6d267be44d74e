"""The table of messages as they came."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.unit.functions.factories import NOW_MS, body, payload, series
from tests.unit.functions.fakes import client_error
from tests.unit.functions.http_events import REQUEST_ID, content, error_code
from tests.unit.functions.ingest.fakes import FakeTables
from tests.unit.functions.ingest.plant import Plant

DAY = 86_400


def test_a_message_is_kept_as_it_came():
    plant = Plant()
    text = '{ "device_id" : "press-1",\n "sensor_data": {"temperature": 25.50, "tag": "°"} }'

    plant.post(text)

    (item,) = plant.kept()
    assert item.pop("received").startswith(f"{NOW_MS}#")
    assert item == {
        "device_id": "press-1",
        "arrived_ms": str(NOW_MS),
        "message": text,
        "readings": "1",
        "request_id": REQUEST_ID,
        "expires_at": str(NOW_MS // 1000 + 30 * DAY),
    }


def test_zero_days_keep_a_message():
    plant = Plant(kept_days=0)

    plant.post(body())

    assert "expires_at" not in plant.kept()[0]


def test_a_list_of_one_device_is_kept_with_its_rejections():
    plant = Plant()
    text = f'[ {body().decode()}, 7, {{"device_id": "?"}} ]'

    plant.post(text)

    (item,) = plant.kept()
    assert (item["message"], item["readings"]) == (text, "1")


def test_each_device_of_a_list_gets_its_own_bytes():
    plant = Plant()
    ours, theirs = '{"device_id": "a", "t": 1.50,  "h": 2}', '{"device_id":"b","t":"°"  ,"h":1}'

    plant.post(f"[{ours} , {theirs}, 7]")

    kept = {item["device_id"]: (item["message"], item["readings"]) for item in plant.kept()}
    assert kept == {"a": (f"[{ours}]", "2"), "b": (f"[{theirs}]", "1")}


@pytest.mark.parametrize("shape", ["lines", "readings"])
def test_other_lists_for_several_devices_are_parted_too(shape):
    plant = Plant()
    elements = [json.dumps({"device_id": name, "timestamp": NOW_MS - n, "rpm": n}) for n, name in enumerate("abab")]
    text = "\n".join(elements) if shape == "lines" else f'{{"device_id": "z", "readings": [{",".join(elements)}]}}'

    plant.post(text)

    kept = {item["device_id"]: json.loads(item["message"]) for item in plant.kept()}
    messages = [json.loads(element) for element in elements]
    assert kept == {"a": [messages[0], messages[2]], "b": [messages[1], messages[3]]}


def test_bytes_that_are_not_text_are_not_kept():
    plant = Plant()
    good = body()

    answer = plant.post(good + b"\n" + b"\xff" * 200_000)

    assert content(answer)["accepted"] == 1
    (item,) = plant.kept()
    assert item["message"] == f"[{good.decode()}]"


def test_many_devices_are_many_items_in_few_calls():
    plant = Plant()

    plant.post([payload(sensor_id=f"d{n}") for n in range(60)])

    assert len(plant.kept()) == 60
    assert plant.tables.calls == ["batch_write_item"] * 3


def test_what_is_unprocessed_is_written_again():
    plant = Plant(tables=FakeTables({0, 2}, {1}))

    answer = plant.post([payload(sensor_id=f"d{n}") for n in range(4)])

    assert answer["statusCode"] == 202
    assert len(plant.kept()) == 4
    assert len(plant.tables.calls) == 3


FAULTS = [
    client_error("ProvisionedThroughputExceededException"),
    client_error("ThrottlingException"),
    client_error("InternalServerError", 500),
    EndpointConnectionError(endpoint_url="https://dynamodb"),
    {0},
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_an_unavailable_table_is_503_and_nothing_is_sent(fault):
    plant = Plant(tables=FakeTables(*[fault] * 5))

    answer = plant.post(body())

    assert (answer["statusCode"], error_code(answer)) == (503, "try_again")
    assert answer["headers"]["Retry-After"] == "1"
    assert plant.sent() == []


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_what_only_a_deployment_mends_is_raised(code):
    plant = Plant(tables=FakeTables(client_error(code)))

    with pytest.raises(ClientError, match=code):
        plant.post(body())

    assert plant.sent() == []


def test_without_a_key_two_requests_are_two_messages_same_readings():
    plant = Plant()

    plant.post(body())
    plant.post(body(), arrived_ms=NOW_MS + 1000)

    assert len(plant.kept()) == 2
    assert len({found.identity for found in plant.sent()}) == 1


def test_different_requests_of_the_same_millisecond_are_both_kept():
    plant = Plant()

    for data in series(3):
        plant.post(data)

    assert len(plant.kept()) == 3
