"""What the detector reports."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class LearnedRule(StrEnum):
    """The rule that a reading broke."""

    QUICK = "quick"
    """The last ten readings or minutes are far from their usual level."""
    SLOW = "slow"
    """The last sixty are."""
    CHANGE = "change"
    """The last ten are far from the fifty before them."""
    EXTREME = "extreme"
    """The reading is higher or lower than all before."""
    STUCK = "stuck"
    """The readings no longer change."""


class LearnedFinding(NamedTuple):
    """An unusual reading."""

    score: float
    """How many times the limit was reached; the limit allows for recent findings. Always more than 1."""
    rule: LearnedRule
    distance: float
    """In the series' unit: from the old extreme, or of the mean of the last readings from what is usual.

    For a stuck sensor the number of unchanged readings.
    """
    spread: float
    """The usual distance of one reading from its level. For a stuck sensor the most unchanged readings before."""
