"""Payloads byte by byte, for what Eclipse Tahu's encoder does not write. The vectors that it wrote are beside it."""

from __future__ import annotations

import json
import struct
from base64 import b64decode
from pathlib import Path
from typing import Any

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "data" / "sparkplug" / "vectors.json").read_text()
)
SENT_MS = 1_763_712_340_000
"""The vectors' time."""


def vector(name: str) -> bytes:
    return b64decode(next(found for found in VECTORS if found["name"] == name)["payload"])


def varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def chunk(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(value)) + value


def double(field: int, value: float) -> bytes:
    return varint(field << 3 | 1) + struct.pack("<d", value)


def metric(name: str | None = None, value: float = 1.0, *, alias: int | None = None, datatype: int = 10) -> bytes:
    parts = [chunk(1, name.encode())] if name is not None else []
    if alias is not None:
        parts.append(number(2, alias))
    if datatype:
        parts.append(number(4, datatype))
    return b"".join((*parts, double(13, value)))


def payload(*metrics: bytes, sent_ms: int | None = SENT_MS, seq: int | None = None) -> bytes:
    head = b"" if sent_ms is None else number(1, sent_ms)
    tail = b"" if seq is None else number(3, seq)
    return b"".join((head, *(chunk(2, found) for found in metrics), tail))


def birth_of(aliases: dict[str, int], *, sent_ms: int = SENT_MS, seq: int = 0, bd_seq: int | None = None) -> bytes:
    """A birth with these metrics, each with the value 1."""
    session = [] if bd_seq is None else [chunk(1, b"bdSeq") + number(4, 8) + number(11, bd_seq)]
    return payload(*session, *(metric(name, alias=alias) for name, alias in aliases.items()), sent_ms=sent_ms, seq=seq)
