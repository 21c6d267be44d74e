"""CSV as loggers, historians and spreadsheets write it."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.encodings.factories import broken, only, read

ROW = {"time": "2025-11-21T08:05:40Z", "temperature": "71.5"}


@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
def test_the_first_line_tells_the_delimiter(delimiter):
    payload = f"time{delimiter}temperature\n2025-11-21T08:05:40Z{delimiter}71.5\n"

    assert only(payload.encode(), encoding="csv") == ROW


@pytest.mark.parametrize(
    "payload",
    [
        b"\xef\xbb\xbftime,temperature\r\n2025-11-21T08:05:40Z,71.5\r\n",
        "\ufefftime\ttemperature\r\n2025-11-21T08:05:40Z\t71.5\r\n".encode("utf-16-le"),
        b"sep=;\ntime;temperature\n2025-11-21T08:05:40Z;71.5",
        b"time,temperature,\n2025-11-21T08:05:40Z,71.5,\n",
        b' time , "temperature"\n"2025-11-21T08:05:40Z", "71.5"\n',
        b"time,temperature\r2025-11-21T08:05:40Z,71.5\r",
    ],
    ids=["UTF-8 mark", "UTF-16", "Excel's separator line", "filled up", "quotes and blanks", "CR"],
)
def test_files_of_spreadsheets_read_alike(payload):
    assert only(payload, encoding="csv") == ROW


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("71.5", "71.5"),
        ("+71.5", "71.5"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("5.", "5"),
        ("1.5E-3", "1.5E-3"),
        ("007", "007"),
        ("TRUE", True),
        ("false", False),
        ("71,5", "71,5"),
        ("No Data", "No Data"),
        ("1-2", "1-2"),
    ],
)
def test_numbers_of_cells_are_written_as_json_writes_them(cell, value):
    assert only(f"a;b\n{cell};x".encode(), encoding="csv") == {"a": value, "b": "x"}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("71,5", "71.5"),
        ("-0,25", "-0.25"),
        ("12", "12"),
        ("1.234,5", "1234.5"),
        ("21.11.2025 09:05:40", "21.11.2025 09:05:40"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_a_decimal_comma_is_the_formats(cell, value):
    assert only(f"a;b\n{cell};x".encode(), encoding="csv", decimal=",") == {"a": value, "b": "x"}


@pytest.mark.parametrize("cell", ["71.5", "1.234"])
def test_a_point_beside_decimal_commas_costs_the_row(cell):
    assert read(f"a;b\n{cell};x\n1,5;y".encode(), encoding="csv", decimal=",") == [
        Reason.INVALID_ENCODING,
        {"a": "1.5", "b": "y"},
    ]


def test_a_bad_row_costs_one_row_and_keeps_its_header():
    payload = b'a,b\n1,2\n3\n"4,5\n6,7,8\n9,\xff\n10,"x""y, z"\n'

    assert read(payload, encoding="csv") == [
        {"a": "1", "b": "2"},
        *[Reason.INVALID_ENCODING] * 3,
        Reason.INVALID_UTF8,
        {"a": "10", "b": 'x"y, z'},
    ]
    assert [row for _, row in broken(payload, encoding="csv")] == [
        b"a,b\n3",
        b'a,b\n"4,5',
        b"a,b\n6,7,8",
        b"a,b\n9,\xff",
    ]


def test_an_empty_cell_is_no_value():
    assert only(b"a,b,c\n1,,3", encoding="csv") == {"a": "1", "c": "3"}


def test_a_row_without_its_time_is_refused():
    assert read(b"t,a\n,1\n5,2", encoding="csv", time="t") == [Reason.NO_TIMESTAMP, {"t": "5", "a": "2"}]


def test_a_format_names_the_columns_of_headerless_files():
    settings = {"encoding": "csv", "header": ("time", "sensor", "value")}

    assert only(b"5,temperature,1", **settings) == {"time": "5", "sensor": "temperature", "value": "1"}
    assert only(b"Time,Sensor,Value\n5,temperature,1", **settings)["time"] == "5"
    assert read(b'"5,temperature,1\n6,temperature,2', **settings)[0] == Reason.INVALID_ENCODING
    assert broken(b"5,temperature", **settings) == [(Reason.INVALID_ENCODING, b"5,temperature")]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"2025-11-21T08:05:40.000Z,temperature,71.5\n", Reason.INVALID_ENCODING),
        (b"1763712340000,71.5\n1763712341000,71.6\n", Reason.INVALID_ENCODING),
        (b"a,a\n1,2", Reason.INVALID_ENCODING),
        (b"a,\xff\n1,2", Reason.INVALID_UTF8),
        (b"a,b\n", Reason.EMPTY),
        (b"sep=;\n", Reason.EMPTY),
        (b"", Reason.EMPTY),
    ],
)
def test_a_table_without_a_usable_header_is_refused_whole(payload, reason):
    assert broken(payload, encoding="csv") == [(reason, payload)]


def test_a_column_without_a_name_is_named_by_its_place():
    assert only(b",a\n0,1", encoding="csv") == {"column_1": "0", "a": "1"}


def test_a_long_header_over_many_rows_is_refused_whole():
    payload = b"a" * 60_000 + b"\n" + b"1\n" * 30_000

    assert broken(payload, encoding="csv") == [(Reason.TOO_LARGE, payload)]
