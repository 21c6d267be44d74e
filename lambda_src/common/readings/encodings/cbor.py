"""CBOR (RFC 8949), all of its data model that JSON can show.

Of tags only those are read whose meaning is their content's, or that make a number of it: an unknown one could mean
that the number behind it is an index. Binary data stays as bytes, which no value is read from.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from lambda_src.common.readings.encodings.tidy import deeper, keyed
from lambda_src.common.readings.formats.document import BrokenPart, Document
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAME_MEANING = frozenset((0, 1, 21, 22, 23, 24, 32, 33, 34, 35, 36, 37, 55799))
"""Times as text and as seconds, what binary data would be in JSON, URIs and the like, and CBOR's own mark."""
_BIGNUM, _NEGATIVE_BIGNUM, _DECIMAL, _BIGFLOAT = 2, 3, 4, 5
_SIMPLE: dict[int, object] = {20: False, 21: True, 22: None, 23: None}
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_BREAK = 0xFF
_INDEFINITE = 31
_BYTES, _TEXT, _LIST, _MAP, _TAG = 2, 3, 4, 5, 6
_MAX_BIGNUM = 128
"""Bytes of an integer: no 64-bit float is larger than 2 to the power of 1,024."""
_MAX_EXPONENT = 5_000


def read_cbor(payload: bytes) -> list[Document | BrokenPart]:
    """The one document of a payload; raises `RuleBrokenError` for what is not CBOR."""
    decoder = _Decoder(payload)
    try:
        content = decoder.item(0)
    except (IndexError, struct.error) as error:
        raise _broken("it is cut off") from error
    except UnicodeDecodeError as error:
        raise RuleBrokenError(Reason.INVALID_UTF8, "a text is not UTF-8") from error
    if decoder.place != len(payload):
        raise _broken("something follows its end")
    return [Document(content, payload)]


def _broken(why: str) -> RuleBrokenError:
    return RuleBrokenError(Reason.INVALID_ENCODING, f"the payload is not CBOR: {why}")


class _Decoder:
    """Reads items one after the other; `IndexError` or ``struct.error`` where the payload ends within one."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self.place = 0

    def item(self, depth: int) -> object:
        first = self._payload[self.place]
        self.place += 1
        major, detail = first >> 5, first & 31
        if major == 7:
            return self._simple(detail)
        if major in (_BYTES, _TEXT):
            return self._string(major, detail)
        if major == _LIST:
            below = deeper(depth)
            return [self.item(below) for _ in self._counted(detail)]
        if major == _MAP:
            below = deeper(depth)
            return keyed((self.item(below), self.item(below)) for _ in self._counted(detail))
        number = self._number(detail)
        if major == _TAG:
            return _tagged(number, self.item(deeper(depth)))
        return number if major == 0 else -1 - number

    def _number(self, detail: int) -> int:
        if detail < 24:
            return detail
        if detail > 27:
            raise _broken("it has a length of no meaning")
        size = 1 << (detail - 24)
        return int.from_bytes(self._take(size), "big")

    def _take(self, size: int) -> bytes:
        end = self.place + size
        if end > len(self._payload):
            raise IndexError
        taken = self._payload[self.place : end]
        self.place = end
        return taken

    def _counted(self, detail: int) -> Iterator[None]:
        """Once for each entry of a list or map."""
        if detail != _INDEFINITE:
            count = self._number(detail)
            if count > len(self._payload) - self.place:
                raise IndexError
            for _ in range(count):
                yield
            return
        while self._payload[self.place] != _BREAK:
            yield
        self.place += 1

    def _string(self, major: int, detail: int) -> bytes | str:
        if detail != _INDEFINITE:
            taken = self._take(self._number(detail))
            return taken.decode() if major == _TEXT else taken
        chunks: list[bytes] = []
        while (first := self._payload[self.place]) != _BREAK:
            if first >> 5 != major or first & 31 == _INDEFINITE:
                raise _broken("a string in parts has a part of another type")
            self.place += 1
            chunks.append(self._take(self._number(first & 31)))
        self.place += 1
        # Each part of a text is a text by itself.
        return "".join(chunk.decode() for chunk in chunks) if major == _TEXT else b"".join(chunks)

    def _simple(self, detail: int) -> object:
        if detail in _FLOATS:
            layout = _FLOATS[detail]
            found: float = struct.unpack(layout, self._take(struct.calcsize(layout)))[0]
            return found
        if detail not in _SIMPLE:
            raise _broken("it has a simple value of no meaning")
        return _SIMPLE[detail]


def _tagged(tag: int, content: object) -> object:
    if tag in _SAME_MEANING:
        return content
    if tag in (_BIGNUM, _NEGATIVE_BIGNUM) and isinstance(content, bytes) and len(content) <= _MAX_BIGNUM:
        number = int.from_bytes(content, "big")
        return number if tag == _BIGNUM else -1 - number
    if tag in (_DECIMAL, _BIGFLOAT) and isinstance(content, list) and list(map(type, content)) == [int, int]:
        exponent, mantissa = content
        if abs(exponent) <= _MAX_EXPONENT and mantissa.bit_length() <= 8 * _MAX_BIGNUM:
            return _scaled(mantissa, exponent, 10 if tag == _DECIMAL else 2)
    raise RuleBrokenError(Reason.INVALID_ENCODING, f"tag {tag} of CBOR is not supported, or not with this content")


def _scaled(mantissa: int, exponent: int, base: int) -> float:
    if base == 10:
        return float(f"{mantissa}e{exponent}")
    try:
        return math.ldexp(mantissa, exponent)
    except OverflowError:
        return math.copysign(math.inf, mantissa)
