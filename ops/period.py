"""Periods on the command line, and the prefixes of their hours in S3."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ops.errors import InputError

HOUR_MS = 3_600_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST_MS = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND


class Period(NamedTuple):
    """``start_ms`` <= t < ``end_ms`` in UTC milliseconds. None means no limit on that side."""

    start_ms: int | None
    end_ms: int | None

    def has(self, moment_ms: int) -> bool:
        """Return whether the time is within the period."""
        return (self.start_ms is None or self.start_ms <= moment_ms) and (
            self.end_ms is None or moment_ms < self.end_ms
        )


def add_period(parser: argparse.ArgumentParser, *, of: str, required: bool) -> None:
    """Add the options ``--from`` and ``--to``. ``of`` names the time that must lie between them."""
    begin = f"start of the period of {of}: ISO 8601 with a zone, or a date (midnight UTC)"
    parser.add_argument("--from", dest="start_ms", type=moment, metavar="T", required=required, help=begin)
    end = "end of the period (exclusive)"
    parser.add_argument("--to", dest="end_ms", type=moment, metavar="T", required=required, help=end)


def period_of(options: argparse.Namespace) -> Period:
    """Return the period. Raises `InputError` if it ends before it starts."""
    period = Period(options.start_ms, options.end_ms)
    if period.start_ms is not None and period.end_ms is not None and period.start_ms >= period.end_ms:
        raise InputError("--from must be earlier than --to")
    return period


def moment(text: str) -> int:
    """Parse a time for argparse. Returns UTC milliseconds, rounded down."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an ISO 8601 time; expected 2026-01-31T12:00:00Z or 2026-01-31"
        ) from error
    if found.tzinfo is None:
        if found.time() != datetime.min.time() or any(mark in text for mark in "T:"):
            raise argparse.ArgumentTypeError(f"{text!r} has no zone; add Z or an offset such as +01:00")
        found = found.replace(tzinfo=UTC)
    return (found - _EPOCH) // _MILLISECOND


def hour_prefix(moment_ms: int) -> str:
    """Return ``year=YYYY/month=MM/day=DD/hour=HH/``, the partition of every archive. Prefixes sort by time."""
    at = _EPOCH + timedelta(milliseconds=min(max(moment_ms, 0), _LAST_MS))
    return f"{at:year=%Y/month=%m/day=%d/hour=%H/}"
