"""The pure steps: a verdict for a reading, and what of a batch is written at all."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.rejects import Reason
from lambda_src.common.thresholds import Threshold
from lambda_src.processor.intake import take_in
from lambda_src.processor.judge import NORMAL, ThresholdJudge
from tests.unit.functions.factories import NOW_MS, body, reading, record, records

LIMITS = {
    "temperature": Threshold(min=0, max=100, critical_min=-20, critical_max=120),
    "vibration": Threshold(max=5),
}
JUDGE = ThresholdJudge(LIMITS)


@pytest.mark.parametrize(
    ("sensor_type", "value", "severity"),
    [
        ("temperature", 100.0, "normal"),
        ("temperature", 100.1, "warning"),
        ("temperature", 120.0, "warning"),
        ("temperature", 120.1, "critical"),
        ("temperature", 0.0, "normal"),
        ("temperature", -0.1, "warning"),
        ("temperature", -20.5, "critical"),
        ("vibration", 5.1, "warning"),
        ("vibration", -1e9, "normal"),
        ("humidity", 1e9, "normal"),
    ],
)
def test_bounds_belong_to_the_normal_range(sensor_type, value, severity):
    verdict = JUDGE.judge(reading(sensor_type=sensor_type, value=value))

    assert verdict.severity == severity
    assert verdict.is_anomaly == (severity != "normal")
    assert (verdict.reason is None) == (severity == "normal")


def test_a_verdict_says_what_is_wrong():
    assert JUDGE.judge(reading(value=130.0)).reason == "temperature 130 is above 120"
    assert JUDGE.judge(reading(value=1.0)) is NORMAL


@pytest.mark.parametrize(
    ("value", "unit", "severity"),
    [
        (212.0, "F", "normal"),
        (212.1, "°F", "warning"),
        (248.1, "F", "critical"),
        (31.9, "Fahrenheit", "warning"),
        (373.15, "K", "normal"),
        (50.0, "K", "critical"),
        (100.0, "Cel", "normal"),
        (101.0, "mV", "warning"),
    ],
)
def test_temperatures_are_compared_in_celsius_whatever_scale_they_came_in(value, unit, severity):
    assert JUDGE.judge(reading(value=value, unit=unit)).severity == severity


def test_a_verdict_names_the_converted_value_beside_the_sent_one():
    assert JUDGE.judge(reading(value=266.0, unit="F")).reason == "temperature 266 F, 130 C, is above 120"
    assert JUDGE.judge(reading(value=130.0, unit="C")).reason == "temperature 130 is above 120"


def test_what_is_no_temperature_is_compared_as_it_came():
    assert JUDGE.judge(reading(sensor_type="vibration", value=5.1, unit="F")).severity == "warning"


def test_the_same_reading_twice_is_written_once():
    intake = take_in(records(body(), body(value=1, timestamp=NOW_MS - 1), body()), JUDGE)

    assert [entry.record_index for entry in intake.entries] == [0, 1]
    assert intake.duplicates == [2]
    assert intake.refused == []


def test_of_two_values_at_one_time_the_later_is_refused():
    second = body(value=2)

    intake = take_in(records(body(value=1), second, body(value=1)), JUDGE)

    assert [entry.reading.value for entry in intake.entries] == [1.0]
    assert [(r.record_index, r.item.reason, r.item.payload) for r in intake.refused] == [(1, Reason.CONFLICT, second)]
    assert intake.duplicates == [2]


def test_the_same_number_in_another_unit_contradicts_it():
    intake = take_in(records(body(value=25, unit="C"), body(value=25, unit="F"), body(value=25, unit="C")), JUDGE)

    assert [entry.reading.unit for entry in intake.entries] == ["C"]
    assert [(r.record_index, r.item.reason) for r in intake.refused] == [(1, Reason.CONFLICT)]
    assert intake.duplicates == [2]


def test_another_device_sensor_or_time_is_another_reading():
    batch = records(body(), body(sensor_id="b"), body(sensor_type="b"), body(timestamp=NOW_MS - 1))

    assert len(take_in(batch, JUDGE).entries) == 4


def test_what_is_refused_says_where_it_came_from():
    bad = body(value="x")
    data = b"[" + body() + b"," + bad + b"]"

    refused = take_in([record(data, 7)], JUDGE).refused[0].item

    assert refused.payload == bad
    assert (refused.source.sequence_number, refused.source.position) == ("49590000000007", 1)
    assert refused.source.arrived_ms == NOW_MS + 7


def test_the_transports_device_reaches_the_decoder():
    intake = take_in([record(body(), device_id="press-2")], JUDGE)

    assert [r.item.reason for r in intake.refused] == [Reason.DEVICE_MISMATCH]
