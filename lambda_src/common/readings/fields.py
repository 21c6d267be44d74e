"""The rules of a reading's other fields. Each function returns the clean value or raises `RuleBrokenError`."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from lambda_src.common.readings.numbers import kind_of
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

_DEVICE_ID = re.compile(r"[A-Za-z0-9:_-]{1,128}").fullmatch

MAX_LINE_LENGTH = 256
"""Characters of a production line's name: at four bytes each it still fits a Timestream record of 2 KB."""
MAX_UNIT_LENGTH = 16
"""Characters of a unit, as the sender writes it."""
MAX_METADATA_DEPTH = 32
"""Levels of objects and arrays: far above what senders use, far below what a recursive encoder can write."""

_encode = msgspec.json.Encoder().encode


def parse_device_id(device: object) -> str:
    """1-128 of ``[A-Za-z0-9:_-]``: what IoT Core allows as a thing name. A whole number is its digits."""
    if isinstance(device, int) and not isinstance(device, bool) and 0 <= device < 1 << 63:
        return str(device)
    return parse_device_text(device if isinstance(device, str) else "")


@lru_cache(maxsize=65_536)
def parse_device_text(device: str) -> str:
    """A device id that is text."""
    if _DEVICE_ID(device):
        return device
    raise RuleBrokenError(
        Reason.INVALID_DEVICE, "the device id is not 1-128 characters of A-Z, a-z, 0-9, ':', '_', '-'"
    )


def parse_production_line(line: object) -> str | None:
    """Text, or a whole number as text; missing and empty are None."""
    # The two most frequent cases first: this is called for every message.
    if type(line) is str and 0 < len(line) <= MAX_LINE_LENGTH:
        return line
    if line is None or line == "":
        return None
    if isinstance(line, int) and not isinstance(line, bool):
        line = str(line) if abs(line) < 1 << 63 else None
    if isinstance(line, str) and len(line) <= MAX_LINE_LENGTH:
        return line
    raise RuleBrokenError(
        Reason.INVALID_PRODUCTION_LINE,
        f"the production line must be a string of at most {MAX_LINE_LENGTH} characters",
    )


def parse_metadata(metadata: object) -> dict[str, object] | None:
    """An object of at most `MAX_METADATA_DEPTH` levels that can be written back as JSON: not all that decodes can."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise RuleBrokenError(Reason.INVALID_METADATA, f"the metadata is {kind_of(metadata)}, not an object")
    try:
        text = _encode(metadata)
    except (OverflowError, ValueError, RecursionError, TypeError) as error:
        raise RuleBrokenError(Reason.INVALID_METADATA, "the metadata cannot be written as JSON") from error
    # Counted first: most metadata has fewer objects altogether than levels are allowed.
    if text.count(b"{") + text.count(b"[") > MAX_METADATA_DEPTH and _depth(metadata) > MAX_METADATA_DEPTH:
        raise RuleBrokenError(Reason.INVALID_METADATA, f"the metadata has more than {MAX_METADATA_DEPTH} levels")
    return metadata


def parse_unit(unit: object) -> str | None:
    """Text as the sender gave it, since every plant writes units in its own way; missing and empty are None."""
    if unit is None or unit == "":
        return None
    if isinstance(unit, str) and len(unit) <= MAX_UNIT_LENGTH:
        return unit
    raise RuleBrokenError(Reason.INVALID_UNIT, f"the unit must be a string of at most {MAX_UNIT_LENGTH} characters")


def _depth(metadata: object) -> int:
    """Levels of objects and arrays, counted up to one more than are allowed."""
    depth, level = 0, [metadata]
    while level and depth <= MAX_METADATA_DEPTH:
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        level = inner
        depth += bool(level)
    return depth
