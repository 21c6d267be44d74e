"""Send at a fixed rate, in small ticks."""

from __future__ import annotations

from itertools import islice
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

_TICK = 0.05
"""Seconds between ticks: limits the unevenness of the load, and the calls to 20 per second."""


def paced(
    items: Iterable[T],
    rate: float,
    *,
    clock: Callable[[], float] = monotonic,
    wait: Callable[[float], object] = sleep,
) -> Iterator[list[T]]:
    """Yield `items` at `rate` per second, each time all that are due.

    A slow consumer gets more at once and catches up: after t seconds, rate * t items were yielded. `wait(seconds)` may
    be an event's `wait`, so that a run can be stopped; the caller then stops iterating.
    """
    if not rate > 0:
        raise ValueError(f"rate must be more than 0 (got {rate:g})")
    source = iter(items)
    began = clock()
    out = 0
    while True:
        # One more than has passed, because the first item is due at once.
        due = int((clock() - began) * rate) + 1 - out
        if due <= 0:
            wait(_TICK)
            continue
        chunk = list(islice(source, due))
        if not chunk:
            return
        out += len(chunk)
        yield chunk
        wait(_TICK)
