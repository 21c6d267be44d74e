"""Each key of a format: what it finds, and what it does with it."""

from __future__ import annotations

import json

import msgspec
import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.rejects import Reason
from lambda_src.common.readings.rules import DecodeRules, Source
from tests.unit.functions.factories import NOW_MS

BERLIN_MS = 1_763_712_340_000
"""2025-11-21T08:05:40Z, which is 9:05:40 in Berlin."""


def read(message, came=None, payload=None, **keys):
    form = msgspec.convert({"name": "own", **keys}, Format)
    data = payload if payload is not None else json.dumps(message).encode()
    rules = DecodeRules(FormatTable([form]), {"gw-1": ("press-",)})
    return decode(
        data, arrived_ms=NOW_MS, device_id="gw-1", rules=rules, source=Source(came, format="own"), thorough=True
    )


def values(decoded):
    return {each.sensor_type: each.value for each in decoded.readings}


def refusals(decoded):
    return [(reject.reason, reject.path) for reject in decoded.rejects]


TAG = {"id": "a.b.Temp", "v": 71.5}


@pytest.mark.parametrize(
    ("each", "message"),
    [
        ("tags[]", {"tags": [TAG, {"id": "Flow", "v": 2}]}),
        ("tags[]", {"tags": TAG}),
        ("[]", [TAG]),
        ((), TAG),
        ((), [TAG]),
        ("data.tags[]", {"data": {"tags": [TAG]}}),
        ("groups[].tags[]", {"groups": [{"tags": [TAG]}, {"tags": []}]}),
        ("groups{}.tags[]", {"groups": {"one": {"tags": [TAG]}}}),
        ("groups{}{}", {"groups": {"one": {"x": TAG}}}),
        ("tags[]", [{"tags": [TAG]}]),
        (("other[]", "tags[]"), {"tags": [TAG]}),
        (("other[]", "@"), TAG),
    ],
    ids=str,
)
def test_each_leads_to_the_elements(each, message):
    decoded = read(message, each=each, sensor="id", value="v", last=".")

    assert values(decoded)["temp"] == 71.5
    assert decoded.rejects == []


@pytest.mark.parametrize(
    ("each", "message", "path"),
    [
        ("tags{}", {"tags": [1, 2]}, "tags"),
        ("tags{}.x[]", {"tags": {"a": 1}}, "tags.a"),
        ("tags[].x{}", {"tags": [{"x": 7}]}, "tags[0].x"),
        ("tags{}", {"tags": 3}, "tags"),
    ],
    ids=str,
)
def test_another_shape_than_the_format_says_is_refused(each, message, path):
    decoded = read(message, each=each)

    assert decoded.readings == []
    assert refusals(decoded) == [(Reason.UNKNOWN_FORM, path)]


@pytest.mark.parametrize("each", ["tags[]", "tags{}", "data.tags[]", ("tags[]", "data[]")], ids=str)
def test_a_message_without_elements_is_refused(each):
    messages: list[object] = [{"tags": [], "data": {}}, {}, []]
    for message in messages:
        decoded = read(message, each=each)

        assert decoded.readings == []
        assert decoded.rejects != []


@pytest.mark.parametrize(
    "message",
    [
        {"at": BERLIN_MS, "body": {"tags": [TAG]}},
        {"body": {"at": BERLIN_MS, "tags": [TAG]}},
        {"body": {"tags": [TAG | {"at": BERLIN_MS}]}},
        {"at": 1, "body": {"at": 2, "tags": [TAG | {"at": BERLIN_MS}]}},
    ],
    ids=["message", "body", "element", "innermost counts"],
)
def test_a_path_is_looked_up_outwards(message):
    decoded = read(message, each="body.tags[]", sensor="id", value="v", time="at")

    assert [each.timestamp_ms for each in decoded.readings] == [BERLIN_MS]
    assert decoded.rejects == []


@pytest.mark.parametrize("path", ["body.at", "body.head.at", "head.at", "body.tags[].at", "tags.at"])
def test_a_path_may_begin_in_any_object_around(path):
    message = {"body": {"at": BERLIN_MS, "head": {"at": BERLIN_MS}, "tags": [TAG | {"at": BERLIN_MS}]}}
    skip = [key for key in ("at", "head") if key not in path]

    decoded = read(message, each="body.tags[]", sensor="id", value="v", time=path, skip=[*skip, "at", "head"])

    assert [each.timestamp_ms for each in decoded.readings] == [BERLIN_MS]
    assert decoded.rejects == []


