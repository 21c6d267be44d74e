"""Limits of alarms that no metric can ever reach, so that the alarm would never go off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.config.sizing import most_writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.config.errors import Problem
    from lib.config.model import Config


def alarm_problems(config: Config) -> Iterator[Problem]:
    """Yields each limit at or above what its metric can show."""
    alarms, kept = config.alarms, config.stream.retention_hours * 3_600
    for name in ("iterator_age_seconds", "freshness_seconds"):
        limit = getattr(alarms, name)
        if limit >= kept:
            yield f"alarms.{name}", limit, f"less than stream.retention_hours ({kept} s): older records are gone"
    writable = most_writable(config)
    if alarms.records_per_minute is not None and writable is not None and alarms.records_per_minute >= writable * 60:
        allowed = f"less than the shards take ({writable * 60:,.0f} a minute): at that the stream throttles"
        yield "alarms.records_per_minute", alarms.records_per_minute, allowed
