"""Lines of comma-separated values: which are readings, and which are bad."""

from __future__ import annotations

import pytest

from lambda_src.bridge.rows import read_rows
from tests.unit.functions.factories import NOW_MS, reading

EXPECTED = reading(production_line=None)
S, MS = NOW_MS // 1000, NOW_MS


def rows(text):
    return read_rows(text if isinstance(text, bytes) else text.encode(), device_id="press-1", arrived_ms=NOW_MS)


FORMS = {
    "seconds": f"{S},temperature,71.5",
    "milliseconds": f"{MS},temperature,71.5",
    "ISO 8601": "2025-11-21T08:05:45Z,temperature,71.5",
    "no timestamp": "temperature,71.5",
    "empty timestamp": ",temperature,71.5",
    "header": f"timestamp,sensor_type,value\n{S},temperature,71.5",
    "header without timestamp": "sensor_type,value\ntemperature,71.5",
    "header in another order": f"Value,Timestamp,SENSOR_TYPE\n71.5,{S},temperature",
    "semicolons": f"{S};temperature;71.5",
    "semicolons and a header": f"timestamp;sensor_type;value\n{S};temperature;71.5",
    "spaces": f" {S} , temperature , 71.5 ",
    "quotes": f'"{S}","temperature","71.5"',
    "CR LF": f"{S},temperature,71.5\r\n",
    "empty lines": f"\n\n{S},temperature,71.5\n\n",
    "byte order mark": b"\xef\xbb\xbf" + f"timestamp,sensor_type,value\n{S},temperature,71.5".encode(),
    "upper case": f"{S},Temperature,71.5",
    "exponent": f"{S},temperature,7.15e1",
}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_form_is_the_same_reading(form):
    assert rows(FORMS[form]) == ([EXPECTED], [])


BAD = {
    "text for a number": f"{S},temperature,hot",
    "no number": f"{S},temperature,",
    "not a number": f"{S},temperature,nan",
    "infinite": f"{S},temperature,1e999",
    "decimal comma": f"{S};temperature;71,5",
    "thousands": f"{S};temperature;1,234",
    "hexadecimal": f"{S},temperature,0x10",
    "underscores": f"{S},temperature,1_000",
    "digits of another script": f"{S},temperature,\u0667\u0661",
    "no sensor type": f"{S},,71.5",
    "a number for a sensor type": f"temperature,{S},71.5",
    "a timestamp and a value": f"{S},71.5",
    "one column": "temperature",
    "four columns": f"{S},temperature,71.5,Cel",
    "a separator in quotes": f'{S},"a,b",71.5',
    "a time without a zone": "2025-11-21T08:05:45,temperature,71.5",
    "a time that never was": "yesterday,temperature,71.5",
    "an infinite time": "1e999,temperature,71.5",
    "a time in the future": f"{S + 3600},temperature,71.5",
    "a time before any device": "1000,temperature,71.5",
    "a header again": "timestamp,sensor_type,value",
    "not UTF-8": f"{S},temp\udcff,71.5",
}


@pytest.mark.parametrize("form", BAD, ids=str)
def test_a_bad_line_is_kept_apart_with_its_bytes(form):
    line = BAD[form].encode(errors="surrogateescape")
    separator = b";" if b";" in line else b","
    good = separator.join((str(S).encode(), b"temperature", b"71.5"))

    found = rows(good + b"\n" + line + b"\r\n" + good)

    assert found.readings == [EXPECTED, EXPECTED]
    assert found.bad == [line]


def test_below_a_header_each_line_has_its_columns():
    found = rows(f"sensor_type,value\ntemperature,71.5\n{S},temperature,71.5")

    assert found == ([EXPECTED], [f"{S},temperature,71.5".encode()])


@pytest.mark.parametrize("text", ["", "\n\n", "timestamp,sensor_type,value\n"], ids=repr)
def test_without_lines_there_is_no_reading(text):
    assert rows(text) == ([], [])


def test_a_device_that_cannot_be_has_no_readings():
    assert read_rows(b"temperature,71.5", device_id="a b", arrived_ms=NOW_MS).readings == []