def test_the_first_path_that_is_there_counts():
    keys = {"each": "[]", "sensor": ["label", "id"], "value": ["d", "v"]}

    decoded = read([{"id": "x", "v": 1}, {"label": "Temp", "id": "y", "d": 2}], **keys)

    assert values(decoded) == {"x": 1, "temp": 2}


def test_two_values_in_one_element_are_not_one():
    decoded = read({"id": "x", "d": 1, "v": 2}, sensor="id", value=["d", "v"])

    assert values(decoded) == {"x": 1}
    assert refusals(decoded) == [(Reason.UNKNOWN_FIELD, "v")]


def test_a_value_is_looked_up_in_the_element_alone():
    decoded = read({"v": 3, "tags": [{"id": "x"}]}, each="tags[]", sensor="id", value="v")

    assert decoded.readings == []
    assert {reject.path for reject in decoded.rejects} == {"v", "tags[0]"}


def test_keys_with_dots_are_found():
    decoded = read({"a.b": 1.5, "tag.name": "x", "m.n": {"o.p": 1}}, sensor="tag.name", value="a.b", skip=["m.n.o.p"])

    assert values(decoded) == {"x": 1.5}
    assert decoded.rejects == []


def test_entries_have_their_names():
    message = {"press-7": {"hydraulics": {"Temp": 71.5}}}

    decoded = read(message, each="{}{}{}", device="@key1", sensor="@key2", value="@")

    assert [(each.device_id, each.sensor_type) for each in decoded.readings] == [("press-7", "hydraulics")]
    assert values(read(message["press-7"], each="{}{}", sensor="@path")) == {"hydraulics.temp": 71.5}
    assert values(read(message["press-7"], each="{}{}")) == {"temp": 71.5}


def test_a_sensor_is_put_together():
    message = {"group": "Oil", "tags": [{"n": "Temp", "v": 1}, {"v": 2}]}

    decoded = read(message, each="tags[]", sensor="{group}-{n}", value="v")

    assert values(decoded) == {"oil-temp": 1}
    assert refusals(decoded) == [(Reason.NO_SENSOR_TYPE, "tags[1]")]


@pytest.mark.parametrize(
    ("keys", "stored"),
    [
        ({}, "ch1.press7.temp"),
        ({"last": "."}, "temp"),
        ({"from": r"Ch1\.(\w+)\."}, "press7"),
        ({"names": {"Ch1.Press7.Temp": "temperature"}}, "temperature"),
        ({"last": ".", "names": {"Temp": "temperature"}}, "temperature"),
        ({"last": ".", "names": {"Ch1.Press7.Temp": "temperature"}}, "temperature"),
    ],
    ids=str,
)
def test_names_become_sensor_types(keys, stored):
    assert values(read({"id": "Ch1.Press7.Temp", "v": 1}, sensor="id", value="v", **keys)) == {stored: 1}


def test_a_name_that_the_pattern_does_not_match_is_refused():
    decoded = read({"id": "Temp", "v": 1}, sensor="id", value="v", **{"from": r"Ch1\.(\w+)"})

    assert [reject.reason for reject in decoded.rejects] == [Reason.INVALID_SENSOR_TYPE]


def test_two_names_of_a_message_never_become_one_sensor():
    tags = [{"id": "Press7.Temp", "v": 1}, {"id": "Press8.Temp", "v": 2}, {"id": "Press7.Temp", "v": 3, "t": NOW_MS}]

    decoded = read({"tags": tags, "t": BERLIN_MS}, each="tags[]", sensor="id", value="v", last=".", time="t")

    assert [each.value for each in decoded.readings] == [1, 3]
    assert refusals(decoded) == [(Reason.INVALID_SENSOR_TYPE, "tags[1]")]


@pytest.mark.parametrize("number", [101, "101"])
def test_a_number_is_a_name(number):
    assert values(read({"id": number, "v": 1}, sensor="id", value="v", names={"101": "flow"})) == {"flow": 1}


@pytest.mark.parametrize(
    ("skip", "left"),
    [
        (["seq", "meta"], []),
        (["seq", "meta.a", "meta.b"], []),
        (["s*", "meta.*"], []),
        (["seq", "meta.a"], ["meta.b"]),
        (["seq"], ["meta"]),
        ([], ["other", "meta"]),
    ],
    ids=str,
)
def test_what_is_not_skipped_is_refused_by_its_path(skip, left):
    message = {"other" if not skip else "seq": 1, "meta": {"a": 1, "b": {"c": 2}}, "id": "x", "v": 1}

    decoded = read(message, sensor="id", value="v", skip=skip)

    assert values(decoded) == {"x": 1}
    assert [reject.path for reject in decoded.rejects] == left
    assert all(path in decoded.skipped for path in ("seq",) if skip)


