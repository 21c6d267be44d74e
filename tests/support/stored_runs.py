"""Items of the readings table as a test compares them with what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.runs import each_once, readings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_src.common.runs import StoredReading


def readings_between(items: Iterable[Mapping[str, Any]], start_ms: int, end_ms: int) -> list[StoredReading]:
    """`each_once` of the readings with start_ms <= t < end_ms."""
    return each_once(
        reading for item in items for reading in readings_of(item) if start_ms <= reading.timestamp_ms < end_ms
    )
