"""What goes in over HTTP comes out of the query, through queue, processor and table."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from lib.api.models import EXAMPLES

if TYPE_CHECKING:
    from tests.e2e.api.conftest import Caller

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]


def test_the_documented_example_comes_back_as_it_was_sent(writer: Caller, reader: Caller) -> None:
    example = {**EXAMPLES["measures"], "device_id": "press-example"}
    del example["timestamp"]
    answer = writer.post("/ingest", json.dumps(example).encode())
    assert (answer.status, answer.json()["accepted"], answer.json()["rejected"]) == (202, 2, [])
    items = {item["sensor_type"]: item for item in reader.readings("press-example", 2)}
    assert items["temperature"]["value"] == 25.5
    assert (items["temperature"]["celsius"], items["temperature"]["fahrenheit"]) == (25.5, 77.9)
    assert items["humidity"]["value"] == 40


def test_a_fahrenheit_reading_keeps_its_unit_and_compares_in_celsius(writer: Caller, reader: Caller) -> None:
    body = {"device_id": "oven-1", "sensor_type": "temperature", "value": 302, "unit": "F"}
    answer = writer.post("/process", json.dumps(body).encode())
    assert answer.status == 200, answer.body
    (verdict,) = answer.json()["readings"]
    assert (verdict["is_anomaly"], verdict["celsius"], verdict["unit"]) == (True, 150, "F")
    (item,) = reader.readings("oven-1", 1)
    assert (item["value"], item["unit"], item["is_anomaly"]) == (302, "F", True)


def test_what_is_processed_is_stored_when_the_answer_comes(writer: Caller, reader: Caller) -> None:
    now = time.time_ns() // 1_000_000
    body = [{"device_id": "lathe-1", "sensor_data": {"pressure": 10 + n}, "timestamp": now - n} for n in range(50)]
    answer = writer.post("/process", json.dumps(body).encode())
    assert answer.json()["accepted"] == 50
    found = reader.get("/query", device_id="lathe-1", limit=1000).json()["items"]
    assert [item["value"] for item in found] == [59 - n for n in range(50)]


def test_a_repeated_request_creates_nothing_twice(writer: Caller, reader: Caller) -> None:
    # Given readings without a time of their own, which only the key can tell apart
    body = b'{"device_id":"mill-1","sensor_data":{"vibration":1.5}}'
    headers = {"Content-Type": "application/json", "Idempotency-Key": "mill-1-first"}
    first = writer.post("/ingest", body, headers)
    time.sleep(0.01)
    # When the request is repeated, then the answer is the same one and there is one reading
    assert writer.post("/ingest", body, headers).json() == first.json()
    again = writer.post("/ingest", b'{"device_id":"mill-1","sensor_data":{"vibration":9}}', headers)
    assert (again.status, again.json()["error"]["code"]) == (422, "idempotency_key_reused")
    reader.readings("mill-1", 1)
    time.sleep(3)
    assert [item["value"] for item in reader.readings("mill-1", 1)] == [1.5]


def test_one_bad_reading_does_not_cost_its_neighbours(writer: Caller, reader: Caller) -> None:
    body = b'[{"device_id":"saw-1","sensor_data":{"temperature":1}},5,{"device_id":"saw-1","sensor_type":"x"}]'
    answer = writer.post("/ingest", body).json()
    assert answer["accepted"] == 1
    assert [(each["position"], each["reason"]) for each in answer["rejected"]] == [
        (1, "not_an_object"),
        (2, "no_value"),
    ]
    assert len(reader.readings("saw-1", 1)) == 1


def test_newline_delimited_json_is_taken(writer: Caller, reader: Caller) -> None:
    lines = (
        b'{"device_id":"drill-1","sensor_data":{"temperature":1}}\n{"device_id":"drill-1","sensor_data":{"humidity":2}}'
    )
    answer = writer.post("/ingest", lines, {"Content-Type": "application/x-ndjson"})
    assert (answer.status, answer.json()["accepted"]) == (202, 2)
    assert len(reader.readings("drill-1", 2)) == 2


def test_messages_are_kept_as_they_came(writer: Caller, reader: Caller) -> None:
    body = b'{"device_id":"crane-1",  "sensor_data":{"load":7.25},"note":"as it came"}'
    assert writer.post("/ingest", body).status == 202
    (item,) = reader.get("/query", device_id="crane-1", table="raw").json()["items"]
    assert item["message"] == body.decode()


def test_a_device_has_a_state(writer: Caller, reader: Caller) -> None:
    writer.post("/ingest", b'{"device_id":"robot-1","sensor_data":{"temperature":20}}')
    state = reader.state("robot-1")
    assert (state["status"], state["sensors"]["temperature"]["value"]) == ("NORMAL", 20)
    listed = [item["device_id"] for item in reader.get("/devices", status="NORMAL", limit=1000).json()["items"]]
    assert "robot-1" in listed
