"""JSON and newline-delimited JSON. NaN and Infinity, which JSON lacks and senders write, are kept as such floats: only
the value that is one is refused later.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.readings.encodings.lines import read_each
from lambda_src.common.readings.encodings.text import decode_text
from lambda_src.common.readings.formats.document import Document
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from lambda_src.common.readings.formats.document import BrokenPart

_decode = msgspec.json.Decoder().decode
_TOKENS = re.compile(
    r""""(?:[^"\\]|\\.)*+(?:"|\\?\Z)|(?<![\w.+-])-?(NaN|nan|NAN|inf|INF|infinity)(?![\w.+-])""", re.DOTALL
)
"""Texts, and outside of them what Python's parser takes for NaN (as ``NaN``) or for Infinity once it is spelt so."""
_MAX_DIGITS = 400
"""Digits of an integer; every 64-bit float has fewer, and Python refuses to convert thousands of them."""


def read_json(payload: bytes) -> list[Document | BrokenPart]:
    """The one document of a payload; raises `RuleBrokenError` for what is not JSON."""
    return [Document(parse_json(payload), payload)]


def read_ndjson(payload: bytes) -> list[Document | BrokenPart]:
    """One document per line; a bad line is refused alone."""
    return read_each(payload, lambda line: parse_json(line.encode()))


def parse_json(payload: bytes) -> object:
    """The value of a JSON text, which may have a byte order mark, NULs at its end, NaN and Infinity.

    Raises `RuleBrokenError` for anything else.
    """
    try:
        if payload.isascii():
            return _decode(payload)
        # msgspec does not check all of the text that it decodes.
        return _decode(decode_text(payload))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _parse_leniently(payload, error)


def _parse_leniently(payload: bytes, error: Exception) -> object:
    text = decode_text(payload)
    if isinstance(error, RecursionError):
        raise RuleBrokenError(Reason.TOO_DEEP, "the JSON is nested too deeply") from error
    text = _TOKENS.sub(_spelt, text)
    if "NaN" not in text and "Infinity" not in text and not isinstance(error, msgspec.ValidationError):
        return _parse_strictly(text)
    try:
        found: object = json.loads(text, parse_int=_integer)
        # Half of a surrogate pair, which JSON's escapes can spell, is not text.
        json.dumps(found, ensure_ascii=False).encode()
    except RecursionError as deep:
        raise RuleBrokenError(Reason.TOO_DEEP, "the JSON is nested too deeply") from deep
    except ValueError as invalid:
        raise _not_json(invalid) from invalid
    return found


def _spelt(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    return "NaN" if found[1].lower() == "nan" else found[0].replace(found[1], "Infinity")


def _parse_strictly(text: str) -> object:
    """Again without the byte order mark and NULs, which may have been the reason."""
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise _not_json(error) from error


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _not_json(error: Exception) -> RuleBrokenError:
    return RuleBrokenError(Reason.INVALID_JSON, f"the text is not JSON: {error}")
