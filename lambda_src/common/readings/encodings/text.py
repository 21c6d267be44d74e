"""Bytes that are text: byte order marks, UTF-16, and the NUL that C firmware sends along."""

from __future__ import annotations

import codecs

from lambda_src.common.readings.rejects import Reason, RuleBrokenError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode_text(payload: bytes, *, errors: str = "strict") -> str:
    """The text of UTF-8, or of UTF-16 with a byte order mark; without the mark, and without NULs at its end.

    With ``errors="surrogateescape"`` bytes that are not UTF-8 become lone surrogates, for a caller that refuses lines
    one by one. Raises `RuleBrokenError` for what is not such text.
    """
    mark, codec = next((found for found in _MARKS if payload.startswith(found[0])), (b"", "utf-8"))
    try:
        return payload[len(mark) :].decode(codec, errors if codec == "utf-8" else "strict").rstrip("\0")
    except UnicodeDecodeError as error:
        name = "UTF-8" if codec == "utf-8" else "UTF-16"
        raise RuleBrokenError(Reason.INVALID_UTF8, f"the text is not {name}") from error


def check_whole(text: str) -> None:
    """Raises `RuleBrokenError` for a text with bytes that were not UTF-8."""
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise RuleBrokenError(Reason.INVALID_UTF8, "the line is not UTF-8")


def lines_of(text: str) -> list[str]:
    """The lines that are not blank. Only LF, CR LF and CR end a line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [line for line in text.split("\n") if line and not line.isspace()]


def to_bytes(line: str) -> bytes:
    """A line as bytes again, those that were not UTF-8 as they came."""
    return line.encode("utf-8", "surrogateescape" if not line.isascii() else "strict")
