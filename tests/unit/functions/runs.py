"""Readings as items of the table of runs."""

from __future__ import annotations

from lambda_src.processor.stores.run_builder import cut, to_item
from tests.unit.functions.factories import NOW_MS, entry

DAYS = 30
JUDGED_MS = NOW_MS + 5000


def at(*offsets, **changes):
    """An entry at each of the offsets in milliseconds, with the offset as its value."""
    return [entry(timestamp_ms=NOW_MS + offset, value=float(offset), **changes) for offset in offsets]


def items(entries, judged_ms=JUDGED_MS):
    return [to_item(run, DAYS, judged_ms) for run in cut(entries)]
