"""A format says where times, qualities and values stand, and how they are written."""

from __future__ import annotations

import msgspec
import pytest

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.formats.reading import BERLIN_MS, TAG, read, values


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
