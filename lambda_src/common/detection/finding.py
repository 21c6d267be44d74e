"""What the detector reports."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class LearnedRule(StrEnum):
    """The rule that a reading broke."""

    QUICK = "quick"
    """The last ten readings are far from their usual level."""
    SLOW = "slow"
    """The last sixty readings are."""
    CHANGE = "change"
    """The last ten readings are far from the fifty before them."""
    EXTREME = "extreme"
    """The reading is higher or lower than all before."""


class LearnedFinding(NamedTuple):
    """An unusual reading."""

    score: float
    """How many times the limit was reached; the limit allows for recent findings. Always more than 1."""
    rule: LearnedRule
    distance: float
    """In the series' unit: from the old extreme, or of the mean of the last readings from what is usual."""
    spread: float
    """The usual distance of one reading from its level."""
