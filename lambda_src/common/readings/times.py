"""When a reading was taken: every spelling of a time that says which moment it means, as UTC milliseconds."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lambda_src.common.readings.numbers import is_number, kind_of, number_in
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Localize = Callable[[datetime], datetime]
    """Gives a time without a zone its zone."""

SECONDS_BELOW = 1e11
"""A smaller number counts seconds: 1e11 seconds end in 5138. From there on it counts milliseconds, from a thousand
times that microseconds, from a million times that nanoseconds."""
_MICROSECONDS_FROM, _NANOSECONDS_FROM, _NO_TIME_FROM = 1e14, 1e17, 1e20
MAX_AHEAD_MS = 15 * 60 * 1000
"""How far a device's clock may be ahead of the transport's."""
OLDEST_MS = 946_684_800_000
"""2000-01-01T00:00:00Z; an earlier time is a clock that was never set."""
LATEST_MS = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last moment that has a date."""
A_DAY_MS = 86_400_000

_NUMBERS = frozenset((int, float))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"\s*(\d{4}-?(?:\d\d-?\d\d|[Ww]\d\d-?\d))[Tt ](\d\d(?::?\d\d){0,2}(?:[.,]\d{1,12})?)"
    r"\s*([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*",
    re.ASCII,
).fullmatch
"""Date, time of day, zone. Python's own parser takes any character between date and time, and NUL after it."""
_DATE_LIKE = re.compile(r"\s*(\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4}|\d{8}[Tt]\d{4}|\d\d?:\d\d)", re.ASCII).match
_SECONDS = frozenset(("timeinseconds", "seconds"))
_NANOSECONDS = frozenset(("offsetinnanos", "nanos"))
"""A time as an object: ``timeInSeconds`` and ``offsetInNanos`` of AWS IoT SiteWise, or the names of protobuf's JSON."""


def parse_timestamp(timestamp: object, arrived_ms: int) -> int:
    """UTC milliseconds from a number, text or object; None means the time of arrival."""
    if timestamp is None:
        return arrived_ms
    # The two most frequent types first: the general way costs three more calls.
    moment = from_number(timestamp) if type(timestamp) in _NUMBERS else milliseconds(timestamp)  # type: ignore[arg-type]
    return moment if OLDEST_MS <= moment <= arrived_ms + MAX_AHEAD_MS else check_timestamp(moment, arrived_ms)


def check_timestamp(moment: int, arrived_ms: int) -> int:
    """The same time, if it lies between 2000 and 15 minutes after the arrival."""
    if moment < OLDEST_MS:
        raise RuleBrokenError(Reason.TIMESTAMP_TOO_OLD, "the timestamp is before 2000-01-01")
    if moment > arrived_ms + MAX_AHEAD_MS:
        raise RuleBrokenError(Reason.TIMESTAMP_IN_FUTURE, "the timestamp is more than 15 minutes ahead of the arrival")
    return moment


def milliseconds(timestamp: object, localize: Localize | None = None) -> int:
    """UTC milliseconds; a time without a zone is refused if there is no ``localize``.

    What no calendar holds comes out far outside of what `check_timestamp` accepts. Raises nothing else than
    `RuleBrokenError`.
    """
    if isinstance(timestamp, str):
        number = number_in(timestamp)
        return _from_text(timestamp, localize) if number is None else from_number(number)
    if is_number(timestamp):
        return from_number(timestamp)  # type: ignore[arg-type]  # is_number narrows to int | float
    if isinstance(timestamp, dict):
        return _from_parts(timestamp)
    raise RuleBrokenError(Reason.INVALID_TIMESTAMP, f"the timestamp is {kind_of(timestamp)}")


def from_number(number: float) -> int:
    """UTC milliseconds of a number of seconds, milliseconds, microseconds or nanoseconds, by its magnitude."""
    # Compared before it is multiplied: 1e308 seconds and integers of 400 digits have no float.
    if number < SECONDS_BELOW:
        return round(number * 1000) if number > -SECONDS_BELOW else -1
    if number < _MICROSECONDS_FROM:
        return round(number)
    if number < _NANOSECONDS_FROM:
        return round(number / 1000)
    if number < _NO_TIME_FROM:
        return round(number / 1_000_000)
    if math.isnan(number if isinstance(number, float) else 0):
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the timestamp is not a finite number")
    return int(_NO_TIME_FROM)


def from_datetime(moment: datetime, localize: Localize | None) -> int:
    """UTC milliseconds of a date that has a zone, or gets one."""
    if moment.tzinfo is None:
        if localize is None:
            raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the timestamp has no zone")
        moment = localize(moment)
    since = moment - _EPOCH
    # In parts: a third of the time of a division of the whole.
    return since.days * A_DAY_MS + since.seconds * 1000 + round(since.microseconds / 1000)


def reads_as_time(value: object, arrived_ms: int) -> bool:
    """Whether a value that no name calls a time is most probably one.

    A number is one if it is a moment of the year before the arrival or of the day after it, a text if it begins like
    a date or a time of day.
    """
    if isinstance(value, str):
        number = number_in(value)
        return _DATE_LIKE(value) is not None if number is None else reads_as_time(number, arrived_ms)
    if not is_number(value) or value != value:  # NaN
        return False
    return arrived_ms - 366 * A_DAY_MS < from_number(value) < arrived_ms + A_DAY_MS  # type: ignore[arg-type]


def could_be_time(value: object) -> bool:
    """Whether a value whose name may mean a time is one: a number from the year 2000 on, or text like a date."""
    if isinstance(value, str):
        number = number_in(value)
        return _DATE_LIKE(value) is not None if number is None else could_be_time(number)
    return is_number(value) and value == value and from_number(value) >= OLDEST_MS  # type: ignore[arg-type]


def _from_text(text: str, localize: Localize | None) -> int:
    found = _ISO(text)
    try:
        if found is None:
            raise ValueError("not ISO 8601")
        zone = "Z" if found[3] in ("z", "UTC", "GMT") else found[3] or ""
        moment = datetime.fromisoformat(f"{found[1].upper()}T{found[2].replace(',', '.')}{zone}")
    except ValueError as error:
        detail = "the timestamp is neither a number nor ISO 8601"
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, detail) from error
    return from_datetime(moment, localize)


def _from_parts(parts: Mapping[object, object]) -> int:
    seconds, nanoseconds = None, 0
    for key, value in parts.items():
        name = str(key).lower()
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= _MICROSECONDS_FROM:
            break
        if name in _SECONDS:
            seconds = value
        elif name in _NANOSECONDS:
            nanoseconds = value
        else:
            break
    else:
        if seconds is not None and seconds < SECONDS_BELOW:
            return seconds * 1000 + nanoseconds // 1_000_000
    raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the timestamp is an object without a known form of time")
