"""Compressed payloads: gzip and zlib, decompressed within a bound."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from lambda_src.common.readings.encodings.bounds import MAX_BYTES, too_large
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from lambda_src.common.readings.formats.spec import Compression

_WINDOW: dict[Compression, int] = {"gzip": 16 + zlib.MAX_WBITS, "zlib": zlib.MAX_WBITS}
"""Which header zlib accepts."""


def decompress(payload: bytes, compression: Compression, *, most: int = MAX_BYTES) -> bytes:
    """The text of a compressed payload, at most ``most`` bytes. One layer is opened.

    A gzip file may have several members one after the other, as loggers append them, and zeros at its end. Raises
    `RuleBrokenError` for what is not compressed so, is cut off, or would become longer.
    """
    texts: list[bytes] = []
    room, rest = most, payload
    while rest and not (texts and rest.count(0) == len(rest)):
        member = zlib.decompressobj(_WINDOW[compression])
        try:
            text = member.decompress(rest, room + 1)
        except zlib.error as error:
            raise RuleBrokenError(Reason.INVALID_ENCODING, f"the payload is not {compression}") from error
        room -= len(text)
        if room < 0:
            raise too_large(f"{most} bytes")
        if not member.eof:
            raise RuleBrokenError(Reason.INVALID_ENCODING, f"the {compression} payload is cut off")
        texts.append(text)
        rest = member.unused_data
    return b"".join(texts)


def compression_of(payload: bytes) -> Compression | None:
    """What the first bytes say, by RFC 1952, section 2.3.1, and RFC 1950, section 2.2."""
    if payload[:2] == b"\x1f\x8b":
        return "gzip"
    if len(payload) > 2 and payload[0] & 0x8F == 0x08 and int.from_bytes(payload[:2], "big") % 31 == 0:
        return "zlib"
    return None