def test_skip_works_on_the_way_to_the_elements():
    message = {"head": {"n": 1}, "body": {"n": 2, "tags": [{"id": "x", "v": 1, "n": 3}]}}
    keys = {"each": "body.tags[]", "sensor": "id", "value": "v"}

    assert read(message, skip=["n", "head"], **keys).rejects == []
    assert read(message, skip=["head.n", "body.n", "body.tags[].n"], **keys).rejects == []
    assert [each.path for each in read(message, skip=["head", "body.n"], **keys).rejects] == ["body.tags[].n"]


def test_numbers_only_skips_what_is_no_number():
    message = {"temp": 71.5, "on": True, "text": "71", "state": "ON", "color": {"x": 1}, "none": None}

    decoded = read(message, each="{}", numbers_only=True)

    assert values(decoded) == {"temp": 71.5, "on": 1, "text": 71}
    assert decoded.rejects == []
    assert set(decoded.skipped) == {"state", "color", "none"}


@pytest.mark.parametrize(
    ("time", "keys"),
    [
        (BERLIN_MS / 1000, {"time_unit": "s"}),
        (str(BERLIN_MS), {"time_unit": "ms"}),
        (BERLIN_MS * 1000, {"time_unit": "us"}),
        (BERLIN_MS * 1_000_000, {"time_unit": "ns"}),
        ("21.11.2025 09:05:40", {"time_format": "%d.%m.%Y %H:%M:%S", "zone": "Europe/Berlin"}),
        (20251121090540, {"time_format": "%Y%m%d%H%M%S", "zone": "Europe/Berlin"}),
        ("2025-11-21T09:05:40", {"zone": "Europe/Berlin"}),
        ("2025-11-21 08:05:40Z", {"zone": "Europe/Berlin"}),
        ("2025-11-21T03:05:40-05:00", {}),
        (45982.33726851852, {"time_unit": "days", "zone": "UTC"}),
        ({"timeInSeconds": BERLIN_MS // 1000, "offsetInNanos": 0}, {}),
    ],
    ids=str,
)
def test_a_time_is_read_as_the_format_says(time, keys):
    decoded = read({"id": "x", "v": 1, "at": time}, sensor="id", value="v", time="at", **keys)

    assert [each.timestamp_ms for each in decoded.readings] == [BERLIN_MS]


@pytest.mark.parametrize(
    ("time", "keys"),
    [
        ("2025-11-21T09:05:40", {}),
        ("21.11.2025 09:05:40", {"zone": "UTC"}),
        ("2025-11-21", {"time_format": "%d.%m.%Y", "zone": "UTC"}),
        ("2025-10-26T02:30:00", {"zone": "Europe/Berlin"}),
        ("2025-03-30T02:30:00", {"zone": "Europe/Berlin"}),
        (True, {}),
        (10**400, {"time_unit": "ms"}),
        (1e300, {"time_unit": "days", "zone": "UTC"}),
        ("", {}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_time_that_is_not_sure_is_refused(time, keys):
    decoded = read({"id": "x", "v": 1, "at": time}, sensor="id", value="v", time="at", **keys)

    assert decoded.readings == []
    assert len(decoded.rejects) == 1


@pytest.mark.parametrize("key", ["Timestamp", "zeitpunkt"])
@pytest.mark.parametrize("inside", [False, True], ids=["around", "inside"])
def test_a_time_elsewhere_never_becomes_the_arrival(key, inside):
    stamp = {key: "2025-11-21T08:05:40Z"}
    message = {"tags": [TAG | (stamp if inside else {})]} | ({} if inside else stamp)

    decoded = read(message, each="tags[]", sensor="id", value="v", time="ts")

    assert decoded.readings == []
    assert Reason.INVALID_TIMESTAMP in [reject.reason for reject in decoded.rejects]


def test_elements_of_one_sensor_need_their_times():
    tags = [{"id": "x", "v": 1}, {"id": "x", "v": 2}, {"id": "y", "v": 3}]

    decoded = read({"tags": tags}, each="tags[]", sensor="id", value="v")

    assert values(decoded) == {"y": 3}
    assert [reject.reason for reject in decoded.rejects] == [Reason.NO_TIMESTAMP] * 2


@pytest.mark.parametrize(
    ("quality", "keys", "stored"),
    [
        (3, {"good": [2, 3]}, "good"),
        ("3", {"good": [2, 3]}, "good"),
        (1, {"good": [2, 3]}, "bad"),
        (1, {"good": [3], "uncertain": [1]}, "uncertain"),
        ("Fine", {"good": ["fine"]}, "good"),
        ("weird", {"good": ["fine"]}, "bad"),
        ("uncertain", {"good": ["fine"]}, "uncertain"),
        ({"x": 1}, {"good": ["fine"]}, "bad"),
        (192, {}, "good"),
        (False, {}, "bad"),
        (None, {}, "good"),
    ],
    ids=str,
)
def test_a_quality_is_read_as_the_format_says(quality, keys, stored):
    decoded = read({"id": "x", "v": 1, "qc": quality}, sensor="id", value="v", quality="qc", **keys)

    assert [each.quality for each in decoded.readings] == [stored]


def test_a_bad_quality_without_a_value_is_an_outage():
    decoded = read({"id": "x", "qc": "BAD"}, sensor="id", value="v", quality="qc")

    assert [each.sensor_type for each in decoded.outages] == ["x"]
    assert decoded.rejects == []


def test_outages_stand_aside():
    decoded = read({"values": {"x": 1}, "errors": {"y": 2014}}, each="values{}", outages="errors{}")

    assert values(decoded) == {"x": 1}
    assert [each.sensor_type for each in decoded.outages] == ["y"]


def test_units_lines_and_metadata_are_kept():
    message = {"hall": "h-1", "tags": [{"id": "x", "v": 1, "u": "bar", "who": "a"}, {"id": "y", "v": 2}]}

    decoded = read(message, each="tags[]", sensor="id", value="v", unit="u", line="hall", metadata=["who"])

    assert [(each.unit, each.production_line, each.metadata) for each in decoded.readings] == [
        ("bar", "h-1", {"who": "a"}),
        (None, "h-1", None),
    ]


@pytest.mark.parametrize("interval", [{"every": 5}, {}], ids=["inside", "around"])
def test_a_list_of_samples_has_an_interval(interval):
    message = {"every": 5, "ts": BERLIN_MS, "axes": {"x": {"v": [1, 2], **interval}}}

    decoded = read(message, each="axes{}", value="v", interval="every", interval_unit="s")

    assert [(each.value, each.timestamp_ms - BERLIN_MS) for each in decoded.readings] == [(1, 0), (2, 5000)]


def test_base_fields_hold_for_what_follows():
    message = [{"bn": "ow:", "bt": BERLIN_MS / 1000, "n": "a", "v": 1}, {"n": "b", "t": -1, "v": 2}]

    decoded = read(message, extends="senml")

    assert [(each.sensor_type, each.timestamp_ms - BERLIN_MS) for each in decoded.readings] == [("a", 0), ("b", -1000)]


def test_a_number_is_taken_out_of_a_text():
    decoded = read({"id": "x", "v": "71.5 °C"}, sensor="id", value="v", value_from=r"^(\S+) °C$")

    assert values(decoded) == {"x": 71.5}


@pytest.mark.parametrize(
    ("payload", "keys"),
    [
        (b"x;71,5\ny;2,5\n", {"encoding": "csv", "delimiter": ";", "decimal": ",", "header": ["sensor", "value"]}),
        (b'{"sensor":"x","value":71.5}\n{"sensor":"y","value":2.5}', {"encoding": "ndjson"}),
        (b"m x=71.5,y=2.5", {"encoding": "line-protocol"}),
        (msgspec.msgpack.encode({"x": 71.5, "y": 2.5}), {"encoding": "msgpack", "each": "{}"}),
        (bytes.fromhex("a26178f95478617901"), {"encoding": "cbor", "each": "{}"}),
    ],
    ids=lambda value: value.get("encoding") if isinstance(value, dict) else "",
)
def test_every_encoding_is_read(payload, keys):
    decoded = read(None, payload=payload, **keys)

    assert decoded.rejects == []
    assert set(values(decoded)) == {"x", "y"}


def test_one_bad_row_costs_one_row():
    payload = b"time,x\n2025-11-21T08:05:40Z,1\nyesterday,2\n2025-11-21T08:05:41Z,3\n"

    decoded = read(None, payload=payload, encoding="csv", each="{}")

    assert [each.value for each in decoded.readings] == [1, 3]
    assert [(reject.reason, reject.position, reject.path) for reject in decoded.rejects] == [
        (Reason.INVALID_TIMESTAMP, 1, "x")
    ]


def test_the_topic_names_device_sensor_and_line():
    decoded = read(
        71.5, "plant/h-1/press-7/temp/raw", value="@", unit="@unit", topic="plant/{line}/{device}/{sensor}/{unit}"
    )

    assert [(each.production_line, each.device_id, each.sensor_type, each.unit) for each in decoded.readings] == [
        ("h-1", "press-7", "temp", "raw")
    ]
