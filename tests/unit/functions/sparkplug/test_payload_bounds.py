"""Payloads that do not follow the schema, and those that are too large."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sparkplug.births import UNBORN, birth_of
from lambda_src.common.readings.sparkplug.metrics import MetricReader
from lambda_src.common.readings.sparkplug.payload import MAX_METRICS, parse_payload
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.sparkplug.encoder import VECTORS, chunk, double, metric, number, payload, vector

READER = MetricReader(Format(name="test", encoding="sparkplug-b"))


def _nested(levels: int) -> bytes:
    inside = metric("m")
    for _ in range(levels):
        inside = chunk(1, b"t") + number(4, 19) + chunk(18, chunk(2, inside))
    return payload(inside)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x12", Reason.INVALID_ENCODING),
        (b"\x12\x05\x0a", Reason.INVALID_ENCODING),
        (b"\x0b", Reason.INVALID_ENCODING),
        (b"\xff" * 11, Reason.INVALID_ENCODING),
        (payload(b"\x69\x00"), Reason.INVALID_ENCODING),
        (payload(chunk(1, b"a") + b"\x0a\x09b"), Reason.INVALID_ENCODING),
        (payload(metric("a") + chunk(9, chunk(1, b"Quality"))), Reason.INVALID_ENCODING),
        (payload(metric("a") + chunk(9, number(1, 5))), Reason.INVALID_ENCODING),
        (payload(chunk(1, b"\xff") + double(13, 1)), Reason.INVALID_UTF8),
        (payload(chunk(1, b"\xff") + number(7, 1)), Reason.INVALID_UTF8),
        (b"\x12\x00" * (MAX_METRICS + 1), Reason.TOO_LARGE),
        (_nested(100), Reason.TOO_DEEP),
    ],
)
def test_what_is_not_such_a_payload_is_refused_whole(data, reason):
    with pytest.raises(RuleBrokenError) as refused:
        parse_payload(data)

    assert refused.value.reason == reason


def test_unknown_fields_are_skipped():
    extended = number(100, 7) + chunk(101, b"x") + double(102, 1) + payload(metric("a") + number(200, 1))

    found, _ = READER.read(parse_payload(extended), UNBORN, device_id="a", arrived_ms=NOW_MS)

    assert [reading.sensor_type for reading in found.readings] == ["a"]


def test_a_metric_without_name_and_alias_is_refused():
    found, unresolved = READER.read(parse_payload(payload(metric())), UNBORN, device_id="a", arrived_ms=NOW_MS)

    assert [error.reason for error in found.errors] == [Reason.NO_SENSOR_TYPE]
    assert not unresolved


def test_a_number_whose_type_nobody_says_is_unresolved():
    untyped = payload(chunk(1, b"count") + number(10, 0xFFFF))

    found, unresolved = READER.read(parse_payload(untyped), UNBORN, device_id="a", arrived_ms=NOW_MS)

    assert not found.readings
    assert unresolved == ["count"]


def test_a_format_names_skips_and_shortens_metrics():
    form = Format(name="test", encoding="sparkplug-b", last="/", names={"T1": "temperature"}, skip=("Line/debug*",))
    data = parse_payload(payload(metric("Line/T1"), metric("Line/debug 2"), metric("Line/Pressure")))

    found, _ = MetricReader(form).read(data, UNBORN, device_id="a", arrived_ms=NOW_MS)

    assert [reading.sensor_type for reading in found.readings] == ["temperature", "pressure"]
    assert found.skipped == ["Line/debug 2"]


def test_a_name_without_the_formats_pattern_is_refused():
    form = Format(name="test", encoding="sparkplug-b", from_="^Line/(.+)")
    data = parse_payload(payload(metric("Line/a"), metric("Other")))

    found, _ = MetricReader(form).read(data, UNBORN, device_id="a", arrived_ms=NOW_MS)

    assert [reading.sensor_type for reading in found.readings] == ["a"]
    assert [(error.reason, error.path) for error in found.errors] == [(Reason.INVALID_SENSOR_TYPE, "Other")]


@given(
    st.binary(max_size=80),
    st.sampled_from([found["name"] for found in VECTORS]),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=4),
)
def test_any_bytes_are_read_or_refused(start, name, changes):
    data = bytearray(vector(name))
    for place, byte in changes:
        data[place % len(data)] = byte
    for candidate in (start, bytes(data), bytes(data) + start):
        try:
            parsed = parse_payload(candidate)
        except RuleBrokenError:
            continue
        READER.read(parsed, UNBORN, device_id="a", arrived_ms=NOW_MS)
        READER.read(parsed, birth_of(parsed, NOW_MS).definitions(), device_id="a", arrived_ms=NOW_MS)
