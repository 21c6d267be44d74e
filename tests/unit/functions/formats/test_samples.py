"""Messages in the shapes that real gateways send: read right, or refused with the reason."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.sensor_names import parse_sensor_type
from tests.unit.functions.formats.samples import DOCUMENTS, FITTING, good

BESIDE = {
    "Tasmota tele/+/SENSOR": {("bmp280.temperature", 70.0)},
    "Zigbee2MQTT": {("voltage", 3000.0)},
    "Teltonika RUT Data to Server (Modbus)": {("ad", 3.0), ("st", 1.0)},
}
"""Numbers of the messages that the list of what is true leaves out: no measures of the plant, but numbers."""
UNREADABLE = {
    "value 2^53+1 (counter)",
    "value [..] (waveform)",
    "device with dots (Kepware tag path)",
}
"""Kinds that stay refused: no 64-bit float, no interval, no device id."""


def _true(sample):
    return {(parse_sensor_type(sensor), value, ms) for sensor, value, ms in sample.facts()}


@pytest.mark.parametrize("sample", DOCUMENTS, ids=str)
def test_no_sample_is_silently_wrong_without_a_format(sample):
    decoded = sample.decode()
    beside = {each for each in good(decoded) if each[:2] in BESIDE.get(sample.kind, ())}

    assert good(decoded) - beside <= _true(sample)
    assert good(decoded) - beside == _true(sample) or decoded.rejects


@pytest.mark.parametrize("sample", [each for each in DOCUMENTS if each.kind in FITTING], ids=str)
def test_a_sample_is_read_right_by_the_format_that_fits(sample):
    decoded = sample.decode(FITTING[sample.kind])
    beside = {each for each in good(decoded) if each[:2] in BESIDE.get(sample.kind, ())}

    assert decoded.rejects == []
    assert good(decoded) - beside == _true(sample)
    bad = {each.sensor_type for each in decoded.readings if each.quality == "bad"}
    assert bad == set(sample.bad_quality)


def test_nearly_all_samples_are_read_right():
    right = [
        sample
        for sample in DOCUMENTS
        if _true(sample) <= good(sample.decode(FITTING.get(sample.kind))) and sample.kind not in UNREADABLE
    ]

    assert len(right) / len(DOCUMENTS) >= 0.95
    assert {sample.kind for sample in DOCUMENTS} - {sample.kind for sample in right} == UNREADABLE
