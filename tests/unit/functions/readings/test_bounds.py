"""A small payload never becomes large output: what is over a bound is refused as one."""

from __future__ import annotations

import gzip
import json

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.decoded import MAX_READINGS, MAX_REJECTS
from lambda_src.common.readings.fields import MAX_METADATA_DEPTH
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS, body

MESSAGE = 128 * 1024
"""Bytes of the largest message that AWS IoT takes."""


def refused_bytes(decoded):
    return sum(len(reject.payload) for reject in decoded.rejects)


BOMBS = {
    "an array of ones": b"[" + b"1," * (MESSAGE // 2 - 1) + b"1]",
    "an array of empty objects": b"[" + b"{}," * (MESSAGE // 3 - 1) + b"{}]",
    "lines": b"\n".join([b"{}", *[b"1"] * (MESSAGE // 2)]),
    "a field each": json.dumps({f"f{n}": "text" for n in range(7_000)} | {"temperature": 1, "device_id": "a"}).encode(),
    "elements of readings": b'{"readings": [' + b"1," * (MESSAGE // 2 - 10) + b"1]}",
    "gzip": gzip.compress(b"[" + b"1," * 400_000 + b"1]"),
    "text": b"x" * MESSAGE,
    "open arrays": b"[" * MESSAGE,
}


@pytest.mark.parametrize("bomb", BOMBS, ids=str)
def test_what_is_refused_never_grows(bomb):
    payload = BOMBS[bomb]
    size = 900_000 if bomb == "gzip" else len(payload)

    decoded = decode(payload, arrived_ms=NOW_MS)

    assert 1 <= len(decoded.rejects) <= MAX_REJECTS
    assert refused_bytes(decoded) <= 4 * size + 64 * 1024
    assert len(decoded.readings) <= 1


def test_too_many_refusals_become_one_that_counts_them():
    measures = {f"f{n}": "text" for n in range(MAX_REJECTS)} | {"temperature": 1}
    data = json.dumps({"device_id": "a", "sensor_data": measures}).encode()

    decoded = decode(data, arrived_ms=NOW_MS)

    assert [reading.sensor_type for reading in decoded.readings] == ["temperature"]
    assert [(reject.reason, reject.payload) for reject in decoded.rejects] == [(Reason.INVALID_VALUE, data)]
    assert f"invalid_value {MAX_REJECTS}" in decoded.rejects[0].detail


def test_metadata_that_thousands_of_measures_share_is_refused_whole():
    measures = {f"m{n}": n for n in range(6_971)}
    data = json.dumps({"device_id": "a", "metadata": {"text": "x" * 60_000}, "sensor_data": measures}).encode()
    assert len(data) < 2 * MESSAGE

    decoded = decode(data, arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [(reject.reason, reject.payload) for reject in decoded.rejects] == [(Reason.TOO_LARGE, data)]


def test_metadata_around_a_list_counts_for_each_element():
    elements = [{"sensor_type": "t", "value": 1, "timestamp": NOW_MS - n} for n in range(2_000)]
    data = json.dumps({"device_id": "a", "metadata": {"text": "x" * 60_000}, "readings": elements}).encode()

    decoded = decode(data, arrived_ms=NOW_MS)

    assert [reject.reason for reject in decoded.rejects] == [Reason.TOO_LARGE]


def test_usual_metadata_of_many_measures_is_kept():
    measures = {f"m{n}": n for n in range(50)}
    data = json.dumps({"device_id": "a", "metadata": {"text": "x" * 2_000}, "sensor_data": measures}).encode()

    assert len(decode(data, arrived_ms=NOW_MS).readings) == 50


@pytest.mark.parametrize("count", [MAX_READINGS, MAX_READINGS + 1])
def test_a_payload_has_at_most_so_many_readings(count):
    wave = body(value=[0] * count, interval_ms=1, timestamp=NOW_MS - 86_400_000)
    flat = json.dumps({"device_id": "a"} | {f"f{n}": n for n in range(count)}).encode()

    for data in (wave, flat):
        decoded = decode(data, arrived_ms=NOW_MS)

        assert len(decoded.readings) == (count if count <= MAX_READINGS else 0)
        assert len(decoded.rejects) == (count > MAX_READINGS)


@pytest.mark.parametrize("depth", [MAX_METADATA_DEPTH, MAX_METADATA_DEPTH + 1])
@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}")], ids=["arrays", "objects"])
def test_metadata_has_at_most_so_many_levels(depth, pair):
    inner = pair[0] * (depth - 1) + "1" + pair[1] * (depth - 1)
    data = body(metadata=0).replace(b'"metadata": 0', f'"metadata": {{"a": {inner}}}'.encode())

    decoded = decode(data, arrived_ms=NOW_MS)

    assert [reject.reason for reject in decoded.rejects] == [Reason.INVALID_METADATA] * (depth > MAX_METADATA_DEPTH)


def test_a_shallow_metadata_may_have_many_objects():
    assert decode(body(metadata={f"m{n}": {} for n in range(500)}), arrived_ms=NOW_MS).readings
