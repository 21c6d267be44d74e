"""Times and periods in the parameters of a query."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from lambda_src.common.http.errors import HttpError
from lambda_src.common.readings.numbers import number_in
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.times import OLDEST_MS, SECONDS_BELOW, check_timestamp, milliseconds

LATEST_MS = 9_999_999_999_999
"""2286-11-20, the last time with 13 digits, which the tables' keys have."""
DAY_MS = 86_400_000

_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?").fullmatch
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


class Span(NamedTuple):
    """start_ms <= t < end_ms in UTC milliseconds, from `OLDEST_MS` to `LATEST_MS`."""

    start_ms: int
    end_ms: int


def read_time(name: str, text: str) -> int:
    """Parse ISO 8601 with a zone, seconds or milliseconds. Returns UTC milliseconds, moved to the bounds.

    Nothing is stored beyond the bounds. Raises `HttpError` (``invalid_time``) for any other text.
    """
    try:
        return min(check_timestamp(_moment(text), LATEST_MS), LATEST_MS)
    except RuleBrokenError as error:
        if error.reason is Reason.TIMESTAMP_TOO_OLD:
            return OLDEST_MS
        if error.reason is Reason.TIMESTAMP_IN_FUTURE:
            return LATEST_MS
        raise HttpError(
            400,
            "invalid_time",
            f"{name} must be ISO 8601 with a zone, or seconds or milliseconds since 1970; write + as %2B.",
        ) from error


def _moment(text: str) -> int:
    if _NUMBER(text):
        number = float(text)
        return round(number * 1000 if number < SECONDS_BELOW else number)
    if number_in(text) is not None:
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the number is no time")
    return milliseconds(text)


def read_date(name: str, text: str) -> Span:
    """Parse a day in UTC from ``YYYY-MM-DD``. Raises `HttpError` (``invalid_time``) for any other text."""
    try:
        if not _DATE(text):
            raise ValueError("the format must be YYYY-MM-DD")
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise HttpError(400, "invalid_time", f"{name} must be a date in the format YYYY-MM-DD.") from error
    start = round(day.timestamp()) * 1000
    return Span(_within(start), _within(start + DAY_MS))


def pin(start_ms: int | None, end_ms: int | None, now_ms: int) -> Span:
    """Fill in an open start or end: the end is now, the start is 24 hours before the end.

    Raises `HttpError` (``invalid_range``) if the start is after the end.
    """
    end = _within(now_ms) if end_ms is None else end_ms
    start = _within(end - DAY_MS) if start_ms is None else start_ms
    if start > end:
        raise HttpError(400, "invalid_range", "from must not be later than to; the default of to is now.")
    return Span(start, end)


def _within(milliseconds: int) -> int:
    return min(max(milliseconds, OLDEST_MS), LATEST_MS)
