"""The rules of a reading's single fields. Each function returns the clean value or raises `RuleBrokenError`."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from lambda_src.common.readings.rejects import Reason, RuleBrokenError

_DEVICE_ID = re.compile(r"[A-Za-z0-9:_-]{1,128}").fullmatch
_SENSOR_TYPE = re.compile(r"[a-z0-9_.-]{1,64}").fullmatch
_ISO = re.compile(r"[0-9A-Za-z:.,+ -]+").fullmatch
"""What a time may consist of: Python takes any character between date and time, and NUL after it."""

SECONDS_BELOW = 1e11
"""A smaller number counts seconds, any other milliseconds: 1e11 seconds end in 5138, as milliseconds in 1973."""
MAX_AHEAD_MS = 15 * 60 * 1000
"""How far a device's clock may be ahead of the transport's."""
OLDEST_MS = 946_684_800_000
"""2000-01-01T00:00:00Z; earlier is a clock that was never set."""
MAX_LINE_LENGTH = 256
"""Characters of a production line's name: at four bytes each it still fits a Timestream record of 2 KB."""
MAX_UNIT_LENGTH = 16
"""Characters of a unit, as the sender writes it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@lru_cache(maxsize=65_536)
def parse_device_id(device: object) -> str:
    """1-128 of ``[A-Za-z0-9:_-]``: what IoT Core allows as a thing name."""
    if isinstance(device, str) and _DEVICE_ID(device):
        return device
    raise RuleBrokenError(
        Reason.INVALID_DEVICE, "the device id is not 1-128 characters of A-Z, a-z, 0-9, ':', '_', '-'"
    )


@lru_cache(maxsize=4096)
def parse_sensor_type(sensor_type: object) -> str:
    """1-64 of ``[a-z0-9_.-]`` in lower case; a letter outside of ASCII is invalid whatever its lower case."""
    if isinstance(sensor_type, str) and sensor_type.isascii() and _SENSOR_TYPE(name := sensor_type.lower()):
        return name
    raise RuleBrokenError(
        Reason.INVALID_SENSOR_TYPE, "the sensor type is not 1-64 characters of a-z, 0-9, '_', '.', '-'"
    )


def is_number(value: object) -> bool:
    """Whether JSON carried a number: a boolean is none, whatever Python's class tree says."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def parse_value(value: object) -> float:
    """A finite float; -0.0 becomes 0.0, so that equal values also look equal."""
    if not is_number(value):
        raise RuleBrokenError(Reason.INVALID_VALUE, f"the value is {_kind(value)}, not a number")
    try:
        number = float(value)  # type: ignore[arg-type]  # is_number narrows to int | float
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise RuleBrokenError(Reason.INVALID_VALUE, "the value does not fit a 64-bit float")
    return number + 0.0


def parse_timestamp(timestamp: object, arrived_ms: int) -> int:
    """UTC milliseconds from seconds, milliseconds or ISO 8601 with a zone; None means the time of arrival."""
    if timestamp is None:
        return arrived_ms
    if isinstance(timestamp, str):
        milliseconds = _from_iso(timestamp)
    elif is_number(timestamp):
        milliseconds = _from_number(timestamp)  # type: ignore[arg-type]  # is_number narrows to int | float
    else:
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, f"the timestamp is {_kind(timestamp)}")
    return check_timestamp(milliseconds, arrived_ms)


def check_timestamp(milliseconds: int, arrived_ms: int) -> int:
    """The same time, if it lies between 2000 and 15 minutes after the arrival."""
    if milliseconds < OLDEST_MS:
        raise RuleBrokenError(Reason.TIMESTAMP_TOO_OLD, "the timestamp is before 2000-01-01")
    if milliseconds > arrived_ms + MAX_AHEAD_MS:
        raise RuleBrokenError(Reason.TIMESTAMP_IN_FUTURE, "the timestamp is more than 15 minutes ahead of the arrival")
    return milliseconds


def parse_production_line(line: object) -> str | None:
    """Text, or a whole number as text; missing and empty are None."""
    if line is None or line == "":
        return None
    if isinstance(line, int) and not isinstance(line, bool):
        line = str(line) if abs(line) < 1 << 63 else None
    if isinstance(line, str) and len(line) <= MAX_LINE_LENGTH:
        return line
    raise RuleBrokenError(
        Reason.INVALID_PRODUCTION_LINE,
        f"the production line is no text of up to {MAX_LINE_LENGTH} characters",
    )


def parse_metadata(metadata: object) -> dict[str, object] | None:
    """An object that can be written back as JSON: what decodes does not always encode."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise RuleBrokenError(Reason.INVALID_METADATA, f"the metadata is {_kind(metadata)}, not an object")
    try:
        msgspec.json.encode(metadata)
    except (OverflowError, ValueError, RecursionError) as error:
        raise RuleBrokenError(Reason.INVALID_METADATA, "the metadata cannot be written back as JSON") from error
    return metadata


def parse_unit(unit: object) -> str | None:
    """Text as the sender gave it, since every plant writes units in its own way; missing and empty are None."""
    if unit is None or unit == "":
        return None
    if isinstance(unit, str) and len(unit) <= MAX_UNIT_LENGTH:
        return unit
    raise RuleBrokenError(Reason.INVALID_UNIT, f"the unit is no text of up to {MAX_UNIT_LENGTH} characters")


def _from_number(number: float) -> int:
    # Compared before it is multiplied: an integer of 400 digits has no float.
    return round(number * 1000) if number < SECONDS_BELOW else round(number)


def _from_iso(text: str) -> int:
    try:
        if not _ISO(text):
            raise ValueError("a time has no such characters")
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the timestamp is no number and not ISO 8601") from error
    if moment.tzinfo is None:
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the timestamp has no zone")
    return round((moment - _EPOCH) / _MILLISECOND)


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "a boolean", str: "text", list: "an array", dict: "an object"}
    return names.get(type(value), "a number")
