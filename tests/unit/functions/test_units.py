"""Temperatures of three scales in one, and what has no scale left alone."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.units import celsius, enrich, scale_of


@pytest.mark.parametrize("unit", [None, "C", "c", "°C", "Celsius", "Cel", " c "])
def test_a_celsius_value_stays_exactly_as_it_was_sent(unit):
    assert enrich("temperature", 25.5, unit) == {"celsius": 25.5, "fahrenheit": 77.9}
    assert celsius("temperature", 25.123456789, unit) == 25.123456789


@pytest.mark.parametrize("unit", ["F", "f", "°F", "Fahrenheit", "degF", "[degF]"])
def test_a_fahrenheit_value_stays_and_its_celsius_is_rounded(unit):
    assert enrich("temperature", 100.0, unit) == {"celsius": 37.777778, "fahrenheit": 100.0}


@pytest.mark.parametrize("unit", ["K", "kelvin", "°K"])
def test_of_kelvin_both_are_converted(unit):
    assert enrich("temperature", 298.65, unit) == {"celsius": 25.5, "fahrenheit": 77.9}


@pytest.mark.parametrize(("fahrenheit", "exact"), [(212.0, 100.0), (32.0, 0.0), (-40.0, -40.0), (31.9999999, 0.0)])
def test_a_bound_is_met_exactly_and_no_zero_is_negative(fahrenheit, exact):
    converted = celsius("temperature", fahrenheit, "F")

    assert converted == exact
    assert math.copysign(1, converted) == math.copysign(1, exact)


@pytest.mark.parametrize("sensor_type", ["oil_temperature", "line-1.temperature", "temperature"])
def test_a_type_that_ends_with_temperature_is_one(sensor_type):
    assert enrich(sensor_type, 0.0, "K") == {"celsius": -273.15, "fahrenheit": -459.67}


@pytest.mark.parametrize(
    ("sensor_type", "unit"), [("humidity", None), ("humidity", "F"), ("temperature_delta", "F"), ("temperature", "mV")]
)
def test_what_is_no_temperature_is_not_converted(sensor_type, unit):
    assert enrich(sensor_type, 77.0, unit) == {}
    assert celsius(sensor_type, 77.0, unit) == 77.0


def test_a_value_that_no_float_can_hold_is_left_out():
    assert enrich("temperature", 1.5e308, "C") == {"celsius": 1.5e308}
    assert enrich("temperature", -1.5e308, "K") == {"celsius": -1.5e308}


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.one_of(st.none(), st.sampled_from(["C", "F", "K", "mV"]), st.text(max_size=16)),
)
def test_whatever_is_sent_the_answer_is_json(value, unit):
    json.dumps(enrich("temperature", value, unit), allow_nan=False)
    assert math.isfinite(celsius("temperature", value, unit))


def test_a_text_that_names_no_scale_has_none():
    assert [scale_of(text) for text in ("", "R", "CF", "°", "C\x00")] == [None] * 5
