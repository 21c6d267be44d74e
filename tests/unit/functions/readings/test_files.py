"""Files as people export them: loggers, spreadsheets, historians. A bad row costs one row."""

from __future__ import annotations

import gzip
import tomllib
import zlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings import files
from lambda_src.common.readings.files import read_file
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sensor_names import original_name, parse_sensor_type
from tests.unit.functions.factories import NOW_MS

FOLDER = Path(__file__).parents[3] / "data" / "formats" / "files"
ARRIVED_MS = NOW_MS + 86_400_000
"""A day after what the files hold."""
AT_MS = 1_763_712_340_000
"""2025-11-21T08:05:40Z"""
EXPORTS = tomllib.loads((FOLDER / "exports.toml").read_text())["exports"]


def read(data, *, device="press-7", **keys):
    form = msgspec.convert({"name": "f", "encoding": "csv"} | keys, Format)
    return list(read_file(data, form, arrived_ms=ARRIVED_MS, device_id=device))


def facts(rows):
    return [
        (row.number, one.device_id, one.sensor_type, one.value, one.timestamp_ms - AT_MS, one.quality)
        for row in rows
        for one in row.readings
    ]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export["kind"])
def test_an_export_is_read_by_its_format(export):
    data = (FOLDER / export["file"]).read_bytes() if "file" in export else export["text"].encode(export["codec"])

    rows = read(data, device=export.get("device"), **export["format"])

    assert [[*fact] for fact in facts(rows)] == export["readings"]
    assert [[row.number, one.reason] for row in rows for one in row.rejects] == export.get("rejects", [])
    assert [one.sensor_type for row in rows for one in row.outages] == export.get("outages", [])


def test_every_shared_file_has_its_format():
    named = {export["file"] for export in EXPORTS if "file" in export}

    assert {path.name for path in FOLDER.iterdir() if path.suffix != ".toml"} == named


ROWS = b"time,sensor,value\n" + b"".join(b"%d,t%d,%d\n" % (AT_MS + n, n % 7, n) for n in range(3_000))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zlib.compress, lambda data: gzip.compress(data) + bytes(512)])
def test_a_long_file_is_read_in_pieces_and_unpacked(pack):
    rows = read(pack(ROWS))

    assert [(row.number, [one.value for one in row.readings]) for row in rows] == [
        (n + 2, [float(n)]) for n in range(3_000)
    ]


def test_a_wide_table_stays_within_the_bounds_of_a_payload():
    columns = 200
    head = "timestamp," + ",".join(f"s{n}" for n in range(columns))
    lines = [f"{AT_MS + n}," + ",".join([str(n)] * columns) for n in range(400)]

    rows = read("\n".join([head, *lines]).encode(), extends="csv-wide")

    assert sum(len(row.readings) for row in rows) == 400 * columns
    assert not any(row.rejects for row in rows)


@pytest.mark.parametrize("bad", [b"x", b"1,2,3,4", b'1,"t,2', b"\xff\xfe,t,1", b"99,t,1", b"%d,t,Bad" % AT_MS, b",t,1"])
def test_a_bad_row_costs_one_row(bad):
    lines = ROWS.splitlines()[:1_200]
    lines[600] = bad

    rows = read(b"\n".join(lines))

    assert [row.number for row in rows if not row.readings] == [601]
    assert len(rows) == 1_199
    assert rows[599].rejects or any(row.outages for row in rows)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \n", "empty"),
        (gzip.compress(ROWS)[:-5], "invalid_encoding"),
        (gzip.compress(ROWS) + b"rest", "invalid_encoding"),
        (b"a,a,b\n1,2,3", "invalid_encoding"),
        (b"\xff\xfea", "invalid_utf8"),
        (gzip.compress(bytes(3_000)), "too_large"),
    ],
    ids=range(7),
)
def test_a_file_that_cannot_be_read_says_why(data, reason, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILE", 2_000 if reason == "too_large" else files.MAX_FILE)

    with pytest.raises(RuleBrokenError) as refused:
        read(data)

    assert refused.value.reason == reason


def test_a_row_keeps_the_device_that_it_names():
    rows = read(b"device_id,time,sensor,value\noven-1,%d,t,1\n,%d,t,2\n" % (AT_MS, AT_MS + 1))

    assert [one.device_id for row in rows for one in row.readings] == ["oven-1", "press-7"]


def test_a_file_without_lines_is_one_row():
    (row,) = read(
        b'[{"n":"t","v":1,"t":%d},{"n":"t","v":2,"t":%d}]' % (AT_MS // 1000, AT_MS // 1000 + 1),
        extends="senml",
        encoding="json",
    )

    assert (row.number, [one.value for one in row.readings]) == (1, [1.0, 2.0])


@given(st.text(min_size=1, max_size=20))
def test_an_original_name_is_spelt_the_same_again(name):
    try:
        spelt = parse_sensor_type(name)
    except RuleBrokenError:
        return

    assert parse_sensor_type(original_name(spelt)) == spelt
