"""Compressed payloads: gzip and zlib, told by their first bytes, opened within bounds."""

from __future__ import annotations

import zlib

MAX_BYTES = 1024 * 1024
"""Of text that one payload may unfold to: eight times IoT Core's largest message, and never a bomb."""

_EITHER = 32 + zlib.MAX_WBITS
"""Lets zlib take both headers."""


def unpack(payload: bytes) -> bytes:
    """The text of a compressed payload, or the payload itself if it is not compressed.

    So too where it is cut off, broken, followed by something else, or longer than `MAX_BYTES` once unfolded. A gzip
    file may have several members one after the other, as loggers append them. One layer is opened, not more.
    """
    if not _looks_compressed(payload):
        return payload
    texts: list[bytes] = []
    room, rest = MAX_BYTES, payload
    while rest:
        member = zlib.decompressobj(_EITHER)
        try:
            text = member.decompress(rest, room + 1)
        except zlib.error:
            return payload
        room -= len(text)
        if room < 0 or not member.eof:
            return payload
        texts.append(text)
        rest = member.unused_data
    return b"".join(texts)


def _looks_compressed(payload: bytes) -> bool:
    """By RFC 1952, section 2.3.1, and RFC 1950, section 2.2."""
    if payload[:2] == b"\x1f\x8b":
        return True
    return len(payload) > 2 and payload[0] & 0x8F == 0x08 and int.from_bytes(payload[:2], "big") % 31 == 0
