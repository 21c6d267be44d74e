"""A value that is a list: one reading per sample, at the interval that the message names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.numbers import is_number, number_in
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MILLISECONDS = {"s": 1000.0, "ms": 1.0, "us": 1e-3, "ns": 1e-6}
_SHORTEST_MS = 1.0
_LONGEST_MS = 366 * 86_400_000.0


def interval_unit(name: str) -> str:
    """The unit that an interval's name ends with: ``s``, ``ms``, ``us``, ``ns``, ``hz`` for a rate; else ``ms``."""
    if "rate" in name or "frequency" in name:
        return "hz"
    return next((unit for unit in _MILLISECONDS if name.endswith(f"_{unit}")), "ms")


def interval_ms(interval: object, unit: str) -> float:
    """Milliseconds between two samples; raises `RuleBrokenError` where two of them would get the same time."""
    number = number_in(interval) if isinstance(interval, str) else interval
    if not is_number(number) or not number > 0:  # type: ignore[operator]  # is_number narrows to int | float
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the interval of the samples must be a number above 0")
    # Clipped first: an integer of 400 digits has no float.
    size = float(min(number, 1e30))  # type: ignore[call-overload]
    length = 1000.0 / size if unit == "hz" else size * _MILLISECONDS[unit]
    if not _SHORTEST_MS <= length <= _LONGEST_MS:
        detail = "the interval of the samples must be between a millisecond, which times resolve, and a year"
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, detail)
    return length


def samples(values: list[object], start_ms: int, interval: float) -> Iterator[tuple[object, int]]:
    """Each sample with its time; the first one is at ``start_ms``."""
    for place, value in enumerate(values):
        yield value, round(start_ms + place * interval)
