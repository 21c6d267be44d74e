"""Sending at a rate: what is due by the clock, in small ticks."""

from __future__ import annotations

from itertools import islice
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

_TICK = 0.05
"""Seconds between looks at the clock: the unevenness of the load, and 20 calls a second at most."""


def paced(
    items: Iterable[T],
    rate: float,
    *,
    clock: Callable[[], float] = monotonic,
    wait: Callable[[float], object] = sleep,
) -> Iterator[list[T]]:
    """Hand out `items` at `rate` a second, each time all that are due by now.

    A consumer that falls behind gets more at once and catches up: after t seconds, rate * t items are out.
    `wait(seconds)` may be an event's `wait`, so that a run can be ended; the caller then stops asking.
    """
    if not rate > 0:
        raise ValueError(f"rate={rate:g}: allowed is more than 0")
    source = iter(items)
    began = clock()
    out = 0
    while True:
        # One more than has passed: the first item is due at once.
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
