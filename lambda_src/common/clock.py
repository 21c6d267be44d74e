"""The time of the machine."""

from __future__ import annotations

import time


def now_ms() -> int:
    """UTC milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
