"""What holds for any bytes at all, whatever the encoding."""

from __future__ import annotations

import json
import math
from typing import get_args

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.encodings.reader import read_documents
from lambda_src.common.readings.formats.document import BrokenPart
from lambda_src.common.readings.formats.spec import Compression, Encoding
from tests.unit.functions.encodings.factories import form, only

ENCODINGS = [name for name in get_args(Encoding) if name != "sparkplug-b"]
CONTENT = (dict, list, str, int, float, bool, bytes, type(None))
LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=8)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
TEXTS = st.text(alphabet=st.sampled_from('abt=,;|"\\ 0123456789.-+:TZ\n\r\tie#*\ufeff\0é'), max_size=80)


def _check(content):
    assert isinstance(content, CONTENT)
    if isinstance(content, dict):
        assert all(isinstance(key, str) for key in content)
        content = list(content.values())
    if isinstance(content, list):
        for item in content:
            _check(item)
    if isinstance(content, str):
        content.encode()


@given(
    st.binary(max_size=120) | TEXTS.map(str.encode),
    st.sampled_from(ENCODINGS),
    st.sampled_from([None, *get_args(Compression)]),
    st.sampled_from([".", ","]),
)
def test_any_bytes_become_documents_or_refusals(payload, encoding, compression, decimal):
    parts = read_documents(payload, form(encoding=encoding, compression=compression, decimal=decimal))

    assert parts
    for part in parts:
        if isinstance(part, BrokenPart):
            assert part.error.detail
        else:
            _check(part.content)


@given(JSON)
def test_json_and_msgpack_carry_the_same_documents(value):
    assert only(json.dumps(value).encode()) == value
    assert only(msgspec.msgpack.encode(value), encoding="msgpack") == value


@given(JSON)
def test_cbor_carries_the_same_documents(value):
    assert only(_cbor(value), encoding="cbor") == value


def _cbor(value) -> bytes:
    """As RFC 8949 writes it, with definite lengths and long heads."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, float):
        return b"\xfb" + msgspec.msgpack.encode(value)[1:]
    if isinstance(value, int):
        return _head(1, -1 - value) if value < 0 else _head(0, value)
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(_cbor, value))
    return _head(5, len(value)) + b"".join(_cbor(part) for pair in value.items() for part in pair)


def _head(major: int, number: int) -> bytes:
    size = max(0, math.ceil(math.log2(max(1, (number.bit_length() + 7) // 8))))
    return bytes([major << 5 | 24 + size]) + number.to_bytes(1 << size, "big")
