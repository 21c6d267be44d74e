"""InfluxDB's line protocol and MTConnect's SHDR."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.encodings.factories import broken, only, read

LINES = [
    (
        b"modbus,slave=press-7 Temperature=71.5,Pressure=3.2 1763712340000000000",
        ("modbus", {"slave": "press-7"}, {"Temperature": 71.5, "Pressure": 3.2}, 1763712340000000000),
    ),
    (b"m a=1i,b=2u,c=-3i", ("m", {}, {"a": 1, "b": 2, "c": -3}, None)),
    (b"m a=t,b=FALSE,c=True", ("m", {}, {"a": True, "b": False, "c": True}, None)),
    (b"m a=1e3,b=-.5,c=9007199254740993i", ("m", {}, {"a": 1000.0, "b": -0.5, "c": 9007199254740993}, None)),
    (rb"my\ m\,x,a\ b=c\=d e\,f=1 5", ("my m,x", {"a b": "c=d"}, {"e,f": 1.0}, 5)),
    (rb'm a="x, y=\"z\" \\",b=2 5', ("m", {}, {"a": 'x, y="z" \\', "b": 2.0}, 5)),
    (b"  m  a=1   5  ", ("m", {}, {"a": 1.0}, 5)),
    (rb"C:\temp,p=C:\x a=1", (r"C:\temp", {"p": r"C:\x"}, {"a": 1.0}, None)),
    ("größe,ort=München wert=1".encode(), ("größe", {"ort": "München"}, {"wert": 1.0}, None)),
]


@pytest.mark.parametrize(("line", "parts"), LINES)
def test_line_protocol_becomes_telegrafs_json(line, parts):
    name, tags, fields, timestamp = parts
    expected = {"name": name, "tags": tags, "fields": fields}

    assert only(line, encoding="line-protocol") == expected | ({} if timestamp is None else {"timestamp": timestamp})


@pytest.mark.parametrize(
    "line",
    [
        *(
            b"m",
            b"m a",
            b"m a=",
            b"m =1",
            b"m a=x",
            b'm a="x',
            b"m a=1,",
            b"m ,a=1",
            b"m,a b=1",
            b"m,a=b,a=c d=1",
            b"m a=1,a=2",
        ),
        *(b"m a=1 x", b"m a=1 5 6", b"m a=1_0", b"m a=0x1", b"m a=nan", b"m a=1i2", b",a=b c=1", b"m a=1 5i"),
    ],
)
def test_what_is_no_line_protocol_is_refused(line):
    assert broken(line, encoding="line-protocol") == [(Reason.INVALID_ENCODING, line)]


def test_a_bad_line_costs_that_line():
    payload = b"# comment\nm a=1 5\n\nm a=\nm,x=\xff a=1\nm a=2 6\r\n"

    found = read(payload, encoding="line-protocol")

    assert [part if isinstance(part, Reason) else part["fields"] for part in found] == [
        {"a": 1.0},
        Reason.INVALID_ENCODING,
        Reason.INVALID_UTF8,
        {"a": 2.0},
    ]


@pytest.mark.parametrize(
    "line", [b"\\a" * 5000, b"m a=" + b'"\\x' * 3000, b"m," + b"a=" * 5000, b"m a" + b"\\=" * 5000]
)
def test_a_long_bad_line_is_refused_in_one_pass(line):
    # In every division of its escapes it would take longer than the universe has.
    assert only(line, encoding="line-protocol") == Reason.INVALID_ENCODING


SHDR = [
    (
        b"2025-11-21T08:05:40.000Z|Temperature|71.5|Flow|UNAVAILABLE",
        {"items": [{"key": "Temperature", "value": "71.5"}, {"key": "Flow", "value": "UNAVAILABLE"}]},
    ),
    (b"2025-11-21T08:05:40.000Z|press-7:Xpos|1", {"items": [{"device": "press-7", "key": "Xpos", "value": "1"}]}),
    (b"2025-11-21T08:05:40.000Z@100.5|Xpos|1", {"duration": "100.5", "items": [{"key": "Xpos", "value": "1"}]}),
    (
        b"2025-11-21T08:05:40.000Z|oil|WARNING|H12|1|HIGH|Oil is hot",
        {
            "condition": {
                "key": "oil",
                "level": "WARNING",
                "native_code": "H12",
                "native_severity": "1",
                "qualifier": "HIGH",
                "text": "Oil is hot",
            }
        },
    ),
    (
        b"2025-11-21T08:05:40.000Z|a|UNAVAILABLE|b|1|c|2",
        {"items": [{"key": "a", "value": "UNAVAILABLE"}, {"key": "b", "value": "1"}, {"key": "c", "value": "2"}]},
    ),
]


@pytest.mark.parametrize(("line", "expected"), SHDR)
def test_shdr_becomes_items_or_a_condition(line, expected):
    assert only(line, encoding="shdr") == {"timestamp": "2025-11-21T08:05:40.000Z", **expected}


def test_what_adapter_and_agent_say_is_a_command():
    assert only(b"* PONG 10000", encoding="shdr") == {"command": "PONG 10000"}


@pytest.mark.parametrize(
    "line",
    [b"2025-11-21T08:05:40Z", b"2025-11-21T08:05:40Z|a", b"t|a|1|b", b"t||1", b"t|vib|3|100|1 2 3", b"t|vib|3||1 2 3"],
    ids=["time alone", "no value", "odd", "no key", "time series", "time series without a rate"],
)
def test_what_is_no_pair_of_key_and_value_is_refused(line):
    assert broken(line, encoding="shdr") == [(Reason.INVALID_ENCODING, line)]
