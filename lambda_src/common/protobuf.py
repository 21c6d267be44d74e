"""Protobuf's wire format, as far as Sparkplug B and the Kinesis Producer Library need it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
"""Wire types; 3 and 4 are groups, which the schema does not have."""

double_at = struct.Struct("<d").unpack_from
float_at = struct.Struct("<f").unpack_from

UNREADABLE = (IndexError, struct.error)
"""What the functions here raise where the bytes end too early."""

Field = tuple[int, int | bytes | float]


def broken(why: str) -> RuleBrokenError:
    """The refusal of bytes that do not follow their schema."""
    return RuleBrokenError(Reason.INVALID_ENCODING, f"the bytes do not follow their protobuf schema: {why}")


def varint_at(data: bytes, place: int) -> tuple[int, int]:
    """The number that begins here, 0 to 2**64 - 1, and the place behind it; `IndexError` where it is cut off."""
    byte = data[place]
    place += 1
    if byte < 0x80:
        return byte, place
    number, shift = byte & 0x7F, 7
    while True:
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & 0xFFFF_FFFF_FFFF_FFFF, place
        shift += 7
        if shift > 63:
            raise broken("a number is longer than 10 bytes")


def varint_of(number: int) -> bytes:
    """The bytes of a number from 0 on."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def length_at(data: bytes, place: int, end: int) -> tuple[int, int]:
    """Where the bytes that a length announces begin and end; they lie before ``end``."""
    length, start = varint_at(data, place)
    if start + length > end:
        raise IndexError
    return start, start + length


def text_of(data: bytes) -> str:
    """A string field; raises `RuleBrokenError` for what is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise RuleBrokenError(Reason.INVALID_UTF8, "a text is not UTF-8") from error


def fields(data: bytes) -> Iterator[Field]:
    """The fields of a message by number, in their order: integers, bytes of what has a length, floats of 4 and 8 bytes.

    Raises as `UNREADABLE` and `RuleBrokenError`.
    """
    place, end = 0, len(data)
    while place < end:
        tag, place = varint_at(data, place)
        number, kind = tag >> 3, tag & 7
        value: int | bytes | float
        if kind == VARINT:
            value, place = varint_at(data, place)
        elif kind == LENGTH:
            start, place = length_at(data, place, end)
            value = data[start:place]
        elif kind == FIXED64:
            (value,) = double_at(data, place)
            place += 8
        elif kind == FIXED32:
            (value,) = float_at(data, place)
            place += 4
        else:
            raise broken("it has a field of no known kind")
        yield number, value


def whole(value: int | bytes | float) -> int:
    """A field that must be an integer."""
    if not isinstance(value, int):
        raise broken("a field is not the integer that it must be")
    return value


def chunk(value: int | bytes | float) -> bytes:
    """A field that must be text, bytes or a message."""
    if not isinstance(value, bytes):
        raise broken("a field is a number where a text or message must be")
    return value


def skip(data: bytes, place: int, end: int, kind: int) -> int:
    """The place behind a field of this wire type that is not read."""
    if kind == VARINT:
        return varint_at(data, place)[1]
    if kind == LENGTH:
        return length_at(data, place, end)[1]
    if kind in (FIXED64, FIXED32):
        place += 8 if kind == FIXED64 else 4
        if place > end:
            raise IndexError
        return place
    raise broken("it has a field of no known kind")
