"""The state of one redrive: its limit, its counts and its progress output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lambda_src.common.aws.objects import iso
from ops.progress import ProgressLines

if TYPE_CHECKING:
    from ops.dlq.messages import Redriven


class RedriveRun:
    """One redrive of one source. All times are UTC milliseconds.

    :param limit: maximum number of messages; None for all.
    """

    def __init__(self, source: str, *, now_ms: int, limit: int | None, dry: bool) -> None:
        self._source = source
        self._limit = limit
        self._progress = ProgressLines()
        self.started = iso(now_ms)
        self.dry = dry
        self.messages = self.parts = 0
        """Messages that were redriven, and the parts in them."""
        self.kept: set[str] = set()

    @property
    def room(self) -> int | None:
        """Messages that may still be redriven; None for no limit."""
        return None if self._limit is None else max(0, self._limit - self.messages - len(self.kept))

    def entry(self, origin: str, dead_since_ms: int | None = None) -> Redriven:
        """Return the history entry of this redrive."""
        entry: Redriven = {"redriven_at": self.started, "from": origin}
        if dead_since_ms is not None:
            entry["dead_since"] = iso(dead_since_ms)
        return entry

    def done(self, parts: int) -> None:
        """Count a message that was redriven, or would be in a dry run."""
        self.messages += 1
        self.parts += parts
        self._progress.show(
            f"{self._source}: {self.messages:,} messages, {self.parts / self._progress.seconds:,.0f} parts/s"
        )

    def fail(self, message: str, why: str) -> None:
        """Keep a message in its source and report why. This run does not try it again."""
        self.kept.add(message)
        print(f"{self._source}: {message} kept: {' '.join(why.split())}", file=sys.stderr)
