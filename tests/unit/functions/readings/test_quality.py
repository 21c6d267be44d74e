"""What senders say of their values, and what becomes of a bad one."""

from __future__ import annotations

import json

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.reading import Outage
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS, body

GOOD = ["good", "GOOD", "Good [Non-Specific]", "GoodLocalOverride", "ok", "valid", True, 192, 216, "192", 192.0, None]
UNCERTAIN = ["UNCERTAIN", "uncertain", "UncertainLastUsableValue", "questionable", 64, 80, 88, 0x40900000, 256]
BAD = ["BAD", "bad", "BadNoCommunication", "Bad Not Connected", False, 0, 4, 8, 24, 0x80310000, 2150694912, 500, 512]
CASES = [*((q, "good") for q in GOOD), *((q, "uncertain") for q in UNCERTAIN), *((q, "bad") for q in BAD)]


@pytest.mark.parametrize(("quality", "expected"), CASES, ids=str)
def test_codes_and_words_have_their_quality(quality, expected):
    (reading,) = decode(body(quality=quality), arrived_ms=NOW_MS).readings

    assert reading.quality == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0, "good"),
        (0x002F0000, "good"),
        (0x40000000, "uncertain"),
        (0x80000000, "bad"),
        ({"Symbol": "BadNoCommunication", "Code": 2150694912}, "bad"),
        ({"Code": 0}, "good"),
        ({"Symbol": "Uncertain"}, "uncertain"),
    ],
    ids=str,
)
def test_numbers_of_a_status_are_those_of_opc_ua(status, expected):
    (reading,) = decode(body(StatusCode=status), arrived_ms=NOW_MS).readings

    assert reading.quality == expected


@pytest.mark.parametrize("quality", ["odd", 1, 2, 3, 100, 128, -1, 1e300, [192], {"a": 1}, 10**400], ids=str)
def test_a_quality_without_a_known_meaning_is_refused(quality):
    decoded = decode(body(quality=quality), arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [reject.reason for reject in decoded.rejects] == [Reason.INVALID_QUALITY]


@pytest.mark.parametrize("value", [None, ..., "Bad", "No Data", "UNAVAILABLE"], ids=str)
def test_a_bad_one_without_a_value_is_an_outage(value):
    decoded = decode(body(value=value, quality="Bad"), arrived_ms=NOW_MS)

    assert (decoded.readings, decoded.rejects) == ([], [])
    assert list(decoded.outages) == [Outage("press-1", "temperature", NOW_MS, NOW_MS, "line-1")]


def test_a_text_that_means_no_value_is_an_outage():
    assert decode(body(value="No Data"), arrived_ms=NOW_MS).outages[0].sensor_type == "temperature"


def test_null_without_a_bad_quality_is_refused():
    decoded = decode(body(value=None), arrived_ms=NOW_MS)

    assert (decoded.readings, list(decoded.outages)) == ([], [])
    assert [reject.reason for reject in decoded.rejects] == [Reason.INVALID_VALUE]


@pytest.mark.parametrize("shape", ["flat", "sensor_data"])
def test_one_quality_holds_for_all_measures(shape):
    measures = {"temperature": 71.5, "pressure": 3.2}
    message = {"device_id": "a", "quality": "UNCERTAIN"} | (measures if shape == "flat" else {shape: measures})

    decoded = decode(json.dumps(message).encode(), arrived_ms=NOW_MS)

    assert [reading.quality for reading in decoded.readings] == ["uncertain", "uncertain"]


def test_measures_may_have_a_quality_each():
    message = {"device_id": "a", "temperature": 71.5, "pressure": None, "quality": {"temperature": 192, "pressure": 0}}
    message["sensor_data"] = {"temperature": message.pop("temperature"), "pressure": message.pop("pressure")}

    decoded = decode(json.dumps(message).encode(), arrived_ms=NOW_MS)

    assert [(reading.sensor_type, reading.quality) for reading in decoded.readings] == [("temperature", "good")]
    assert [outage.sensor_type for outage in decoded.outages] == ["pressure"]


def test_elements_take_the_quality_around_them():
    data = json.dumps(
        {"device_id": "a", "quality": "bad", "readings": [{"sensor_type": "t", "value": 1, "timestamp": NOW_MS}]}
    ).encode()

    assert [reading.quality for reading in decode(data, arrived_ms=NOW_MS).readings] == ["bad"]


@pytest.mark.parametrize("quality", [192, 0, 12, 12.5])
def test_a_number_called_q_refuses_the_message(quality):
    decoded = decode(json.dumps({"device_id": "a", "q": quality, "ai1": 71.5}).encode(), arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [(reject.reason, reject.path) for reject in decoded.rejects] == [(Reason.UNKNOWN_FORM, "q")]
