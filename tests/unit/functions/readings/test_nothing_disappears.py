"""Every leaf of a message is explained: it is in a reading, named as skipped, or the subject of a refusal."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.names import ALIASES, HOUSEKEEPING
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS, body
from tests.unit.functions.readings.leaves import leaves, unexplained

NAMES = [name for names in ALIASES.values() for name in names[:4]]
KEYS = (
    st.sampled_from([*NAMES, *HOUSEKEEPING[:5], "deviceId", "Timestamp", "temperature", "note", "v", "id", "t", "q"])
    | st.sampled_from(["status", "ok", "pressure", "stale", "temperature_quality", "pressureOk", "value_status"])
    | st.text(max_size=4)
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["press-1", "temperature", NOW_MS, NOW_MS / 1000, "2025-11-21T08:05:45Z", "71.5", "GOOD", "Bad"])
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
MESSAGES = st.dictionaries(KEYS, JSON, max_size=6)


@given(
    MESSAGES, st.sampled_from([{}, {"temperature": 1}, {"sensor_type": "t", "value": 2.5}, {"sensor_data": {"a": 1}}])
)
@settings(max_examples=400)
@example({"unit": "C", "pressure": 1}, {"temperature": 1})
@example({"value": [1, 2], "interval_ms": 5, "sensor": "t"}, {})
@example({"quality": {"temperature": "bad"}}, {"temperature": 1})
def test_every_leaf_of_a_message_is_explained(message, base):
    message = json.loads(json.dumps(base | message))

    decoded = decode(json.dumps(message).encode(), arrived_ms=NOW_MS, device_id="press-1", thorough=True)

    if not isinstance(message.get("readings"), list):
        assert unexplained(message, decoded) == []


@given(st.lists(MESSAGES, min_size=1, max_size=4))
@settings(max_examples=100)
def test_every_element_of_a_list_is_as_it_is_alone(messages):
    """Apart from its time: an element without one depends on the others."""
    texts = [json.dumps({"timestamp": NOW_MS - place} | message) for place, message in enumerate(messages)]

    together = decode(f"[{','.join(texts)}]".encode(), arrived_ms=NOW_MS, device_id="press-1")
    alone = [decode(text.encode(), arrived_ms=NOW_MS, device_id="press-1") for text in texts]

    batches = any("readings" in key.lower() for message in messages for key in message)
    if not batches and not any(reject.reason is Reason.NO_TIMESTAMP for reject in together.rejects):
        assert together.readings == [reading for decoded in alone for reading in decoded.readings]
        assert len(together.rejects) == sum(len(decoded.rejects) for decoded in alone)


@given(MESSAGES)
@settings(max_examples=100)
def test_every_field_around_a_list_is_explained(message):
    around = {key: value for key, value in message.items() if "readings" not in key.lower().replace("_", "")}
    inner = {"sensor_type": "t", "value": 1, "timestamp": NOW_MS, "device_id": "press-1"}
    whole = json.loads(json.dumps({**around, "readings": [inner]}))

    decoded = decode(json.dumps(whole).encode(), arrived_ms=NOW_MS, device_id="press-1", thorough=True)

    refused_whole = not decoded.readings and decoded.rejects
    named = {*decoded.skipped, *(reject.path for reject in decoded.rejects)}
    inherited = {
        name
        for role in ("device", "sensor type", "time", "production line", "unit", "quality", "metadata")
        for name in ALIASES[role]
    }
    if not refused_whole:
        for path, _ in leaves(around):
            assert path[0] in named or path[0].lower() in inherited or path[0] in ("deviceId", "Timestamp")


@pytest.mark.parametrize("part", [{"level": 3}, [1, 2], {"a": {"b": None}}], ids=str)
@pytest.mark.parametrize("form", [{}, {"sensor_type": ..., "value": ..., "temperature": 71.5}], ids=["single", "flat"])
def test_an_unknown_object_or_array_refuses_the_message(part, form):
    decoded = decode(body(cylinder=part, **form), arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [(reject.reason, reject.path) for reject in decoded.rejects] == [(Reason.UNKNOWN_FORM, "cylinder")]


@pytest.mark.parametrize("value", ["wet", None, float("nan"), float("-inf"), ""], ids=str)
def test_a_field_that_is_no_number_is_refused_alone(value):
    decoded = decode(body(sensor_type=..., value=..., temperature=71.5, humidity=value), arrived_ms=NOW_MS)

    assert [reading.sensor_type for reading in decoded.readings] == ["temperature"]
    assert [(reject.reason, reject.path) for reject in decoded.rejects] == [(Reason.INVALID_VALUE, "humidity")]


@pytest.mark.parametrize("form", [{}, {"sensor_type": ..., "value": ..., "sensor_data": {"temperature": 71.5}}])
def test_a_number_without_a_place_is_refused_alone(form):
    decoded = decode(body(humidity=40, **form), arrived_ms=NOW_MS)

    assert [reading.sensor_type for reading in decoded.readings] == ["temperature"]
    assert [(reject.reason, reject.path) for reject in decoded.rejects] == [(Reason.UNKNOWN_FIELD, "humidity")]


@pytest.mark.parametrize("name", ["v", "val", "data", "payload", "result"])
def test_a_value_without_a_name_refuses_the_message(name):
    decoded = decode(json.dumps({"device_id": "a", "event": "temperature", name: "71.5"}).encode(), arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [(reject.reason, reject.path) for reject in decoded.rejects] == [(Reason.UNKNOWN_FORM, name)]


@pytest.mark.parametrize("value", [NOW_MS, NOW_MS / 1000, str(NOW_MS), "2025-11-21T08:05:45Z", "21.11.2025 09:05"])
def test_a_time_of_an_unknown_name_never_becomes_the_arrival(value):
    decoded = decode(body(timestamp=..., zeitpunkt=value), arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [(reject.reason, reject.path) for reject in decoded.rejects] == [(Reason.INVALID_TIMESTAMP, "zeitpunkt")]


def test_elements_of_one_sensor_without_a_time_are_no_duplicates():
    elements = [{"device_id": "a", "sensor_type": name, "value": 1} for name in ("t", "t", "p")]
    texts = [json.dumps(element) for element in elements]

    for data in (f"[{','.join(texts)}]", "\n".join(texts), f'{{"readings": [{",".join(texts)}]}}'):
        decoded = decode(data.encode(), arrived_ms=NOW_MS)

        assert [(reading.sensor_type, reading.timestamp_ms) for reading in decoded.readings] == [("p", NOW_MS)]
        assert [(reject.reason, reject.position) for reject in decoded.rejects] == [
            (Reason.NO_TIMESTAMP, 0),
            (Reason.NO_TIMESTAMP, 1),
        ]
