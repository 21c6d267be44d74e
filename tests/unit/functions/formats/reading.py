"""Reads a message with a format of its own."""

from __future__ import annotations

import json

import msgspec

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.rules import DecodeRules, Source
from tests.unit.functions.factories import NOW_MS

BERLIN_MS = 1_763_712_340_000
"""2025-11-21T08:05:40Z, which is 9:05:40 in Berlin."""


def read(message, came=None, payload=None, **keys):
    form = msgspec.convert({"name": "own", **keys}, Format)
    data = payload if payload is not None else json.dumps(message).encode()
    rules = DecodeRules(FormatTable([form]), {"gw-1": ("press-",)})
    return decode(
        data, arrived_ms=NOW_MS, device_id="gw-1", rules=rules, source=Source(came, format="own"), thorough=True
    )


def values(decoded):
    return {each.sensor_type: each.value for each in decoded.readings}


def refusals(decoded):
    return [(reject.reason, reject.path) for reject in decoded.rejects]


TAG = {"id": "a.b.Temp", "v": 71.5}
