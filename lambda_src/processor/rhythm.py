"""How often a device's messages arrive. Pure.

Only arrivals count: a device's clock may be wrong, and a message may carry hours of readings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MINUTE_MS = 60_000
"""Messages of the same minute are one arrival, so that a burst does not look like a fast rhythm."""
FIRST_MS = 3_600_000
"""The most that the first pause says."""
STRETCH = 4
"""A pause counts as at most so many usual ones, so that one outage does not look like a new rhythm."""
RISE, FALL = 2, 16
"""A longer pause moves the estimate by a half, a shorter one by a sixteenth: a device that sends in bursts, or
on change only, is known by its long pauses.
"""


def learn_rhythm(heard_ms: int, rhythm_ms: int, arrivals: Iterable[int]) -> tuple[int, int]:
    """The newest arrival and the usual time between arrivals, in milliseconds, after these ones.

    ``heard_ms`` is the newest one before, 0 for none; ``rhythm_ms`` is 0 while it is unknown.
    """
    for arrival in sorted(arrivals):
        if arrival <= heard_ms:
            continue
        if heard_ms and arrival // MINUTE_MS > heard_ms // MINUTE_MS:
            rhythm_ms = _moved(rhythm_ms, arrival - heard_ms)
        heard_ms = arrival
    return heard_ms, rhythm_ms


def _moved(rhythm_ms: int, pause_ms: int) -> int:
    if not rhythm_ms:
        return min(pause_ms, FIRST_MS)
    pause_ms = min(pause_ms, STRETCH * rhythm_ms)
    part = RISE if pause_ms > rhythm_ms else FALL
    return max(1, rhythm_ms + (pause_ms - rhythm_ms) // part)
