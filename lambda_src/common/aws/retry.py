"""Send again what a service accepted only in part."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lambda_src.common.aws.deadline import Deadline

T = TypeVar("T")

BASE_SECONDS = 0.05
CAP_SECONDS = 2.0
ATTEMPTS = 5
"""With full jitter five attempts wait 0.4 s on average and 0.75 s at most, short compared with a function's 60 s."""


def full_jitter(
    attempts: int,
    draw: Callable[[], float] = random.random,
    *,
    base: float = BASE_SECONDS,
    cap: float = CAP_SECONDS,
) -> Iterator[float]:
    """Yield the wait before each retry: uniform in 0…min(cap, base x 2^n), so that callers spread out."""
    for n in range(attempts - 1):
        yield draw() * min(cap, base * 2**n)


def resend(
    send: Callable[[Sequence[T]], Sequence[T]],
    items: Sequence[T],
    deadline: Deadline,
    *,
    sleep: Callable[[float], None] = time.sleep,
    draw: Callable[[], float] = random.random,
) -> Sequence[T]:
    """Call ``send``, which returns what was not accepted, until nothing is left. Returns what is left at the end.

    Stops when all attempts are used or the next wait would exceed the deadline.
    """
    if deadline.passed():
        return items
    left = send(items)
    for wait in full_jitter(ATTEMPTS, draw):
        if not left or wait >= deadline.remaining():
            break
        sleep(wait)
        left = send(left)
    return left
