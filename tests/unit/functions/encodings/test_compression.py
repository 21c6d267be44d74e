"""Compressed payloads, and bombs."""

from __future__ import annotations

import gzip
import zlib

import pytest

from lambda_src.common.readings.encodings.bounds import MAX_BYTES
from lambda_src.common.readings.encodings.compression import compression_of
from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.encodings.factories import broken, only, read

TEXT = b'{"a": 1}'


def test_gzip_and_zlib_are_read_as_the_format_says():
    assert only(gzip.compress(TEXT), compression="gzip") == {"a": 1}
    assert only(zlib.compress(TEXT), compression="zlib") == {"a": 1}


def test_members_of_a_gzip_file_follow_one_another():
    payload = gzip.compress(TEXT + b"\n") + gzip.compress(TEXT) + b"\0\0"

    assert read(payload, compression="gzip", encoding="ndjson") == [{"a": 1}, {"a": 1}]


@pytest.mark.parametrize(
    ("payload", "compression"),
    [
        (TEXT, "gzip"),
        (zlib.compress(TEXT), "gzip"),
        (gzip.compress(TEXT), "zlib"),
        (gzip.compress(TEXT)[:-3], "gzip"),
        (gzip.compress(TEXT) + b"x", "gzip"),
        (b"\x1f\x8b", "gzip"),
    ],
    ids=["plain", "zlib", "gzip", "cut off", "followed by something", "header alone"],
)
def test_other_bytes_than_the_format_says_are_refused(payload, compression):
    assert broken(payload, compression=compression) == [(Reason.INVALID_ENCODING, payload)]


def test_a_bomb_is_refused_whole():
    bomb = gzip.compress(b"[" + b"1," * MAX_BYTES + b"1]")

    assert broken(bomb, compression="gzip") == [(Reason.TOO_LARGE, bomb)]
    assert broken(gzip.compress(bomb), compression="gzip")[0][0] == Reason.INVALID_UTF8


def test_the_first_bytes_tell_the_compression():
    assert compression_of(gzip.compress(TEXT)) == "gzip"
    assert compression_of(zlib.compress(TEXT)) == "zlib"
    assert compression_of(TEXT) is None
