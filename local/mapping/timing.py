"""Intervals of a mapping: reads and backoff."""

from __future__ import annotations

from dataclasses import dataclass
from random import uniform


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. A shard answers five reads per second (Kinesis quota); Lambda's base rate is one per second."""

    read_busy: float = 0.2
    """Interval between reads of a shard with more records waiting; at least 0.2 by the quota."""
    read_idle: float = 1.0
    """Interval between reads of a shard that is read to its end."""
    backoff_first: float = 0.2
    backoff_cap: float = 10.0
    """AWS documents no numbers for its backoff; these keep a run short."""

    def backoff(self, attempt: int) -> float:
        """Return the wait before retry `attempt` (from 1): doubled up to the cap, half of it random.

        The other half is certain, because a wait near 0 would make the retry useless.
        """
        ceiling = min(self.backoff_cap, self.backoff_first * 2.0 ** min(attempt - 1, 30))
        return uniform(ceiling / 2, ceiling)  # noqa: S311 - spreads load, keeps no secret
