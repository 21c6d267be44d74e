"""How often a mapping reads, and how long it waits before it tries again."""

from __future__ import annotations

from dataclasses import dataclass
from random import uniform


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. A shard answers five reads a second (Kinesis quota), and Lambda's base rate is one a second."""

    read_busy: float = 0.2
    """Between reads of a shard that has more records waiting; at least 0.2 by the quota."""
    read_idle: float = 1.0
    """Between reads of a shard that is read to its tip."""
    backoff_first: float = 0.2
    backoff_cap: float = 10.0
    """AWS states no numbers for its backoff; these keep a short run short."""

    def backoff(self, attempt: int) -> float:
        """Wait before the `attempt`-th repetition (from 1): doubling up to the cap, half of it by chance.

        Some of it stays certain, since a wait near 0 would make the repetition useless.
        """
        ceiling = min(self.backoff_cap, self.backoff_first * 2.0 ** min(attempt - 1, 30))
        return uniform(ceiling / 2, ceiling)  # noqa: S311 - spreads load, keeps no secret
