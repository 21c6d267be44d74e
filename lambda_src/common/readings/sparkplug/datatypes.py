"""Values by their data type: what a metric's bits mean (Sparkplug 3.0, 6.4.16 to 6.4.18)."""

from __future__ import annotations

import struct
from enum import IntEnum
from math import isfinite

from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sparkplug.model import BOOLEAN, BYTES, DOUBLE, FLOAT, INT, LONG, STRING


class DataType(IntEnum):
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14
    UUID = 15
    DATASET = 16
    BYTES = 17
    FILE = 18
    TEMPLATE = 19
    PROPERTY_SET = 20
    PROPERTY_SET_LIST = 21
    INT8_ARRAY = 22
    INT16_ARRAY = 23
    INT32_ARRAY = 24
    INT64_ARRAY = 25
    UINT8_ARRAY = 26
    UINT16_ARRAY = 27
    UINT32_ARRAY = 28
    UINT64_ARRAY = 29
    FLOAT_ARRAY = 30
    DOUBLE_ARRAY = 31
    BOOLEAN_ARRAY = 32
    STRING_ARRAY = 33
    DATETIME_ARRAY = 34


SIGNED: dict[int, int] = {DataType.INT8: 8, DataType.INT16: 16, DataType.INT32: 32, DataType.INT64: 64}
UNSIGNED: dict[int, int] = {
    DataType.UINT8: 8,
    DataType.UINT16: 16,
    DataType.UINT32: 32,
    DataType.UINT64: 64,
    DataType.DATETIME: 64,
}
"""Integer types by their bits. A time counts milliseconds."""
TEXTS = frozenset((DataType.STRING, DataType.TEXT, DataType.UUID))
NOT_MEASURED = frozenset(
    (DataType.BYTES, DataType.FILE, DataType.PROPERTY_SET, DataType.PROPERTY_SET_LIST, DataType.STRING_ARRAY)
)
"""Types that declare a metric to be no measurement."""
_ARRAYS: dict[int, str] = {
    DataType.INT8_ARRAY: "b",
    DataType.INT16_ARRAY: "h",
    DataType.INT32_ARRAY: "i",
    DataType.INT64_ARRAY: "q",
    DataType.UINT8_ARRAY: "B",
    DataType.UINT16_ARRAY: "H",
    DataType.UINT32_ARRAY: "I",
    DataType.UINT64_ARRAY: "Q",
    DataType.FLOAT_ARRAY: "f",
    DataType.DOUBLE_ARRAY: "d",
    DataType.DATETIME_ARRAY: "Q",
}
"""Element types as ``struct`` names them; little-endian."""
ARRAYS = frozenset((*_ARRAYS, DataType.BOOLEAN_ARRAY))

_INTEGERS = frozenset((INT, LONG))
_PLAIN_BELOW: dict[int, int] = {
    **{datatype: min(1 << (bits - 1), 1 << 53) for datatype, bits in SIGNED.items()},
    **{datatype: min(1 << bits, 1 << 53) for datatype, bits in UNSIGNED.items()},
}
"""Integers that are what they look like: neither negative, nor too large for a float."""


def plain_number(datatype: int, field: int, value: object) -> float | None:
    """The number of a common value at once; None for one that `number_of` has to look at."""
    if field == DOUBLE or field == FLOAT:  # noqa: SIM109  # half the time of a tuple
        return value + 0.0 if 9 <= datatype <= 10 and isfinite(value) else None  # type: ignore[operator, arg-type]
    if field == INT or field == LONG:  # noqa: SIM109
        limit = _PLAIN_BELOW.get(datatype)
        return float(value) if limit is not None and value < limit else None  # type: ignore[operator, arg-type]
    if field == BOOLEAN and datatype == 11:
        return 1.0 if value else 0.0
    return None


def number_of(datatype: int, field: int, value: object) -> object:
    """The number of a metric whose type is one, or the text of a text; raises `RuleBrokenError` for a value that does
    not belong to the type.
    """
    if field in _INTEGERS and isinstance(value, int):
        bits = SIGNED.get(datatype)
        if bits is not None:
            return _signed(value, bits)
        bits = UNSIGNED.get(datatype)
        if bits is not None and value >> bits == 0:
            return value
    elif field in (DOUBLE, FLOAT):
        if datatype in (DataType.DOUBLE, DataType.FLOAT):
            return value
    elif field == BOOLEAN:
        if datatype == DataType.BOOLEAN:
            return bool(value)
    elif field == STRING and datatype in TEXTS:
        return value
    raise _contradicts(datatype)


def _signed(value: int, bits: int) -> int:
    """Two's complement in the type's own width, or extended to 32 or 64 bits: encoders do either."""
    if value >> bits == 0:
        return value - (1 << bits) if value >> (bits - 1) else value
    lowest = -(1 << (bits - 1))
    for width in (32, 64):
        if lowest <= value - (1 << width) < 0:
            return value - (1 << width)
    raise RuleBrokenError(Reason.INVALID_VALUE, f"the value does not fit {bits} bits, as its data type says")


def array_of(datatype: int, field: int, value: object) -> list[object]:
    """The elements of an array; raises `RuleBrokenError` for invalid bytes."""
    if field != BYTES or not isinstance(value, bytes):
        raise _contradicts(datatype)
    if datatype == DataType.BOOLEAN_ARRAY:
        return _booleans(value)
    element = _ARRAYS[datatype]
    count, rest = divmod(len(value), struct.calcsize(f"<{element}"))
    if rest:
        raise _contradicts(datatype)
    return list(struct.unpack(f"<{count}{element}", value))


def _booleans(value: bytes) -> list[object]:
    """A count of 4 bytes, then a bit each, the highest of a byte first."""
    count = int.from_bytes(value[:4], "little")
    bits = value[4:]
    if len(value) < 4 or len(bits) != (count + 7) // 8:
        raise _contradicts(DataType.BOOLEAN_ARRAY)
    return [bool(bits[place >> 3] >> (7 - (place & 7)) & 1) for place in range(count)]


def _contradicts(datatype: int) -> RuleBrokenError:
    return RuleBrokenError(Reason.INVALID_VALUE, f"the value does not have the data type {datatype} that is declared")
