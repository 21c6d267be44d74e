"""What the detector knows of one series."""

from __future__ import annotations

from array import array

HOURS = 24
MOST_COUNTED = 200
"""An hour's readings are counted up to here; it must fit into a byte."""


class SensorState:
    """The state of one series. Everything in it survives `pack` and `unpack` unchanged, to the last bit.

    ``hour_spreads`` has single precision in memory too, so that a packed state is not another one.
    """

    __slots__ = (
        "age",
        "blended_quick",
        "blended_slow",
        "budget",
        "change_mean",
        "change_variance",
        "count",
        "highest",
        "hour_counts",
        "hour_levels",
        "hour_spreads",
        "last",
        "late",
        "longest_still",
        "lowest",
        "mean",
        "pause",
        "peak",
        "quick",
        "quick_mean",
        "quick_variance",
        "quiet",
        "seconds",
        "slow",
        "slow_mean",
        "slow_variance",
        "spread",
        "still",
        "stuck",
        "usual_change",
        "variance",
    )

    def __init__(self) -> None:
        self.count = 0
        """Readings that were learned."""
        self.quiet = 0
        """Readings since the last one beyond the limits."""
        self.late = 0
        """Readings in succession that were more than a day older than the newest."""
        self.seconds = 0.0
        """Time of the newest reading, in seconds since 1970."""
        self.age = 0.0
        """Seconds that were learned from, without what pauses have above a day."""
        self.pause = 0.0
        """Mean seconds between two readings."""
        self.lowest = self.highest = self.mean = self.variance = 0.0
        self.spread = 0.0
        """Mean distance of a reading from its hour's level."""
        self.quick = self.quick_mean = self.quick_variance = 0.0
        self.slow = self.slow_mean = self.slow_variance = 0.0
        self.blended_quick = self.blended_slow = 0.0
        """The smoothings of the residual from the level that is blended with the nearest hour."""
        self.change_mean = self.change_variance = 0.0
        self.last = 0.0
        """The newest value."""
        self.usual_change = 0.0
        """Mean distance between two readings in succession."""
        self.still = 0
        """Readings in succession that were unchanged."""
        self.longest_still = 0
        """The most of them before."""
        self.stuck = 0
        """1 if this run of them was reported."""
        self.budget = 0.0
        """What recent alerts add to the limits."""
        self.peak = 0.0
        """Strength of the last alert."""
        self.hour_counts = bytearray(HOURS)
        self.hour_levels = [0.0] * HOURS
        self.hour_spreads = array("f", bytes(4 * HOURS))
