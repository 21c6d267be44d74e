"""Compressed payloads: opened within bounds, or left as they are."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.unpack import MAX_BYTES, unpack

TEXT = b'{"sensor_type": "temperature", "value": 71.5}'


@pytest.mark.parametrize(
    "pack", [gzip.compress, zlib.compress, lambda text: zlib.compress(text, 9)], ids=["gzip", "zlib", "zlib-9"]
)
def test_compressed_text_is_opened(pack):
    assert unpack(pack(TEXT)) == TEXT


def test_the_members_of_a_gzip_file_are_one_text():
    assert unpack(gzip.compress(b"one\n") + gzip.compress(b"two\n")) == b"one\ntwo\n"


def test_exactly_the_limit_is_opened_one_byte_more_is_not():
    at_limit, above = gzip.compress(b" " * MAX_BYTES), gzip.compress(b" " * (MAX_BYTES + 1))

    assert len(unpack(at_limit)) == MAX_BYTES
    assert unpack(above) == above


def test_the_limit_counts_all_members():
    data = gzip.compress(b" " * (MAX_BYTES // 2)) * 3

    assert unpack(data) == data


def test_a_bomb_is_not_unfolded():
    bomb = gzip.compress(b"\0" * 200_000_000)
    tracemalloc.start()

    assert unpack(bomb) == bomb

    assert tracemalloc.get_traced_memory()[1] < 4 * MAX_BYTES
    tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [gzip.compress(TEXT)[:-4], gzip.compress(TEXT) + b"more", gzip.compress(TEXT)[:12] + b"x" * 20, b"\x1f\x8b"],
    ids=["cut off", "followed by something", "broken", "a header"],
)
def test_what_is_no_whole_compressed_text_stays_as_it_is(data):
    assert unpack(data) == data


def test_one_layer_is_opened():
    inner = gzip.compress(TEXT)

    assert unpack(gzip.compress(inner)) == inner


@given(st.binary(max_size=64) | st.binary(max_size=64).map(lambda tail: b"\x1f\x8b" + tail))
def test_any_bytes_are_opened_or_left(data):
    assert isinstance(unpack(data), bytes)


@given(st.text(max_size=64).map(str.encode))
def test_text_is_never_taken_for_compressed(text):
    assert unpack(text) == text
