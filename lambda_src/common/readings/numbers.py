"""Values: what reads as a number, and that none silently becomes another one."""

from __future__ import annotations

import math
import re

from lambda_src.common.readings.rejects import Reason, RuleBrokenError

EXACT_BELOW = 2**53
"""Every integer up to this one has a 64-bit float of its own."""
MAX_DIGITS = 64
"""Characters of a number that is text: no sensor has more, and converting is quadratic in their number."""

_JSON_NUMBER = re.compile(r"\s*(-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)\s*", re.ASCII).fullmatch
_NOT_FINITE = frozenset(("nan", "-nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"))
_KINDS = {type(None): "null", bool: "a boolean", str: "text", list: "an array", dict: "an object", bytes: "binary"}


def is_number(value: object) -> bool:
    """Whether a message carried a number: a boolean is not a number, although Python's bool is an int."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number_in(text: str) -> float | None:
    """The number that a text is by JSON's grammar; None if it is something else."""
    found = _JSON_NUMBER(text) if len(text) <= MAX_DIGITS else None
    if found is None:
        return None
    return float(found[1]) if found[2] or found[3] else int(found[1])


def reads_as_number(value: object) -> bool:
    """Whether `parse_value` takes it, apart from its range: a number, true and false, or text that is a number."""
    return isinstance(value, int | float) or (isinstance(value, str) and number_in(value) is not None)


def parse_value(value: object) -> float:
    """A finite float: true and false are 1 and 0, text by JSON's grammar is its number, -0.0 is 0.0.

    An integer that no 64-bit float can hold is refused: it would silently become another one.
    """
    if isinstance(value, float):
        number = value
    elif isinstance(value, int):
        return _from_integer(value)
    else:
        found = number_in(value) if isinstance(value, str) else None
        if found is None:
            raise refused_value(value)
        if isinstance(found, int):
            return _from_integer(found)
        number = found
    if not math.isfinite(number):
        raise RuleBrokenError(Reason.INVALID_VALUE, "the value is not finite or does not fit a 64-bit float")
    return number + 0.0


def _from_integer(value: int) -> float:
    try:
        number = float(value)
    except OverflowError as error:
        raise RuleBrokenError(Reason.INVALID_VALUE, "the value does not fit a 64-bit float") from error
    if number != value:
        raise RuleBrokenError(Reason.INVALID_VALUE, "the value is an integer that a 64-bit float cannot hold exactly")
    return number


def kind_of(value: object) -> str:
    """What a value is, for a sentence."""
    return _KINDS.get(type(value), "a number")


def refused_value(value: object) -> RuleBrokenError:
    """What `parse_value` raises for a value that is not a number."""
    if isinstance(value, str) and value.strip().lower() in _NOT_FINITE:
        return RuleBrokenError(Reason.INVALID_VALUE, "the value is not a finite number")
    return RuleBrokenError(Reason.INVALID_VALUE, f"the value is {kind_of(value)}, not a number")
