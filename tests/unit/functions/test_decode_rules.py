"""The rules of a reading, each with the reason that stands in quarantine."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.rejects import Reason
from lambda_src.common.readings.times import MAX_AHEAD_MS, OLDEST_MS
from tests.unit.functions.factories import NOW_MS, body

REFUSED = [
    ("nothing", b"", Reason.EMPTY),
    ("spaces", b" \n ", Reason.EMPTY),
    ("an empty array", b"[]", Reason.EMPTY),
    ("empty readings", b'{"device_id": "a", "readings": []}', Reason.EMPTY),
    ("no UTF-8", b"\xff\xfe", Reason.INVALID_UTF8),
    ("no UTF-8 in a field nobody reads", body(note="x").replace(b'"x"', b'"\xc3"'), Reason.INVALID_UTF8),
    ("a lone surrogate", body(note="x").replace(b'"x"', b'"\\ud800"'), Reason.INVALID_JSON),
    ("half a message", body()[:-5], Reason.INVALID_JSON),
    ("two messages on a line", body() + body(), Reason.INVALID_JSON),
    ("NaN", body(value=float("nan")), Reason.INVALID_VALUE),
    ("Infinity", body(value=float("inf")), Reason.INVALID_VALUE),
    ("NaN inside of a word", body(value=0).replace(b'"value": 0', b'"value": NaNo'), Reason.INVALID_JSON),
    ("an integer between two floats", body(value=2**53 + 1), Reason.INVALID_VALUE),
    ("such an integer as text", body(value=str(2**53 + 1)), Reason.INVALID_VALUE),
    ("an integer past 64 bits that no float holds", body(value=10**30), Reason.INVALID_VALUE),
    ("a number past the range", body(value=0).replace(b'"value": 0', b'"value": 1e999'), Reason.INVALID_VALUE),
    ("an integer past the range", body(value=10**400), Reason.INVALID_VALUE),
    ("an integer of 10,000 digits", b'{"value": 1' + b"0" * 10_000 + b"}", Reason.INVALID_VALUE),
    ("arrays without end", b"[" * 100_000, Reason.TOO_DEEP),
    ("objects without end", b'{"a":' * 100_000, Reason.TOO_DEEP),
    ("depth in a field nobody reads", body(a=0).replace(b": 0", b":" + b"[" * 9999 + b"]" * 9999), Reason.TOO_DEEP),
    ("text", b'"hello"', Reason.NOT_AN_OBJECT),
    ("null", b"null", Reason.NOT_AN_OBJECT),
    ("no device", body(sensor_id=...), Reason.NO_DEVICE),
    ("an empty device", body(sensor_id=""), Reason.NO_DEVICE),
    ("a device with a slash", body(sensor_id="a/b"), Reason.INVALID_DEVICE),
    ("a device of 129 characters", body(sensor_id="a" * 129), Reason.INVALID_DEVICE),
    ("a device with a final newline", body(sensor_id="a\n"), Reason.INVALID_DEVICE),
    ("a device outside of ASCII", body(sensor_id="prensa-ñ"), Reason.INVALID_DEVICE),
    ("digits of another script", body(sensor_id="press-\u0661"), Reason.INVALID_DEVICE),
    ("a negative number as device", body(sensor_id=-17), Reason.INVALID_DEVICE),
    ("a boolean as device", body(sensor_id=True), Reason.INVALID_DEVICE),
    ("a value and no type", body(sensor_type=...), Reason.NO_SENSOR_TYPE),
    ("a type of 21 letters outside of ASCII", body(sensor_type="é" * 21), Reason.INVALID_SENSOR_TYPE),
    ("an empty type", body(sensor_type=""), Reason.NO_SENSOR_TYPE),
    ("a type of 65 characters", body(sensor_type="a" * 65), Reason.INVALID_SENSOR_TYPE),
    ("an array as type", body(sensor_type=["t"]), Reason.INVALID_SENSOR_TYPE),
    ("a type and no value", body(value=...), Reason.NO_VALUE),
    ("text with a unit", body(value="71.5 °C"), Reason.INVALID_VALUE),
    ("text that JSON would not take as a number", body(value="+71.5"), Reason.INVALID_VALUE),
    ("a number of 65 characters as text", body(value="1." + "0" * 63), Reason.INVALID_VALUE),
    ("NaN as text", body(value="NaN"), Reason.INVALID_VALUE),
    ("an array without an interval", body(value=[0.1, 0.2]), Reason.INVALID_VALUE),
    ("an object", body(value={"value": 71.5}), Reason.INVALID_VALUE),
    ("null as value", body(value=None), Reason.INVALID_VALUE),
    ("text as time", body(timestamp="yesterday"), Reason.INVALID_TIMESTAMP),
    ("a time out of the calendar", body(timestamp="2025-13-21T08:05:45Z"), Reason.INVALID_TIMESTAMP),
    ("a date alone", body(timestamp="2025-11-21"), Reason.INVALID_TIMESTAMP),
    ("seconds and days", body(timestamp={"seconds": 1, "days": 1}), Reason.INVALID_TIMESTAMP),
    ("seconds of 400 digits", body(timestamp={"seconds": 10**400}), Reason.INVALID_TIMESTAMP),
    ("a time without a zone", body(timestamp="2025-11-21T08:05:45"), Reason.INVALID_TIMESTAMP),
    ("NUL after a time", body(timestamp="2025-11-21T08:05:45Z\0"), Reason.INVALID_TIMESTAMP),
    ("emoji between date and time", body(timestamp="2025-11-21🕗08:05:45Z"), Reason.INVALID_TIMESTAMP),
    ("a boolean as time", body(timestamp=True), Reason.INVALID_TIMESTAMP),
    ("an object as time", body(timestamp={}), Reason.INVALID_TIMESTAMP),
    ("too far ahead", body(timestamp=NOW_MS + MAX_AHEAD_MS + 1), Reason.TIMESTAMP_IN_FUTURE),
    ("a time of 400 digits", body(timestamp=10**400), Reason.TIMESTAMP_IN_FUTURE),
    ("before 2000", body(timestamp=OLDEST_MS / 1000 - 0.001), Reason.TIMESTAMP_TOO_OLD),
    ("before 1970", body(timestamp=-1), Reason.TIMESTAMP_TOO_OLD),
    ("the most negative float", body(timestamp=-1e308), Reason.TIMESTAMP_TOO_OLD),
    ("a negative time of 400 digits", body(timestamp=-(10**400)), Reason.TIMESTAMP_TOO_OLD),
    ("the largest float", body(timestamp=1e308), Reason.TIMESTAMP_IN_FUTURE),
    ("a clock that was never set", body(timestamp=0), Reason.TIMESTAMP_TOO_OLD),
    ("year 1", body(timestamp="0001-01-01T00:00:00+14:00"), Reason.TIMESTAMP_TOO_OLD),
    ("no measures", body(sensor_type=..., value=...), Reason.NO_MEASURES),
    ("empty measures", body(sensor_type=..., value=..., sensor_data={}), Reason.NO_MEASURES),
    ("measures as text", body(sensor_type=..., value=..., sensor_data="x"), Reason.NO_MEASURES),
    ("an array as line", body(production_line=[]), Reason.INVALID_PRODUCTION_LINE),
    ("a line of 257 characters", body(production_line="x" * 257), Reason.INVALID_PRODUCTION_LINE),
    ("text as metadata", body(metadata="x"), Reason.INVALID_METADATA),
]


@pytest.mark.parametrize(("data", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_broken_rule_is_refused_with_reason_and_all_bytes(data, reason):
    decoded = decode(data, arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [(r.reason, r.payload, r.position) for r in decoded.rejects] == [(reason, data, None)]
    assert len(decoded.rejects[0].detail) < 200


ACCEPTED = [
    ("negative zero", body(value=-0.0), "value", "0.0"),
    ("negative zero as integer", body().replace(b"71.5", b"-0"), "value", "0.0"),
    ("the smallest float", body(value=5e-324), "value", "5e-324"),
    ("an integer past 64 bits", body(value=2**80), "value", "1.2089258196146292e+24"),
    ("true", body(value=True), "value", "1.0"),
    ("false", body(value=False), "value", "0.0"),
    ("numeric text", body(value=" -7.15e1 "), "value", "-71.5"),
    ("a whole number as device", body(sensor_id=17), "device_id", "'17'"),
    ("a type with a space", body(sensor_type="Oil Temperature"), "sensor_type", "'oil_x20_temperature'"),
    ("a letter whose lower case is ASCII", body(sensor_type="\u212aelvin"), "sensor_type", "'_x212a_elvin'"),
    ("just below 1e11: seconds", body(timestamp=OLDEST_MS / 1000), "timestamp_ms", str(OLDEST_MS)),
    ("15 minutes ahead", body(timestamp=NOW_MS + MAX_AHEAD_MS), "timestamp_ms", str(NOW_MS + MAX_AHEAD_MS)),
    ("fractions of a millisecond", body(timestamp=NOW_MS + 0.4), "timestamp_ms", str(NOW_MS)),
    ("all characters of a device", body(sensor_id="aZ0:_-"), "device_id", "'aZ0:_-'"),
    ("all characters of a type", body(sensor_type="A0_.-"), "sensor_type", "'a0_.-'"),
    ("a line outside of ASCII", body(production_line="línea"), "production_line", "'línea'"),
    ("a number as line", body(production_line=7), "production_line", "'7'"),
    ("an empty line", body(production_line=""), "production_line", "None"),
]


@pytest.mark.parametrize(("data", "field", "expected"), [row[1:] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_what_keeps_the_rules_is_read(data, field, expected):
    decoded = decode(data, arrived_ms=NOW_MS)

    assert decoded.rejects == []
    assert repr(getattr(decoded.readings[0], field)) == expected
