"""Shapes that a format need not spell out, and paths that lead into lists and texts."""

from __future__ import annotations

import json

import pytest

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.formats.reading import BERLIN_MS, read, refusals, values


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"stamp": NOW_MS, "temp": 21.5, "flow": "3", "rssi": -40}, {"temp": 21.5, "flow": 3}),
        ([{"stamp": NOW_MS, "temp": 21.5}, {"stamp": NOW_MS, "flow": 3}], {"temp": 21.5, "flow": 3}),
        ({"stamp": NOW_MS, "sensor_type": "temp", "value": 21.5}, {"temp": 21.5}),
    ],
    ids=["flat", "list of flat", "single"],
)
def test_a_format_without_paths_reads_the_usual_shapes(message, expected):
    decoded = read(message, time="stamp")

    assert (values(decoded), refusals(decoded)) == (expected, [])
    assert {reading.timestamp_ms for reading in decoded.readings} == {NOW_MS}


@pytest.mark.parametrize("message", [{"stamp": NOW_MS, "v": 5}, {"stamp": NOW_MS, "note": "x"}], ids=str)
def test_a_field_without_a_meaning_is_never_a_sensor(message):
    decoded = read(message, time="stamp")

    assert decoded.readings == []
    assert [reason for reason, _ in refusals(decoded)] == [Reason.NO_VALUE, Reason.UNKNOWN_FIELD]


@pytest.mark.parametrize(
    ("keys", "quality"),
    [({}, "BAD"), ({}, 0), ({"good": [3]}, 2), ({"names": {"temp": "temperature"}}, "stale")],
    ids=str,
)
def test_the_quality_of_an_entry_stands_beside_it(keys, quality):
    decoded = read({"ts": NOW_MS, "temp": 21.5, "flow": 3, "temp_quality": quality}, **keys)

    assert sorted(reading.quality for reading in decoded.readings) == ["bad", "good"]
    assert (len(values(decoded)), refusals(decoded)) == (2, [])


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"each": "series[].points[]", "value": "1", "time": "0"}, {"series": [{"n": "a", "points": [[NOW_MS, 5]]}]}),
        ({"each": "rows[]", "sensor": "1", "value": "2", "time": "0"}, {"rows": [[NOW_MS, "a", 5]]}),
        ({"each": "list[]", "value": "p.1", "time": "p.0"}, {"list": [{"n": "a", "p": [NOW_MS, 5]}]}),
        ({"value": "1", "time": "0", "sensor": "2.n"}, {"0": NOW_MS, "1": 5, "2": {"n": "a"}}),
    ],
    ids=["pairs", "rows", "nested", "keys of digits"],
)
def test_a_number_is_the_place_of_an_item(keys, message):
    decoded = read(message, **({"sensor": "n"} | keys))

    assert [(each.sensor_type, each.value, each.timestamp_ms) for each in decoded.readings] == [("a", 5.0, NOW_MS)]
    assert refusals(decoded) == []


def test_an_item_that_no_path_names_is_refused():
    decoded = read({"rows": [[NOW_MS, 5, 99]]}, each="rows[]", sensor="n", value="1", time="0", names={})

    assert (Reason.UNKNOWN_FIELD, "rows[].2") in refusals(decoded)


@pytest.mark.parametrize(("date", "expected"), [("21.11.2025", BERLIN_MS), (None, None)], ids=str)
def test_a_time_is_put_together_from_its_parts(date, expected):
    keys = {"time": "{Datum} {Uhrzeit}", "time_format": "%d.%m.%Y %H:%M:%S", "zone": "Europe/Berlin"}
    decoded = read({"Datum": date, "Uhrzeit": "09:05:40", "temp": 21.5}, **keys)

    assert [each.timestamp_ms for each in decoded.readings] == ([] if expected is None else [expected])
    assert [reason for reason, _ in refusals(decoded)] == ([Reason.INVALID_TIMESTAMP] if expected is None else [])


@pytest.mark.parametrize("inner", [{"temp": 21.5}, {"temp": 21.5, "ts": NOW_MS}], ids=str)
def test_json_packed_into_a_text_is_read(inner):
    decoded = read({"ts": NOW_MS, "payload": json.dumps(inner)}, each="payload{}")

    assert ([each.timestamp_ms for each in decoded.readings], values(decoded)) == ([NOW_MS], {"temp": 21.5})


def test_a_text_that_only_looks_like_json_is_refused():
    decoded = read({"ts": NOW_MS, "payload": "{temp"}, each="payload{}")

    assert (decoded.readings, refusals(decoded)) == ([], [(Reason.UNKNOWN_FORM, "payload")])
