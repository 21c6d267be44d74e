"""Times as callers write them in a query, and the ranges that they mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from lambda_src.common.http.errors import HttpError
from lambda_src.common.readings.fields import OLDEST_MS, parse_timestamp
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

LATEST_MS = 9_999_999_999_999
"""2286-11-20: the tables' keys have 13 digits for a time."""
DAY_MS = 86_400_000

_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?").fullmatch
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


class Span(NamedTuple):
    """start_ms <= t < end_ms, in UTC milliseconds from `OLDEST_MS` to `LATEST_MS`."""

    start_ms: int
    end_ms: int


def read_time(name: str, text: str) -> int:
    """UTC milliseconds from ISO 8601 with a zone, seconds or milliseconds; one that is out of bounds is moved there.

    Nothing that is stored lies beyond the bounds. Raises `HttpError` (``invalid_time``) for any other text.
    """
    number = _NUMBER(text)
    written = text if number is None else float(text) if number[1] else int(text)
    try:
        return min(parse_timestamp(written, LATEST_MS), LATEST_MS)
    except RuleBrokenError as error:
        if error.reason is Reason.TIMESTAMP_TOO_OLD:
            return OLDEST_MS
        if error.reason is Reason.TIMESTAMP_IN_FUTURE:
            return LATEST_MS
        raise HttpError(
            400,
            "invalid_time",
            f"{name} is neither ISO 8601 with a zone nor seconds or milliseconds since 1970; in a query, + is %2B.",
        ) from error


def read_date(name: str, text: str) -> Span:
    """A day in UTC from ``YYYY-MM-DD``; raises `HttpError` (``invalid_time``) for what is none."""
    try:
        if not _DATE(text):
            raise ValueError("the form is another one")
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise HttpError(400, "invalid_time", f"{name} is no date in the form YYYY-MM-DD.") from error
    start = round(day.timestamp()) * 1000
    return Span(_within(start), _within(start + DAY_MS))


def pin(start_ms: int | None, end_ms: int | None, now_ms: int) -> Span:
    """The range where a caller left its start or end open: it ends now, and begins 24 hours before its end.

    Raises `HttpError` (``invalid_range``) where it ends before it begins.
    """
    end = _within(now_ms) if end_ms is None else end_ms
    start = _within(end - DAY_MS) if start_ms is None else start_ms
    if start > end:
        raise HttpError(400, "invalid_range", "from is after to, which is now where it is left out.")
    return Span(start, end)


def _within(milliseconds: int) -> int:
    return min(max(milliseconds, OLDEST_MS), LATEST_MS)
