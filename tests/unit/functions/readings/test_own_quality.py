"""The quality of one measure in a field of its own, and several fields that speak of quality."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS

if TYPE_CHECKING:
    from lambda_src.common.readings.decoded import Decoded


def decoded_of(**fields: Any) -> Decoded:
    return decode(json.dumps({"ts": NOW_MS, **fields}).encode(), arrived_ms=NOW_MS, device_id="press-1")


def qualities(decoded: Decoded) -> dict[str, str]:
    return {reading.sensor_type: reading.quality for reading in decoded.readings}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature_quality", "BAD"),
        ("temperature_quality", 0),
        ("temperatureQuality", 500),
        ("temperature_status", "fault"),
        ("temperature_ok", False),
        ("temperature_valid", 0),
        ("temperature-stale", True),
        ("Temperature_Q", 24),
    ],
    ids=str,
)
@pytest.mark.parametrize("shape", ["flat", "sensor_data"])
def test_the_quality_of_one_measure_holds_for_it_alone(shape, name, value):
    fields = {"temperature": 21.5, "pressure": 3.2, name: value}

    decoded = decoded_of(**(fields if shape == "flat" else {"sensor_data": fields}))

    assert qualities(decoded) == {"temperature": "bad", "pressure": "good"}
    assert decoded.rejects == []


@pytest.mark.parametrize("name", ["value_quality", "value_status", "temperature_quality"])
def test_a_single_reading_takes_the_quality_of_its_value(name):
    decoded = decoded_of(sensor_type="temperature", value=21.5, **{name: "bad"})

    assert (qualities(decoded), decoded.rejects) == ({"temperature": "bad"}, [])


def test_a_bad_measure_without_a_value_is_an_outage():
    decoded = decoded_of(temperature=None, temperature_quality="BAD", pressure=3.2)

    assert qualities(decoded) == {"pressure": "good"}
    assert [outage.sensor_type for outage in decoded.outages] == ["temperature"]


def test_an_unknown_quality_of_one_measure_refuses_that_measure():
    decoded = decoded_of(temperature=21.5, temperature_quality=128, pressure=3.2)

    assert qualities(decoded) == {"pressure": "good"}
    assert [(reject.reason, reject.path) for reject in decoded.rejects] == [(Reason.INVALID_QUALITY, "temperature")]


@pytest.mark.parametrize(("name", "value"), [("pump_status", 3), ("fan_ok", True), ("iq", 2)], ids=str)
def test_a_name_without_its_measure_is_a_measure(name, value):
    assert qualities(decoded_of(i=5, pump=7, **{name: value}))[name] == "good"


@pytest.mark.parametrize(
    "fields",
    [
        {"quality": "good", "status": "offline"},
        {"status": "offline", "quality": "good"},
        {"quality": "good", "stale": True},
        {"is_bad": 1},
        {"invalid": "true"},
        {"stale": "stale"},
        {"bad": True, "ok": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("shape", ["flat", "single", "list"])
def test_the_worst_of_several_qualities_counts(shape, fields):
    measure: dict[str, Any] = {"sensor_type": "temperature", "value": 21.5}
    if shape == "flat":
        measure = {"temperature": 21.5}

    decoded = decoded_of(**fields, readings=[measure]) if shape == "list" else decoded_of(**fields, **measure)

    assert (qualities(decoded), decoded.rejects) == ({"temperature": "bad"}, [])


@pytest.mark.parametrize("fields", [{"bad": False}, {"is_stale": 0}, {"invalid": "false"}, {"stale": None}], ids=str)
def test_a_negated_name_that_is_false_is_good(fields):
    assert qualities(decoded_of(temperature=21.5, **fields)) == {"temperature": "good"}


@pytest.mark.parametrize("name", ["min", "Max", "avg", "mean", "last"])
def test_a_statistic_does_not_say_what_it_measures(name):
    decoded = decoded_of(sensor="temperature", **{name: 21.5})

    assert (decoded.readings, [reject.reason for reject in decoded.rejects]) == ([], [Reason.UNKNOWN_FORM])


def test_a_date_in_parts_never_gets_the_arrival_time():
    message = {"temperature": 21.5, "Year": 2025, "month": 11, "day": 21}

    decoded = decode(json.dumps(message).encode(), arrived_ms=NOW_MS, device_id="press-1")

    assert (decoded.readings, [reject.reason for reject in decoded.rejects]) == ([], [Reason.INVALID_TIMESTAMP])
