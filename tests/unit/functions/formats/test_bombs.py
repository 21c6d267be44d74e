"""With a format, too, a small payload never becomes large output: it is refused whole."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import msgspec
import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.decoded import MAX_READINGS
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.rejects import Reason
from lambda_src.common.readings.rules import DecodeRules, Source
from tests.unit.functions.factories import NOW_MS

ONES = b"[" + b"1," * 65_000 + b"1]"
TAGGED = {"tags": {f"t{n}": "x" * 100 for n in range(500)}, "values": {f"v{n}": n for n in range(5000)}}
NESTED = b'{"a":' * 5000 + b"1" + b"}" * 5000
BOMBS: dict[str, tuple[dict[str, Any], bytes]] = {
    "elements": ({"sensor": "@sensor", "value": "@"}, ONES),
    "lists of elements": ({"each": "[][]", "sensor": "@sensor"}, json.dumps([[1] * 10] * 3000).encode()),
    "elements in gzip": ({"sensor": "@sensor", "compression": "gzip"}, gzip.compress(ONES)),
    "bytes in gzip": ({"each": "{}", "compression": "gzip"}, gzip.compress(b" " * 130_000_000, 9)),
    "bytes in zlib": ({"each": "{}", "compression": "zlib"}, zlib.compress(b" " * 50_000_000, 9)),
    "rows": ({"encoding": "csv", "each": "{}"}, b"x,y\n" + b"1,2\n" * 30_000),
    "cells": ({"encoding": "csv", "each": "{}"}, b",".join(b"c%d" % n for n in range(6000)) + b"\n1" * 100_000),
    "lines": ({"encoding": "ndjson", "each": "{}"}, b'{"a":1}\n' * 60_000),
    "metadata": ({"each": "values{}", "metadata": ["tags"]}, json.dumps(TAGGED).encode()),
    "samples": ({"sensor": "s", "value": "v", "interval": "i"}, b'{"s":"a","i":1,"v":' + ONES + b"}"),
    "levels": ({"each": "{}"}, NESTED),
    "refusals": ({"each": "tags[]", "sensor": "n"}, json.dumps({"tags": [{"n": "a" * 9}] * 20_000}).encode()),
}


@pytest.mark.parametrize("bomb", BOMBS, ids=str)
def test_a_bomb_is_refused_whole(bomb):
    keys, payload = BOMBS[bomb]
    form = msgspec.convert({"name": "own", "topic": "a/{sensor}", **keys}, Format)
    rules = DecodeRules(FormatTable([form]))

    decoded = decode(payload, arrived_ms=NOW_MS, device_id="a", rules=rules, source=Source("a/b"))

    assert decoded.readings == []
    assert len(decoded.rejects) == 1
    assert decoded.rejects[0].payload == payload
    if bomb not in ("refusals", "samples"):
        assert decoded.rejects[0].reason in (Reason.TOO_LARGE, Reason.TOO_DEEP, Reason.UNKNOWN_FORM)


def test_as_many_readings_as_are_allowed_are_read():
    rules = DecodeRules(FormatTable([Format(name="own", each="{}", topic="a")]))
    data = json.dumps({f"v{n}": n for n in range(MAX_READINGS)}).encode()

    decoded = decode(data, arrived_ms=NOW_MS, device_id="a", rules=rules, source=Source("a"))

    assert len(decoded.readings) == MAX_READINGS


def test_what_a_format_remembers_is_bounded():
    form = Format(name="own", each="tags[]", sensor="n", value="v", quality="q", topic="a")
    table = FormatTable([form])
    for start in range(0, 12_000, 2000):
        tags = [{"n": f"{n}" * 100, "v": 1, f"k{n}" * 200: 1, "q": f"q{n}" * 50} for n in range(start, start + 2000)]
        decode(
            json.dumps({"tags": tags}).encode(),
            arrived_ms=NOW_MS,
            device_id="a",
            rules=DecodeRules(table),
            source=Source("a"),
        )

    bound = table.find("a")

    assert bound is not None
    assert len(bound.form.keys.known) <= 4096
    assert max(map(len, bound.form.keys.known)) <= 256
