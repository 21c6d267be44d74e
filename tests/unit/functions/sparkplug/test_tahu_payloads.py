"""Payloads that Eclipse Tahu's encoder made (`tools/sparkplug`), with the readings that it was given."""

from __future__ import annotations

from base64 import b64decode

import pytest

from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.sensor_names import parse_sensor_type
from lambda_src.common.readings.sparkplug.births import UNBORN, birth_of
from lambda_src.common.readings.sparkplug.metrics import MetricReader
from lambda_src.common.readings.sparkplug.payload import parse_payload
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.sparkplug.encoder import SENT_MS, VECTORS, vector

READER = MetricReader(Format(name="sparkplug-b", encoding="sparkplug-b"))


def _definitions(expected):
    if "needs" not in expected:
        return UNBORN
    return birth_of(parse_payload(vector(expected["needs"])), NOW_MS).definitions()


@pytest.mark.parametrize("expected", VECTORS, ids=lambda expected: expected["name"])
def test_the_readings_of_tahus_payloads_are_found(expected):
    payload = parse_payload(b64decode(expected["payload"]))

    found, unresolved = READER.read(payload, _definitions(expected), device_id="press-7", arrived_ms=NOW_MS)

    assert [
        (reading.device_id, reading.sensor_type, reading.value, reading.timestamp_ms, reading.unit, reading.quality)
        for reading in found.readings
    ] == [
        (
            "press-7",
            parse_sensor_type(sensor),
            # JavaScript writes the shortest number that is the same float.
            float(value),
            (more or [{}])[0].get("timestamp_ms", SENT_MS),
            (more or [{}])[0].get("unit"),
            (more or [{}])[0].get("quality", "good"),
        )
        for sensor, value, *more in expected["readings"]
    ]
    assert [error.path for error in found.errors] == expected.get("rejects", [])
    assert found.skipped == expected.get("skipped", [])
    assert [outage.sensor_type for outage in found.outages] == expected.get("outages", [])
    assert not unresolved


def test_aliases_without_their_birth_are_unresolved():
    payload = parse_payload(vector("data by aliases"))

    found, unresolved = READER.read(payload, UNBORN, device_id="press-7", arrived_ms=NOW_MS)

    assert not found.readings
    assert unresolved == ["alias 10", "alias 11"]
