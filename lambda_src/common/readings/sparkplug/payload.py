"""From bytes to a payload: the fast way for the metrics that nearly all are, and `parts` for the others."""

from __future__ import annotations

import re
import struct

from lambda_src.common.protobuf import UNREADABLE, broken, length_at, skip, text_of, varint_at
from lambda_src.common.readings.encodings.bounds import too_large
from lambda_src.common.readings.encodings.compression import compression_of, decompress
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sparkplug.model import DOUBLE, FLOAT, SparkplugMetric, SparkplugPayload
from lambda_src.common.readings.sparkplug.parts import parse_metric

MAX_METRICS = 20_000
"""Of one payload, without those inside of templates."""

_VARINT = rb"([\x80-\xff]{0,9}[\0-\x7f])"
_COMMON = re.compile(
    rb"(?:\x10%b)?(?:\x18%b)?(?:\x20([\0-\x7f]))?(?:\x69([\0-\xff]{8})|\x65([\0-\xff]{4})|([\x50\x58\x70])%b)"
    % (_VARINT, _VARINT, _VARINT)
).fullmatch
"""What follows the name in nearly every metric, in the order of field numbers, which encoders keep: alias, time, data
type; double, float, or integer and boolean with their tag. One match costs a fraction of the general way.
"""
_to_double = struct.Struct("<d").unpack
_to_float = struct.Struct("<f").unpack


COMPRESSED = b"SPBV1.0_COMPRESSED"
"""The ``uuid`` of a payload whose ``body`` is another one, compressed (Tahu's clients, Ignition)."""


def parse_payload(data: bytes) -> SparkplugPayload:
    """Raises `RuleBrokenError` for what is not such a payload, or holds too much."""
    payload, body = _parse(data)
    if body is None:
        return payload
    inner, deeper = _parse(body)
    if deeper is not None:
        raise RuleBrokenError(Reason.TOO_DEEP, "the payload is compressed more than once")
    return inner


def _parse(data: bytes) -> tuple[SparkplugPayload, bytes | None]:
    """A payload, and the one inside of it if it is compressed."""
    payload = SparkplugPayload([])
    parts: dict[int, bytes] = {}
    try:
        _read_payload(data, payload, parts)
    except UNREADABLE as error:
        raise broken("it is cut off") from error
    if 5 not in parts:
        return payload, None
    compression = compression_of(parts[5])
    if parts.get(4) != COMPRESSED or compression is None:
        raise RuleBrokenError(Reason.UNKNOWN_FORM, "the payload has a body, and nothing says how to read it")
    return payload, decompress(parts[5], compression)


def _read_payload(data: bytes, payload: SparkplugPayload, parts: dict[int, bytes]) -> None:
    """Fill in the payload; its fields ``uuid`` (4) and ``body`` (5) go into ``parts``."""
    place, end = 0, len(data)
    keep = payload.metrics.append
    times: dict[bytes, int] = {}
    while place < end:
        tag = data[place]
        place += 1
        if tag == 0x12:
            start, place = length_at(data, place, end)
            keep(_common(data, start, place, times) or parse_metric(data, start, place, 1))
        elif tag == 0x08:
            payload.timestamp, place = varint_at(data, place)
        elif tag == 0x18:
            payload.seq, place = varint_at(data, place)
        elif tag in (0x22, 0x2A):
            start, place = length_at(data, place, end)
            parts[tag >> 3] = data[start:place]
        else:
            tag, place = varint_at(data, place - 1)
            place = skip(data, place, end, tag & 7)
    if len(payload.metrics) > MAX_METRICS:
        raise too_large(f"{MAX_METRICS} metrics")


def _common(data: bytes, place: int, end: int, times: dict[bytes, int]) -> SparkplugMetric | None:
    """One metric that has nothing but name, alias, time, data type and a number, in the usual order."""
    name = None
    if place < end and data[place] == 0x0A and (length := data[place + 1]) < 0x80:
        start = place + 2
        place = start + length
        if place > end:
            return None
        name = text_of(data[start:place])
    found = _COMMON(data, place, end)
    if found is None:
        return None
    alias, stamp, datatype, double, single, tag, integer = found.groups()
    if stamp is None:
        timestamp = None
    elif stamp in times:
        timestamp = times[stamp]
    else:
        timestamp = times[stamp] = varint_at(stamp, 0)[0]
    value: object
    if double is not None:
        (value,) = _to_double(double)
        field = DOUBLE
    elif single is not None:
        (value,) = _to_float(single)
        field = FLOAT
    else:
        value, field = varint_at(integer, 0)[0], tag[0] >> 3
    return SparkplugMetric(
        name,
        None if alias is None else varint_at(alias, 0)[0],
        timestamp,
        0 if datatype is None else datatype[0],
        value,
        field,
    )
