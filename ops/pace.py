"""Limit the rate of an operation."""

from __future__ import annotations

import time


class Pace:
    """Limits to ``rate`` readings per second, spread evenly. None means no limit."""

    def __init__(self, rate: int | None) -> None:
        self._rate = rate
        self._free = time.monotonic()

    def wait(self, readings: int) -> None:
        """Wait until this number of readings may be sent."""
        if self._rate is None:
            return
        now = time.monotonic()
        if self._free > now:
            time.sleep(self._free - now)
        self._free = max(self._free, now) + readings / self._rate
