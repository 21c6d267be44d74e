"""How fast something may go."""

from __future__ import annotations

import time


class Pace:
    """At most ``rate`` readings a second, spread evenly; None for as many as the function takes."""

    def __init__(self, rate: int | None) -> None:
        self._rate = rate
        self._free = time.monotonic()

    def wait(self, readings: int) -> None:
        """Until so many more may go."""
        if self._rate is None:
            return
        now = time.monotonic()
        if self._free > now:
            time.sleep(self._free - now)
        self._free = max(self._free, now) + readings / self._rate
