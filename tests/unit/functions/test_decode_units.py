"""The unit that a sender names: kept as it was sent, in every form, and refused where it cannot be one."""

from __future__ import annotations

import json

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.envelope import open_envelope
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS, body


def units(data, **known):
    decoded = decode(data, arrived_ms=NOW_MS, **known)
    return {reading.sensor_type: reading.unit for reading in decoded.readings}, [
        (reject.reason, reject.position) for reject in decoded.rejects
    ]


MEASURES = {"temperature": 77, "Humidity": 40.5}


@pytest.mark.parametrize("unit", ["F", "°C", "mm/s", "x" * 16, "温度"])
@pytest.mark.parametrize("wrap", [b"%s", b"[%s]", b'{"readings": [%s]}', b"%s\n"], ids=repr)
def test_a_single_value_has_its_unit_in_every_form(unit, wrap):
    plain = wrap % body(unit=unit)
    general = wrap % body(unit=unit).replace(b"sensor_type", b"sensor\\u005ftype")

    assert units(plain) == ({"temperature": unit}, [])
    assert units(general) == ({"temperature": unit}, [])


@pytest.mark.parametrize("missing", [None, "", ...])
def test_without_a_unit_there_is_none(missing):
    assert units(body(unit=missing)) == ({"temperature": None}, [])


@pytest.mark.parametrize("unit", ["x" * 17, 1, True, ["F"], {"F": 1}])
def test_a_unit_that_is_no_short_text_refuses_the_reading(unit):
    assert units(body(unit=unit)) == ({}, [(Reason.INVALID_UNIT, None)])
    assert units(b"[" + body() + b"," + body(unit=unit) + b"]")[1] == [(Reason.INVALID_UNIT, 1)]


@pytest.mark.parametrize("shape", ["sensor_data", "flat"])
def test_measures_have_theirs_by_name(shape):
    message = {"device_id": "press-1", "units": {"Temperature": "F", "pressure": "bar"}}
    data = json.dumps(message | ({"sensor_data": MEASURES} if shape == "sensor_data" else MEASURES)).encode()

    assert units(data) == ({"temperature": "F", "humidity": None}, [])


def test_a_bad_unit_refuses_its_measure_alone():
    data = json.dumps(
        {"device_id": "a", "sensor_data": MEASURES, "units": {"temperature": 1, "humidity": "%"}}
    ).encode()

    assert units(data) == ({"humidity": "%"}, [(Reason.INVALID_UNIT, None)])


@pytest.mark.parametrize(("units_", "expected"), [("F", "F"), (None, None), ([], None)])
def test_units_as_text_are_the_unit_of_one_measure(units_, expected):
    data = json.dumps({"device_id": "a", "temperature": 20, "units": units_}).encode()

    assert units(data) == ({"temperature": expected}, [])


def test_an_array_of_units_refuses_the_message():
    data = json.dumps({"device_id": "a", "temperature": 20, "units": ["F"]}).encode()

    assert units(data) == ({}, [(Reason.UNKNOWN_FORM, None)])


@pytest.mark.parametrize("name", ["unit", "units"])
def test_one_unit_for_several_measures_is_refused_alone(name):
    data = json.dumps({"device_id": "a", **MEASURES, name: "F"}).encode()

    assert units(data) == ({"temperature": None, "humidity": None}, [(Reason.INVALID_UNIT, None)])


def test_a_number_called_units_is_a_measure_as_any_other():
    assert units(b'{"device_id": "a", "units": 12}') == ({"units": None}, [])


def test_a_reading_in_an_envelope_brings_its_unit():
    reading = {"sensor_type": "temperature", "value": 77.0, "timestamp_ms": NOW_MS, "arrived_ms": NOW_MS}
    elements = [reading | {"unit": unit} for unit in ("F", None, "x" * 17)]
    data = json.dumps({"envelope": 1, "device": "press-1", "arrived_ms": NOW_MS, "readings": elements}).encode()

    decoded = open_envelope(data, arrived_ms=NOW_MS).decoded

    assert [found.unit for found in decoded.readings] == ["F", None]
    assert [(reject.reason, reject.position) for reject in decoded.rejects] == [(Reason.INVALID_UNIT, 2)]
