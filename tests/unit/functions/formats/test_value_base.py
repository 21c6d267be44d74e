"""A base value is added to the values that follow, as RFC 8428 says for SenML."""

from __future__ import annotations

import json

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.rules import DecodeRules, Source
from tests.unit.functions.factories import NOW_MS

SECONDS = NOW_MS // 1000 - 60


def read(*records):
    payload = json.dumps([{"bn": "dev:", "bt": SECONDS, "n": "a"} | dict(records[0]), *records[1:]]).encode()
    source = Source(format="senml")
    return decode(payload, arrived_ms=NOW_MS, device_id="press-1", rules=DecodeRules(), source=source)


@pytest.mark.parametrize(
    ("base", "value", "total"),
    [(20.1, 1.4, 21.5), (100, -1, 99.0), (0.1, 0.2, 0.3), (2**53, 2, 2.0**53 + 2), ("20", "1.5", 21.5), (0, -0.0, 0.0)],
)
def test_the_base_value_is_added_to_the_record(base, value, total):
    (reading,) = read({"bv": base, "v": value}).readings

    assert reading.value == total


def test_a_base_value_holds_until_another_one():
    found = read({"bv": 10, "v": 1}, {"n": "b", "v": 2}, {"n": "c", "bv": 20, "v": 3}, {"n": "d", "v": 4})

    assert [one.value for one in found.readings] == [11.0, 12.0, 23.0, 24.0]


def test_booleans_and_texts_have_no_base():
    found = read({"bv": 10, "vb": True}, {"n": "b", "v": "on"})

    assert [one.value for one in found.readings] == [1.0]
    assert [one.reason for one in found.rejects] == ["invalid_value"]


@pytest.mark.parametrize("base", ["x", True, {"a": 1}])
def test_a_base_that_is_no_number_refuses_the_value(base):
    found = read({"bv": base, "v": 1})

    assert not found.readings
    assert found.rejects[0].reason == "invalid_value"


def test_a_sum_that_no_float_holds_is_refused():
    for base, value in ((2**53, 1), (1e308, 1e308)):
        assert [one.reason for one in read({"bv": base, "v": value}).rejects] == ["invalid_value"]
