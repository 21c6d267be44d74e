"""What callers send wrongly: a status, a stable code, a sentence - and nothing written anywhere."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.functions.factories import NOW_MS, body, payload
from tests.unit.functions.http_events import content, error_code
from tests.unit.functions.ingest.plant import Plant
from tests.unit.functions.test_decode_properties import JSON, MESSAGES

PLANT = {"device_id": "press-1", "sensor_data": {"temperature": 25.5}}


def untouched(plant):
    return plant.tables.calls == [] and plant.kinesis.calls == []


def test_another_method_is_405():
    plant = Plant()

    answer = plant.post(body(), httpMethod="PUT")

    assert (answer["statusCode"], error_code(answer)) == (405, "method_not_allowed")
    assert answer["headers"]["Allow"] == "POST"
    assert untouched(plant)


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/csv", "application/xml", "", "json", "application/json2", "multipart/form-data; x=y"]
)
def test_another_content_type_is_415(kind):
    plant = Plant()

    answer = plant.post(body(), headers={"Content-Type": kind})

    assert (answer["statusCode"], error_code(answer)) == (415, "unsupported_media_type")
    assert untouched(plant)


@pytest.mark.parametrize("empty", ["", b"", "  \r\n\t"])
def test_an_empty_body_is_400(empty):
    plant = Plant()

    answer = plant.post(empty)

    assert (answer["statusCode"], error_code(answer)) == (400, "empty_body")
    assert untouched(plant)


@pytest.mark.parametrize("size", [256 * 1024 + 1, 20_000_000])
@pytest.mark.parametrize("kind", [str, bytes])
def test_a_long_body_is_413(size, kind):
    plant = Plant()
    text = json.dumps(payload()).ljust(size)

    answer = plant.post(text if kind is str else text.encode())

    assert (answer["statusCode"], error_code(answer)) == (413, "body_too_large")
    assert untouched(plant)


def test_the_longest_body_is_taken():
    assert Plant().post(json.dumps(payload()).ljust(256 * 1024))["statusCode"] == 202


NONE_VALID = {
    "no JSON": ("hello", "invalid_json"),
    "cut off": (body()[:-5], "invalid_json"),
    "nested deeply": ("[" * 100_000, "too_deep"),
    "nested deeply inside": ('{"device_id":"d","metadata":' + '{"a":' * 20_000 + "1" + "}" * 20_001, "too_deep"),
    "NaN": (json.dumps(payload(value=float("nan"))), "invalid_value"),
    "infinity": (json.dumps(payload(value=float("inf"))), "invalid_value"),
    "a number without end": (json.dumps(payload(value=1)).replace('"value": 1', '"value": 1e999'), "invalid_value"),
    "text": ('"text"', "not_an_object"),
    "null": ("null", "not_an_object"),
    "an empty array": ("[]", "empty"),
    "no device": (json.dumps({"temperature": 1}), "no_device"),
    "no measures": (json.dumps({"device_id": "d", "colour": "red"}), "no_measures"),
    "no UTF-8": (b'{"device_id": "\xff", "t": 1}', "invalid_utf8"),
    "UTF-16": (json.dumps(payload()).encode("utf-16"), "invalid_utf8"),
    "emoji in the device": (json.dumps(payload(sensor_id="\U0001f600")), "invalid_device"),
    "NUL in the device": (json.dumps(payload(sensor_id="a\x00b")), "invalid_device"),
    "a real NUL": ('{"device_id": "a\x00b", "t": 1}', "invalid_json"),
    "a line break in the device": (json.dumps(payload(sensor_id="a\n")), "invalid_device"),
    "ten emoji in the sensor": (json.dumps(payload(sensor_type="\U0001f600" * 10)), "invalid_sensor_type"),
    "half a surrogate pair, spelt": (json.dumps(payload(sensor_id="\ud800")), "invalid_json"),
    "half a surrogate pair": ('{"device_id": "\ud800", "t": 1}', "invalid_utf8"),
    "a clock ahead": (json.dumps(payload(timestamp=NOW_MS / 1000 + 3600)), "timestamp_in_future"),
    "expression text": (json.dumps(payload(sensor_id="' OR 1=1 --")), "invalid_device"),
}


@pytest.mark.parametrize("form", NONE_VALID)
def test_a_body_without_valid_readings_is_400_with_reasons(form):
    plant = Plant()
    text, reason = NONE_VALID[form]

    answer = plant.post(text)

    assert (answer["statusCode"], error_code(answer)) == (400, "no_valid_reading")
    assert [item["reason"] for item in content(answer)["rejected"]] == [reason]
    assert untouched(plant)
    assert plant.last is not None
    assert plant.last.rejected == 1


ENVELOPES = {
    "of a message": {"envelope": 1, "device": "press-9", "arrived_ms": NOW_MS - 5, "payload": "e30="},
    "of readings": {
        "envelope": 1,
        "device": "press-9",
        "arrived_ms": NOW_MS - 5,
        "readings": [{"sensor_type": "t", "value": 1.0, "timestamp_ms": NOW_MS, "arrived_ms": NOW_MS - 5}],
    },
}


@pytest.mark.parametrize("form", ENVELOPES)
@pytest.mark.parametrize("beside", [{}, {"device_id": "press-1"}])
def test_an_envelope_in_a_body_is_never_opened(form, beside):
    plant = Plant()

    plant.post(ENVELOPES[form] | beside)

    # Callers name any device, here by the key "device"; what only a broker knows is not believed.
    assert {found.device_id for found in plant.sent()} <= {beside.get("device_id", "press-9")}
    assert {found.arrived_ms for found in plant.sent()} <= {NOW_MS}
    assert {found.sensor_type for found in plant.sent()} <= {"envelope", "arrived_ms", "t"}


def test_an_envelope_in_metadata_stays_there():
    plant = Plant()

    plant.post(payload(metadata=ENVELOPES["of readings"]))

    assert [found.device_id for found in plant.sent()] == ["press-1"]


def test_text_that_is_lawful_and_odd_goes_through_unchanged():
    plant = Plant()
    line = 'a\x00b\ufffe\uffff\U0001f600"\\'

    plant.post(payload(production_line=line, metadata={line: line}))

    (found,) = plant.sent()
    assert found.production_line == line
    assert found.metadata == {line: line}


@pytest.mark.parametrize("key", ["", "é", "a\nb", "\x00", "x" * 256, "\ud800"])
def test_a_key_that_is_none_is_400(key):
    plant = Plant()

    answer = plant.post(body(), key=key)

    assert (answer["statusCode"], error_code(answer)) == (400, "invalid_idempotency_key")
    assert untouched(plant)


NAMES = st.sampled_from(["Content-Type", "content-type", "Idempotency-Key"]) | st.text(max_size=5)
VALUES = st.sampled_from(["application/json", "application/x-ndjson", "key"]) | st.text(max_size=5)
HEADERS = st.none() | st.dictionaries(NAMES, VALUES, max_size=3)
ODD_TEXT = st.text(st.characters(codec=None), max_size=200)


def judged(answer):
    """Every answer is one that the interface names."""
    assert answer["statusCode"] in {202, 400, 413, 415}
    assert "Traceback" not in answer["body"]
    if answer["statusCode"] == 202:
        assert content(answer)["accepted"] > 0
    else:
        assert error_code(answer)


@given(st.binary(max_size=300) | ODD_TEXT, HEADERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_body_and_any_headers_have_an_answer(text, headers):
    plant = Plant()

    judged(plant.post(text, headers=headers))
    plant.sent()


@given(JSON | st.lists(MESSAGES | st.just(PLANT), max_size=4), st.booleans(), st.none() | st.just("key"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_json_gets_a_response_that_the_processor_agrees_with(value, lines, key):
    plant = Plant()
    texts = [json.dumps(element) for element in value] if lines and isinstance(value, list) else [json.dumps(value)]

    answer = plant.post("\n".join(texts), key=key)

    judged(answer)
    assert len(plant.sent()) == (content(answer)["accepted"] if answer["statusCode"] == 202 else 0)
