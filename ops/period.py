"""Periods as people write them, and the hours in S3 that they lead to."""

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
    """``start_ms`` <= t < ``end_ms``, UTC milliseconds; None where it has no such end."""

    start_ms: int | None
    end_ms: int | None

    def has(self, moment_ms: int) -> bool:
        return (self.start_ms is None or self.start_ms <= moment_ms) and (
            self.end_ms is None or moment_ms < self.end_ms
        )


def add_period(parser: argparse.ArgumentParser, *, of: str, required: bool) -> None:
    """The options ``--from`` and ``--to``; ``of`` says in words which moment of a thing has to lie between them."""
    begin = f"where the period of {of} begins: ISO 8601 with a zone, or a date, which is its midnight in UTC"
    parser.add_argument("--from", dest="start_ms", type=moment, metavar="T", required=required, help=begin)
    end = "where it ends; this moment is no part of it"
    parser.add_argument("--to", dest="end_ms", type=moment, metavar="T", required=required, help=end)


def period_of(options: argparse.Namespace) -> Period:
    """Raises `InputError` for a period that ends before it begins."""
    period = Period(options.start_ms, options.end_ms)
    if period.start_ms is not None and period.end_ms is not None and period.start_ms >= period.end_ms:
        raise InputError("--from is not before --to")
    return period


def moment(text: str) -> int:
    """UTC milliseconds; a fraction below that is cut off. For argparse."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not ISO 8601, such as 2026-01-31T12:00:00Z") from error
    if found.tzinfo is None:
        if found.time() != datetime.min.time() or any(mark in text for mark in "T:"):
            raise argparse.ArgumentTypeError(f"{text!r} has no zone: end it with Z or with an offset such as +01:00")
        found = found.replace(tzinfo=UTC)
    return (found - _EPOCH) // _MILLISECOND


def hour_prefix(moment_ms: int) -> str:
    """``year=YYYY/month=MM/day=DD/hour=HH/``, as every archive here is partitioned; their order is that of time."""
    at = _EPOCH + timedelta(milliseconds=min(max(moment_ms, 0), _LAST_MS))
    return f"{at:year=%Y/month=%m/day=%d/hour=%H/}"
