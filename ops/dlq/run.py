"""One redriving: how much it may do, what it did, and who is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lambda_src.common.aws.objects import iso
from ops.progress import ProgressLines

if TYPE_CHECKING:
    from ops.dlq.messages import Redriven


class RedriveRun:
    """Of one place. Every time is UTC milliseconds.

    :param limit: letters that may be taken up; None for all.
    """

    def __init__(self, place: str, *, now_ms: int, limit: int | None, dry: bool) -> None:
        self._place = place
        self._limit = limit
        self._progress = ProgressLines()
        self.started = iso(now_ms)
        self.dry = dry
        self.letters = self.parts = 0
        """Letters that were taken whole, and what was in them."""
        self.stayed: set[str] = set()

    @property
    def room(self) -> int | None:
        """Letters that may still be taken up; None for as many as there are."""
        return None if self._limit is None else max(0, self._limit - self.letters - len(self.stayed))

    def entry(self, origin: str, dead_since_ms: int | None = None) -> Redriven:
        """What a part's history gets for this run."""
        entry: Redriven = {"redriven_at": self.started, "from": origin}
        if dead_since_ms is not None:
            entry["dead_since"] = iso(dead_since_ms)
        return entry

    def done(self, parts: int) -> None:
        """A letter was taken whole, or would be."""
        self.letters += 1
        self.parts += parts
        self._progress.tell(
            f"{self._place}: {self.letters:,} letters, {self.parts / self._progress.seconds:,.0f} parts/s"
        )

    def fail(self, letter: str, why: str) -> None:
        """A letter stays where it is, and is not tried again."""
        self.stayed.add(letter)
        print(f"{self._place}: {letter} stays: {' '.join(why.split())}", file=sys.stderr)
