"""The time that an invocation has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Deadline:
    """The remaining time of an invocation, less a reserve for the steps that must still follow.

    The reserve is at most a quarter of the initial time, so that a function with a short timeout still works.
    """

    def __init__(self, remaining_ms: Callable[[], int], *, reserve_seconds: float = 0.0) -> None:
        self._remaining_ms = remaining_ms
        self._reserve = min(reserve_seconds, remaining_ms() / 4000)

    def remaining(self) -> float:
        """Return the seconds before the reserve, never negative."""
        return max(0.0, self._remaining_ms() / 1000 - self._reserve)

    def passed(self) -> bool:
        return self.remaining() <= 0.0

    def keeping(self, seconds: float) -> Deadline:
        """Return the same deadline with another reserve."""
        return Deadline(self._remaining_ms, reserve_seconds=seconds)
