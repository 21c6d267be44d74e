"""JSON as devices write it: behind a byte order mark, before a NUL, with NaN and Infinity in the place of numbers,
as JavaScript and Python spell them and as C prints them (``nan``, ``-inf``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding a text raises that is no JSON."""

_anything = msgspec.json.Decoder().decode
_skim = msgspec.json.Decoder(msgspec.Raw).decode
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode
_TOKENS = re.compile(
    rb""""(?:[^"\\]|\\.)*+(?:"|\\?\Z)|(?<![\w.+-])(-?(?:NaN|nan|NAN|Infinity|infinity|inf|INF))(?![\w.+-])""", re.DOTALL
)
"""Texts, and tokens outside of them. A text without an end goes to the end, so that it is read only once."""


def strip_padding(payload: bytes) -> bytes:
    """The text without what firmware and editors put around it."""
    return payload.removeprefix(BYTE_ORDER_MARK).rstrip(b"\0 \t\r\n").lstrip()


def value_of(text: bytes) -> object:
    """The decoded text; NaN and Infinity come as the texts ``"NaN"`` and ``"Infinity"``, which are no numbers.

    Raises `RuleBrokenError` for everything that is no JSON.
    """
    try:
        text.decode()
        return _anything(text)
    except UNREADABLE as error:
        tokens = _TOKENS.sub(_quoted, text)
        if tokens == text:
            raise why(error) from error
    try:
        return _anything(tokens)
    except UNREADABLE as error:
        raise why(error) from error


def is_json(text: bytes) -> bool:
    """Whether it is one value, in the widest sense: its texts are not looked into."""
    try:
        _with_valid_tokens(_skim, text)
    except UNREADABLE:
        return False
    return True


def elements_of(text: bytes) -> list[bytes]:
    """The elements of an array, each as it stands there; raises one of `UNREADABLE` for any other text."""
    valid, raw = _with_valid_tokens(_elements, text)
    elements = list(map(bytes, raw))
    if valid is text:
        return elements
    originals: list[bytes] = []
    start = 0
    for element in elements:
        # Between two elements there is nothing that one of them could begin with.
        start = valid.index(element, start + (not originals))
        originals.append(text[start : start + len(element)])
        start += len(element)
    return originals


def fields_of(text: bytes) -> dict[str, bytes]:
    """The fields of an object, each as it stands there; raises one of `UNREADABLE` for any other text."""
    valid, raw = _with_valid_tokens(_parts, text)
    fields = {name: bytes(part) for name, part in raw.items()}
    if valid is text:
        return fields
    starts = {name: valid.index(part) for name, part in fields.items()}
    return {name: text[start : start + len(fields[name])] for name, start in starts.items()}


def why(error: Exception) -> RuleBrokenError:
    """The reason for what msgspec or the UTF-8 codec says of a text."""
    if isinstance(error, UnicodeDecodeError):
        return RuleBrokenError(Reason.INVALID_UTF8, "the text is not UTF-8")
    if isinstance(error, RecursionError):
        return RuleBrokenError(Reason.TOO_DEEP, "the JSON is nested too deeply")
    if isinstance(error, msgspec.ValidationError):
        return RuleBrokenError(Reason.INVALID_VALUE, "a number is out of range")
    return RuleBrokenError(Reason.INVALID_JSON, f"the text is not JSON: {error}")


def _with_valid_tokens(decode: Callable[[bytes], T], text: bytes) -> tuple[bytes, T]:
    """The decoded text, and the text: with texts of the same length in the place of NaN and Infinity if it has any."""
    try:
        return text, decode(text)
    except UNREADABLE:
        valid = _TOKENS.sub(_same_length, text)
        if valid == text:
            raise
    return valid, decode(valid)


def _same_length(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] is None else b'"%s"' % found[1][1:-1]


def _quoted(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] is None else b'"%s"' % found[1]
