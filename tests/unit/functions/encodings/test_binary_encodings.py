"""MessagePack and CBOR."""

from __future__ import annotations

import math
import struct

import msgspec
import pytest

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.encodings.factories import broken, only

DOCUMENT = {"id": "Temperature", "v": 71.5, "n": -3, "ok": True, "none": None, "list": [1, {"a": 2.5}]}

RFC_8949 = [
    ("17", 23),
    ("1818", 24),
    ("1903e8", 1000),
    ("1a000f4240", 1_000_000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("c249010000000000000000", 18446744073709551616),
    ("3bffffffffffffffff", -18446744073709551616),
    ("c349010000000000000000", -18446744073709551617),
    ("20", -1),
    ("3903e7", -1000),
    ("f98000", -0.0),
    ("f93e00", 1.5),
    ("f90001", 5.960464477539063e-8),
    ("fa47c35000", 100000.0),
    ("fbc010666666666666", -4.1),
    ("f97c00", math.inf),
    ("f4", False),
    ("f6", None),
    ("f7", None),
    ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"),
    ("c11a514b67b0", 1363896240),
    ("c482211a000f4240", 10000.0),
    ("c5822003", 1.5),
    ("4401020304", b"\x01\x02\x03\x04"),
    ("62c3bc", "ü"),
    ("a201020304", {"1": 2, "3": 4}),
    ("a56161614161626142616361436164614461656145", {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}),
    ("5f42010243030405ff", b"\x01\x02\x03\x04\x05"),
    ("7f657374726561646d696e67ff", "streaming"),
    ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
    ("bf6346756ef563416d7421ff", {"Fun": True, "Amt": -2}),
    ("d9d9f78101", [1]),
]
"""Examples of its appendix A, and of sections 3.4.4 and 3.4.6."""


@pytest.mark.parametrize(("text", "value"), RFC_8949)
def test_cbor_reads_the_examples_of_its_standard(text, value):
    found = only(bytes.fromhex(text), encoding="cbor")

    assert (found, type(found)) == (value, type(value))


NOT_CBOR = (
    "18 1c 62c3 5f6161ff 8201 9f01 a101 bf01ff ff f8 f818 0000 c201 d81c00 d81d00 d81900 d818410100 a1f501 a16161 "
    "a2616101616102 c4821b00000001000000001a00 9bffffffffffffffff"
)


@pytest.mark.parametrize("text", ["", *NOT_CBOR.split()])
def test_what_is_not_cbor_is_refused_whole(text):
    payload = bytes.fromhex(text)

    assert broken(payload, encoding="cbor") == [(Reason.INVALID_ENCODING, payload)]


@pytest.mark.parametrize(
    ("payload", "encoding", "reason"),
    [
        (b"\x81" * 100_000, "cbor", Reason.TOO_DEEP),
        (b"\xc1" * 100_000, "cbor", Reason.TOO_DEEP),
        (b"\x61\xff", "cbor", Reason.INVALID_UTF8),
        (b"\x91" * 100_000, "msgpack", Reason.TOO_DEEP),
        (b"\x91" * 50 + b"\x01", "msgpack", Reason.TOO_DEEP),
        (b"\xa1\xff", "msgpack", Reason.INVALID_UTF8),
        (b"\x01\x02", "msgpack", Reason.INVALID_ENCODING),
        (b"\xdd\xff\xff\xff\xff", "msgpack", Reason.INVALID_ENCODING),
        (b"\x81\x91\x01\x02", "msgpack", Reason.INVALID_ENCODING),
        (b"\x82\x01\x02\xa11\x03", "msgpack", Reason.INVALID_ENCODING),
        (b"", "msgpack", Reason.INVALID_ENCODING),
    ],
)
def test_a_binary_payload_out_of_bounds_is_refused_whole(payload, encoding, reason):
    assert broken(payload, encoding=encoding) == [(reason, payload)]


def test_msgpack_is_read_as_json_would_be():
    assert only(msgspec.msgpack.encode(DOCUMENT), encoding="msgpack") == DOCUMENT


def test_msgpack_keys_times_and_binary_data():
    payload = b"\x83\x07\x01\xa1t\xd6\xff" + struct.pack(">I", 1763712340) + b"\xa1x\xc7\x01\x05\x00"

    assert only(payload, encoding="msgpack") == {"7": 1, "t": "2025-11-21T08:05:40+00:00", "x": b"\x00"}
