"""What real senders do beside their data: marks, NULs, NaN, text and booleans as values, numbers of any size."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.encodings.json_text import parse_json
from tests.unit.functions.factories import NOW_MS, body

NOT_FINITE = ["NaN", "nan", "-nan", "NAN", "Infinity", "-Infinity", "inf", "-inf", "INF", "-INF", "infinity"]
"""As JavaScript, Python and C print them."""
HUGE = [10**30, -(10**30), 10**400, -(10**400), 1e300, 5e-324]


def message(**changes):
    return body(**{"sensor_id": ...} | changes)


def read(payload):
    return decode(payload, arrived_ms=NOW_MS, device_id="press-1")


def with_token(token):
    """A reading whose value is this token, which is no JSON."""
    return message(sensor_type="pressure", value=0).replace(b'"value": 0', b'"value": ' + token.encode())


@pytest.mark.parametrize("front", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\r\n"])
@pytest.mark.parametrize("back", [b"", b"\0", b"\0\0\0", b"\n\0", b"\0\r\n", b" \0 \0\n"])
def test_marks_and_nuls_around_a_message_cost_nothing(front, back):
    found = read(front + message() + back)

    assert ([reading.value for reading in found.readings], found.rejects) == ([71.5], [])


@pytest.mark.parametrize("token", NOT_FINITE)
@pytest.mark.parametrize("frame", ["[%s]", '{"readings": [%s]}', "lines"])
def test_a_value_that_is_not_finite_costs_its_element(token, frame):
    parts = [message(value=1), with_token(token), message(value=2, timestamp=NOW_MS / 1000 - 1)]
    text = b"\n".join(parts) if frame == "lines" else frame.encode().replace(b"%s", b",".join(parts))

    found = read(text)

    assert [(reading.value, place) for reading, place in zip(found.readings, found.positions, strict=True)] == [
        (1.0, 0),
        (2.0, 2),
    ]
    assert [(one.reason, one.position, one.payload) for one in found.rejects] == [("invalid_value", 1, parts[1])]


@pytest.mark.parametrize("token", NOT_FINITE)
def test_a_measure_that_is_not_finite_costs_itself(token):
    found = read(b'{"timestamp": %d, "a": %s, "b": 2}' % (NOW_MS, token.encode()))

    assert [(one.sensor_type, one.value) for one in found.readings] == [("b", 2.0)]
    assert [(one.reason, one.path) for one in found.rejects] == [("invalid_value", "a")]


@pytest.mark.parametrize("token", NOT_FINITE)
def test_formats_read_the_same_tokens(token):
    found = parse_json(b'{"a": [%s, 1], "nan": "inf"}' % token.encode())

    assert isinstance(found, dict)
    assert str(found["a"][0]) in ("nan", "inf", "-inf")
    assert (found["a"][1], found["nan"]) == (1, "inf")


@pytest.mark.parametrize("text", ["nano", "xnan", "nan1", "na", "info", "1nan", "+inf", "nan.5"])
def test_words_that_contain_a_token_are_no_json(text):
    (refused,) = read(b"[" + message() + b"," + with_token(text) + b"]").rejects

    assert refused.reason == "invalid_json"


@pytest.mark.parametrize(
    ("sent", "value"), [("21.50", 21.5), (" -3e2 ", -300.0), ("0", 0.0), (True, 1.0), (False, 0.0), (-0.0, 0.0)]
)
def test_numeric_text_and_booleans_are_values(sent, value):
    (single,) = read(message(value=sent)).readings
    (flat,) = read(json.dumps({"timestamp": NOW_MS, "door": sent}).encode()).readings

    assert str(single.value) == str(flat.value) == str(value)


@given(st.integers(-(2**70), 2**70))
def test_an_integer_is_kept_exactly_or_refused(number):
    for sent in (number, str(number)):
        found = read(message(value=sent))

        if found.readings:
            assert int(found.readings[0].value) == number
        else:
            assert int(float(number)) != number
            assert found.rejects[0].reason == "invalid_value"


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    "field", ["value", "timestamp", "unit", "quality", "metadata", "production_line", "interval", "rssi", "other"]
)
def test_a_number_of_any_size_is_read_or_refused(number, field):
    sent = {"a": number} if field == "metadata" else number
    samples = {"value": [1, 2]} if field == "interval" else {}

    found = read(b"[" + message(**samples | {field: sent}) + b"," + message(timestamp=NOW_MS / 1000 - 1) + b"]")

    assert 71.5 in [reading.value for reading in found.readings]
    assert len({reading.timestamp_ms for reading in found.readings}) + len(found.rejects) >= 2


def test_a_waveform_is_a_reading_per_sample():
    found = read(message(sensor_type="vibration", value=[1, None, "3"], interval_ms=10))

    start = NOW_MS
    assert [(one.value, one.timestamp_ms) for one in found.readings] == [(1.0, start), (3.0, start + 20)]
    assert [(one.reason, one.path) for one in found.rejects] == [("invalid_value", "value[1]")]
