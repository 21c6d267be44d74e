"""The one table of names: every name of it has its meaning, on whichever path a message is decoded."""

from __future__ import annotations

import json

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.names import ALIASES, HOUSEKEEPING, SOFT, Slot
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS, body

EARLIER_MS = NOW_MS - 60_000


def spellings(name):
    parts = name.split("_")
    camel = parts[0] + "".join(part.title() for part in parts[1:])
    return {name, camel, camel[:1].upper() + camel[1:], name.upper(), name.replace("_", "-"), name.replace("_", " ")}


def each(role):
    return [(name, spelling) for name in ALIASES[role] for spelling in sorted(spellings(name))]


@pytest.mark.parametrize(("name", "spelling"), each(Slot.DEVICE))
def test_every_name_of_a_device_is_held_against_the_sender(name, spelling):
    data = body(**({"sensor_id": ...} | {spelling: "press-2"}))

    decoded = decode(data, arrived_ms=NOW_MS, device_id="press-1")

    assert decoded.readings == []
    assert [reject.reason for reject in decoded.rejects] == [Reason.DEVICE_MISMATCH]
    assert decode(data, arrived_ms=NOW_MS).readings[0].device_id == "press-2"


@pytest.mark.parametrize(("name", "spelling"), each(Slot.TIME))
@pytest.mark.parametrize("form", [{}, {"sensor_type": ..., "value": ..., "temperature": 71.5}], ids=["single", "flat"])
def test_every_name_of_a_time_is_the_time(name, spelling, form):
    (reading,) = decode(body(**({"timestamp": ...} | {spelling: EARLIER_MS} | form)), arrived_ms=NOW_MS).readings

    assert (reading.sensor_type, reading.timestamp_ms) == ("temperature", EARLIER_MS)


@pytest.mark.parametrize(("name", "spelling"), each(Slot.TIME))
def test_an_unreadable_time_of_any_name_is_refused(name, spelling):
    decoded = decode(body(**({"timestamp": ...} | {spelling: "21/11/2025 08:05"})), arrived_ms=NOW_MS)

    assert decoded.readings == []
    assert [reject.reason for reject in decoded.rejects] == [Reason.INVALID_TIMESTAMP]


@pytest.mark.parametrize(("name", "spelling"), each(Slot.QUALITY))
def test_every_name_of_a_quality_is_the_quality(name, spelling):
    (reading,) = decode(body(**{spelling: "Bad"}), arrived_ms=NOW_MS).readings

    assert reading.quality == "bad"


@pytest.mark.parametrize(
    ("role", "value", "attribute", "expected"),
    [
        (Slot.LINE, "line-7", "production_line", "line-7"),
        (Slot.UNIT, "bar", "unit", "bar"),
        (Slot.METADATA, {"lot": 7}, "metadata", {"lot": 7}),
        (Slot.VALUE, 3.5, "value", 3.5),
        (Slot.TYPE, "Pressure", "sensor_type", "pressure"),
    ],
)
def test_every_name_of_the_other_fields_has_its_meaning(role, value, attribute, expected):
    without = {name: ... for name in ("production_line", "value", "sensor_type") if name in ALIASES[role]}
    for name in ALIASES[role]:
        for spelling in spellings(name):
            decoded = decode(body(**(without | {spelling: value})), arrived_ms=NOW_MS)

            assert getattr(decoded.readings[0], attribute) == expected, spelling
            assert decoded.rejects == [], spelling


@pytest.mark.parametrize("name", HOUSEKEEPING)
def test_housekeeping_is_skipped_and_named(name):
    for spelling in spellings(name):
        data = body(sensor_type=..., value=..., temperature=71.5, **{spelling: 17})

        decoded = decode(data, arrived_ms=NOW_MS, thorough=True)

        assert [reading.sensor_type for reading in decoded.readings] == ["temperature"], spelling
        assert spelling in decoded.skipped


def test_no_name_has_two_meanings():
    names = [name for names in (*ALIASES.values(), HOUSEKEEPING) for name in names]

    assert len({name.replace("_", "") for name in names}) == len(names)
    assert set(names) >= SOFT


def test_the_first_name_of_a_role_counts():
    data = json.dumps({"deviceId": "a", "ts": EARLIER_MS, "published_at": NOW_MS, "temperature": 1}).encode()

    decoded = decode(data, arrived_ms=NOW_MS, thorough=True)

    assert [reading.timestamp_ms for reading in decoded.readings] == [EARLIER_MS]
    assert decoded.skipped == ("published_at",)


@pytest.mark.parametrize(
    ("field", "value"),
    [("t", 21.5), ("t", -3), ("status", 3), ("status", True), ("ok", 7), ("good", 12.5)],
)
def test_an_ambiguous_name_is_a_measure_by_its_value(field, value):
    (reading,) = decode(json.dumps({"device_id": "a", field: value}).encode(), arrived_ms=NOW_MS).readings

    assert (reading.sensor_type, reading.timestamp_ms) == (field, NOW_MS)


@pytest.mark.parametrize("text", ["running", "idle"])
def test_a_status_that_is_no_quality_is_refused_alone(text):
    decoded = decode(json.dumps({"device_id": "a", "speed": 1, "status": text}).encode(), arrived_ms=NOW_MS)

    assert [(reading.sensor_type, reading.quality) for reading in decoded.readings] == [("speed", "good")]
    assert [(reject.reason, reject.path) for reject in decoded.rejects] == [(Reason.INVALID_VALUE, "status")]
