"""Readings that alerts are about, by their time."""

from __future__ import annotations

from lambda_src.processor.judge import Verdict
from tests.unit.functions.alerting import QUIET_MS
from tests.unit.functions.factories import NOW_MS, entry

LATER = NOW_MS + QUIET_MS + 1


def normal(timestamp_ms, **changes):
    return entry(timestamp_ms=timestamp_ms, **changes)


def critical(timestamp_ms, **changes):
    verdict = Verdict(is_anomaly=True, severity="critical", reason="temperature 140 is above 120")
    return entry(verdict=verdict, timestamp_ms=timestamp_ms, value=140.0, **changes)
