"""Every input form decodes to the same reading."""

from __future__ import annotations

import gzip
import json

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS, body, payload, reading

EXPECTED = reading()

SINGLE = {
    "seconds": body(),
    "fractional seconds": body(timestamp=NOW_MS / 1000 + 0.0001),
    "milliseconds": body(timestamp=NOW_MS),
    "device_id": body(sensor_id=..., device_id="press-1"),
    "camel case": body(sensor_id=..., sensor_type=..., deviceId="press-1", sensorType="temperature"),
    "camel case line": body(production_line=..., productionLine="line-1"),
    "timestamp_ms": body(timestamp=..., timestamp_ms=NOW_MS),
    "no timestamp": body(timestamp=...),
    "null timestamp": body(timestamp=None),
    "ISO 8601, Zulu": body(timestamp="2025-11-21T08:05:45Z"),
    "ISO 8601, offset": body(timestamp="2025-11-21T09:05:45.000+01:00"),
    "upper case type": body(sensor_type="Temperature"),
    "measures": body(sensor_type=..., value=..., sensor_data={"temperature": 71.5}),
    "flat": body(sensor_type=..., value=..., temperature=71.5),
    "flat with quality and housekeeping beside": body(sensor_type=..., value=..., temperature=71.5, ok=True, rssi=-71),
    "numeric text": body(value="71.5"),
    "numeric text as time": body(timestamp=str(NOW_MS)),
    "microseconds": body(timestamp=NOW_MS * 1000),
    "nanoseconds": body(timestamp=NOW_MS * 1_000_000),
    "ISO 8601, blank and comma": body(timestamp="2025-11-21 08:05:45,000Z"),
    "ISO 8601, nanoseconds": body(timestamp="2025-11-21T08:05:45.000000000+00:00"),
    "seconds and nanoseconds": body(timestamp={"timeInSeconds": NOW_MS // 1000, "offsetInNanos": 0}),
    "another name of the time": body(timestamp=..., observedAt=NOW_MS),
    "upper case names": json.dumps({key.upper(): value for key, value in payload().items()}).encode(),
    "byte order mark": b"\xef\xbb\xbf" + body(),
    "trailing NUL": body() + b"\0",
    "gzip": gzip.compress(body()),
    "array": b"[" + body() + b"]",
    "NDJSON of one line": body() + b"\n",
    "pretty": json.dumps(payload(), indent=2).encode(),
    "spaces around": b" \r\n" + body() + b"\t",
    "readings": json.dumps(
        {
            "device_id": "press-1",
            "production_line": "line-1",
            "readings": [payload(sensor_id=..., production_line=...)],
        }
    ).encode(),
    "readings inherit the time": json.dumps(
        {"deviceId": "press-1", "timestamp": NOW_MS, "readings": [payload(sensor_id=..., timestamp=...)]}
    ).encode(),
    "escapes in a key and a text": body().replace(b"sensor_type", b"sensor\\u005ftype"),
    "unknown fields": body(firmware="4.2", battery={"level": 3}, sequence=17),
    "last of duplicate keys": body().replace(b'"value": 71.5', b'"value": 1, "value": 71.5'),
    "empty text counts as missing": body(device_id="", timestamp=""),
}


@pytest.mark.parametrize("form", SINGLE, ids=str)
def test_every_form_is_the_same_reading(form):
    decoded = decode(SINGLE[form], arrived_ms=NOW_MS)

    assert decoded.rejects == []
    assert decoded.readings == [EXPECTED]


@pytest.mark.parametrize("form", SINGLE, ids=str)
def test_every_form_passes_when_the_transport_names_the_same_device(form):
    assert decode(SINGLE[form], arrived_ms=NOW_MS, device_id="press-1").readings == [EXPECTED]


@pytest.mark.parametrize("form", SINGLE, ids=str)
def test_every_form_is_refused_when_the_transport_names_another_device(form):
    decoded = decode(SINGLE[form], arrived_ms=NOW_MS, device_id="press-2")

    assert decoded.readings == []
    assert [reject.reason for reject in decoded.rejects] == [Reason.DEVICE_MISMATCH]


def test_metadata_is_kept():
    data = body(sensor_id=..., deviceId="press-1", metadata={"shift": "early", "lot": 7})

    assert decode(data, arrived_ms=NOW_MS).readings == [reading(metadata={"shift": "early", "lot": 7})]


def test_a_message_without_a_device_takes_the_transports():
    assert decode(body(sensor_id=...), arrived_ms=NOW_MS, device_id="press-1").readings == [EXPECTED]


@pytest.mark.parametrize("shape", ["sensor_data", "flat"])
def test_each_measure_is_a_reading(shape):
    measures = {"temperature": 71.5, "humidity": 40, "Pressure": 101.25}
    message = {"device_id": "press-1", "timestamp": NOW_MS}
    data = json.dumps(message | ({"sensor_data": measures} if shape == "sensor_data" else measures)).encode()

    readings = decode(data, arrived_ms=NOW_MS).readings

    assert [(r.sensor_type, r.value) for r in readings] == [
        ("temperature", 71.5),
        ("humidity", 40.0),
        ("pressure", 101.25),
    ]


def test_a_bad_measure_is_refused_alone():
    data = body(sensor_type=..., value=..., sensor_data={"temperature": 71.5, "humidity": "wet", "°" * 20: 1})

    decoded = decode(data, arrived_ms=NOW_MS)

    assert [r.sensor_type for r in decoded.readings] == ["temperature"]
    assert [(r.reason, r.payload) for r in decoded.rejects] == [
        (Reason.INVALID_VALUE, data),
        (Reason.INVALID_SENSOR_TYPE, data),
    ]


@pytest.mark.parametrize("shape", ["array", "ndjson", "readings"])
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (body(value="hot"), Reason.INVALID_VALUE),
        (body(value=float("nan")), Reason.INVALID_VALUE),
        (body(value=float("-inf")), Reason.INVALID_VALUE),
        (body(value=0).replace(b'"value": 0', b'"value": 1e999'), Reason.INVALID_VALUE),
        (body().replace(b"line-1", b"line-\xff"), Reason.INVALID_UTF8),
        (b"[1]", Reason.NOT_AN_OBJECT),
        (b"17", Reason.NOT_AN_OBJECT),
    ],
)
def test_one_bad_element_is_refused_alone_with_its_own_bytes(shape, bad, reason):
    elements = [body(value=1.0), bad, body(value=2.0)]
    data = {
        "array": b"[" + b", ".join(elements) + b"]",
        "ndjson": b"\n".join(elements),
        "readings": b'{"device_id": "press-1", "readings": [' + b",".join(elements) + b"]}",
    }[shape]

    decoded = decode(data, arrived_ms=NOW_MS)

    assert [r.value for r in decoded.readings] == [1.0, 2.0]
    assert decoded.positions == [0, 2]
    assert [(r.reason, r.position, r.payload) for r in decoded.rejects] == [(reason, 1, bad)]


def test_a_broken_line_of_ndjson_is_refused_alone():
    data = b"\n".join([b'{"sensor_id": "press-1", "val', body(), b"", body(value=1)])

    decoded = decode(data, arrived_ms=NOW_MS)

    assert [r.value for r in decoded.readings] == [71.5, 1.0]
    assert [(r.reason, r.position) for r in decoded.rejects] == [(Reason.INVALID_JSON, 0)]


def test_a_flaw_in_the_envelope_refuses_the_whole_message():
    data = b'{"device_id": "press-1", "note": "\xff", "readings": [' + body() + b"]}"

    decoded = decode(data, arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [(r.reason, r.payload) for r in decoded.rejects] == [(Reason.INVALID_UTF8, data)]


def test_an_element_may_not_claim_another_device_than_the_transport():
    data = json.dumps({"device_id": "press-1", "readings": [payload(), payload(sensor_id="press-2")]}).encode()

    decoded = decode(data, arrived_ms=NOW_MS, device_id="press-1")

    assert decoded.readings == [EXPECTED]
    assert [(r.reason, r.position) for r in decoded.rejects] == [(Reason.DEVICE_MISMATCH, 1)]
