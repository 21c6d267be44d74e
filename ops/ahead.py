"""Fetch items ahead in threads while earlier ones are processed."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 8
"""Parallel fetches; botocore keeps ten connections."""


def ahead(
    fetch: Callable[[T], R], items: Iterable[T], *, size: Callable[[T], int], room: int
) -> Generator[tuple[T, R]]:
    """Yield each item with the result of ``fetch``, in order. Errors of ``fetch`` are raised.

    Fetches up to `AHEAD` items at once while the sum of their sizes stays within ``room``. A single item may be larger.
    """
    pool = ThreadPoolExecutor(AHEAD)
    waiting: deque[tuple[T, int, Future[R]]] = deque()
    try:
        for item in items:
            needed = size(item)
            while waiting and (len(waiting) == AHEAD or sum(part for _, part, _ in waiting) + needed > room):
                first, _, fetched = waiting.popleft()
                yield first, fetched.result()
            waiting.append((item, needed, pool.submit(fetch, item)))
        while waiting:
            first, _, fetched = waiting.popleft()
            yield first, fetched.result()
    finally:
        # Cancels fetches that have not started and waits for the others.
        pool.shutdown(cancel_futures=True)
