"""Fetching ahead: while one thing is worked on, the next ones are on their way."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 8
"""The SDK keeps ten connections."""


def ahead(
    fetch: Callable[[T], R], items: Iterable[T], *, size: Callable[[T], int], room: int
) -> Generator[tuple[T, R]]:
    """Each item with what ``fetch`` made of it, in order; raises what it raises.

    Up to `AHEAD` are fetched at once, as long as their sizes together stay within ``room``; one alone may be larger.
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
        # What has not begun does not begin any more; what is under way is waited for.
        pool.shutdown(cancel_futures=True)
