"""How far a command has come, for whoever waits."""

from __future__ import annotations

import sys
import time

SECONDS_BETWEEN_LINES = 5.0


class ProgressLines:
    """Lines on standard error, so that they never stand in a result; one every few seconds."""

    def __init__(self) -> None:
        self.began = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it began; never 0, so that it can divide."""
        return max(time.monotonic() - self.began, 0.001)

    def tell(self, text: str) -> None:
        """Print ``text``, unless another line was printed just now."""
        now = time.monotonic()
        if now - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now
            print(text, file=sys.stderr, flush=True)
