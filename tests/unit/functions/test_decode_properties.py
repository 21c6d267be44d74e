"""What holds for any payload at all."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_src.common.readings.context import DecodeContext
from lambda_src.common.readings.decode import decode, elements
from lambda_src.common.readings.names import ALIASES, HOUSEKEEPING
from lambda_src.common.readings.reading import Reading
from lambda_src.common.readings.single import read_single
from lambda_src.common.readings.times import MAX_AHEAD_MS, OLDEST_MS
from tests.unit.functions.factories import NOW_MS

NAMES = [name for names in ALIASES.values() for name in names[:3]]
KEYS = st.sampled_from([*NAMES, *HOUSEKEEPING[:3], "deviceId", "temperature", "note"]) | st.text(max_size=5)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["press-1", "temperature", NOW_MS, NOW_MS / 1000, "2025-11-21T08:05:45Z"])
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))
MESSAGES = st.dictionaries(KEYS, JSON, max_size=5)

VALID = st.builds(
    Reading,
    device_id=st.from_regex(r"[A-Za-z0-9:_-]{1,128}", fullmatch=True),
    sensor_type=st.from_regex(r"[a-z0-9_.-]{1,64}", fullmatch=True),
    value=st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0),
    timestamp_ms=st.integers(OLDEST_MS, NOW_MS + MAX_AHEAD_MS).filter(lambda ms: ms >= 1e11),
    arrived_ms=st.just(NOW_MS),
    production_line=st.none() | st.text(min_size=1, max_size=256),
    metadata=st.none() | st.dictionaries(st.text(max_size=4), st.integers(-(2**63), 2**63) | st.text(max_size=4)),
)


def _storable(decoded):
    for found in decoded.readings:
        assert msgspec.json.decode(msgspec.json.encode(found), type=Reading) == found
    assert len(decoded.readings) == len(decoded.positions)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    decoded = decode(data, arrived_ms=NOW_MS)

    assert decoded.readings or decoded.rejects
    assert {None, *range(len(elements(data)))} >= {*decoded.positions, *(reject.position for reject in decoded.rejects)}
    _storable(decoded)


@given(JSON)
def test_any_json_is_read_or_refused(value):
    decoded = decode(json.dumps(value).encode(), arrived_ms=NOW_MS, device_id="press-1")

    assert decoded.readings or decoded.rejects
    assert {found.device_id for found in decoded.readings} <= {"press-1"}
    _storable(decoded)


@given(st.lists(MESSAGES, min_size=1, max_size=4), st.sampled_from(["array", "ndjson", "readings"]))
@settings(max_examples=60)
def test_every_element_is_accounted_for(messages, shape):
    texts = [json.dumps(message, allow_nan=True) for message in messages]
    readable = all(_is_json(text) for text in texts)
    data = {
        "array": f"[{','.join(texts)}]",
        "ndjson": "\n".join(texts),
        "readings": f'{{"device_id": "a", "readings": [{",".join(texts)}]}}',
    }[shape].encode()

    decoded = decode(data, arrived_ms=NOW_MS)

    if readable and not (shape == "ndjson" and len(texts) == 1):
        places = {*decoded.positions, *(reject.position for reject in decoded.rejects)}
        assert places == set(range(len(messages)))
        parts = elements(data)
        assert len(parts) == len(messages)
        assert all(parts[reject.position or 0] == reject.payload for reject in decoded.rejects)
    else:
        assert decoded.readings or decoded.rejects


@given(VALID)
def test_a_valid_reading_comes_back_as_it_was(expected):
    data = msgspec.json.encode(expected)

    decoded = decode(data, arrived_ms=NOW_MS)

    assert decoded.readings == [expected]


@given(MESSAGES)
@settings(max_examples=60)
def test_the_fast_path_decides_as_the_general_one(message):
    data = json.dumps({"sensor_type": "t", "value": 1, "sensor_id": "a"} | message).encode()
    fast = read_single(data, DecodeContext(NOW_MS))

    if fast is not None:
        slow = decode(data, arrived_ms=NOW_MS, thorough=True)
        assert (slow.readings, slow.rejects) == ([fast], [])


@pytest.mark.parametrize(
    "message",
    [
        {"sensor_id": "press-1", "sensor_type": "temperature", "value": 71.5, "timestamp": NOW_MS / 1000},
        {"deviceId": "press-1", "sensorType": "temperature", "value": 71, "timestamp": "2025-11-21T08:05:45Z"},
        {"sensor_id": "press-1", "sensor_type": "t", "value": 1, "production_line": "l", "unit": "C", "quality": "bad"},
        {"sensor_id": "press-1", "sensor_type": "t", "value": 1, "metadata": {"batch": "A1"}},
    ],
)
def test_the_common_form_takes_the_fast_path(message):
    assert read_single(json.dumps(message).encode(), DecodeContext(NOW_MS)) is not None


def test_decoding_uses_the_fast_path(monkeypatch):
    fast = Reading("press-1", "temperature", 1.0, NOW_MS, NOW_MS)
    monkeypatch.setattr("lambda_src.common.readings.decode.read_single", lambda _payload, _context: fast)

    assert decode(b"{}", arrived_ms=NOW_MS).readings == [fast]


def _is_json(text):
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
