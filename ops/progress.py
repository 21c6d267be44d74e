"""Progress lines of a command."""

from __future__ import annotations

import sys
import time

SECONDS_BETWEEN_LINES = 5.0


class ProgressLines:
    """Prints progress to standard error, so that it never mixes with results; one line every few seconds."""

    def __init__(self) -> None:
        self.began = self._shown = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the start, never 0, so that it can be a divisor."""
        return max(time.monotonic() - self.began, 0.001)

    def show(self, text: str) -> None:
        """Print ``text``, unless another line was printed in the last few seconds."""
        now = time.monotonic()
        if now - self._shown >= SECONDS_BETWEEN_LINES:
            self._shown = now
            print(text, file=sys.stderr, flush=True)
