"""JSON and lines of it, with what real senders add to the text."""

from __future__ import annotations

import math

import pytest

from lambda_src.common.readings.encodings.bounds import MAX_DOCUMENTS
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.encodings.factories import broken, only, read


@pytest.mark.parametrize(
    "payload",
    [
        b'{"a": 1.5}',
        b'\xef\xbb\xbf{"a": 1.5}',
        b'{"a": 1.5}\0\0',
        b'\xff\xfe{\0"\0a\0"\0:\x001\0.\x005\0}\0',
        '\ufeff{"a": 1.5}'.encode("utf-16-be"),
    ],
    ids=["plain", "byte order mark", "NULs at the end", "UTF-16", "UTF-16 big-endian"],
)
def test_json_reads_with_what_senders_add(payload):
    assert only(payload) == {"a": 1.5}


def test_nan_and_infinity_stay_in_the_document():
    found = only(b'[{"a": NaN}, {"a": -Infinity}, {"a": 1e999}, {"a": 1}]')

    assert math.isnan(found[0]["a"])
    assert [item["a"] for item in found[1:]] == [-math.inf, math.inf, 1]


def test_integers_stay_exact():
    assert only(b"[9007199254740993, 123456789012345678901]") == [9007199254740993, 123456789012345678901]
    assert only(b"[1" + b"0" * 5000 + b"]") == [math.inf]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", Reason.INVALID_JSON),
        (b"{", Reason.INVALID_JSON),
        (b'{"a": 1} {"a": 2}', Reason.INVALID_JSON),
        (b'"\\ud800"', Reason.INVALID_JSON),
        (b'["\\ud800", NaN]', Reason.INVALID_JSON),
        (b"NaNa", Reason.INVALID_JSON),
        (b'{"a": "\xff"}', Reason.INVALID_UTF8),
        (b'{"a": NaN, "b": "\xc3"}', Reason.INVALID_UTF8),
        (b"\xff\xfea", Reason.INVALID_UTF8),
        (b"[" * 100_000, Reason.TOO_DEEP),
        (b"[NaN," + b"[" * 100_000, Reason.TOO_DEEP),
    ],
)
def test_what_is_not_json_is_refused_whole(payload, reason):
    assert broken(payload) == [(reason, payload)]


def test_a_bad_line_of_ndjson_costs_that_line():
    payload = b'\xef\xbb\xbf{"a": 1}\r\n\n{"a": }\n{"a": "\xff"}\n{"a": 4}'

    assert read(payload, encoding="ndjson") == [{"a": 1}, Reason.INVALID_JSON, Reason.INVALID_UTF8, {"a": 4}]
    assert [line for _, line in broken(payload, encoding="ndjson")] == [b'{"a": }', b'{"a": "\xff"}']


def test_too_many_lines_are_refused_whole():
    payload = b"1\n" * (MAX_DOCUMENTS + 1)

    assert broken(payload, encoding="ndjson") == [(Reason.TOO_LARGE, payload)]


def test_blank_text_is_refused_as_empty():
    assert broken(b" \n\n", encoding="ndjson") == [(Reason.EMPTY, b" \n\n")]
