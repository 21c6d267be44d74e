"""The reason of a finding in words."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from lambda_src.common.detection.finding import LearnedRule

if TYPE_CHECKING:
    from lambda_src.common.detection.finding import LearnedFinding

_DIGITS = 3
_PLAIN_FROM, _PLAIN_TO = -4, 9
"""Powers of ten between which a number is written without an exponent."""


def reason(finding: LearnedFinding) -> str:
    """Return one line such as ``2.1 above what is usual at this hour, 7 times the usual spread``."""
    if finding.rule is LearnedRule.STUCK:
        return f"unchanged for {finding.distance:,.0f} readings, before for at most {finding.spread:,.0f}"
    up = finding.distance > 0
    size = number(abs(finding.distance))
    if finding.rule is LearnedRule.EXTREME:
        return f"{size} {'above the highest' if up else 'below the lowest'} value so far"
    times = f"{number(abs(finding.distance) / finding.spread)} times the usual spread"
    side = "above" if up else "below"
    if finding.rule is LearnedRule.CHANGE:
        return f"{size} {side} the readings shortly before, {times}"
    lately = "for some time " if finding.rule is LearnedRule.SLOW else ""
    return f"{lately}{size} {side} what is usual at this hour, {times}"


def number(value: float) -> str:
    """Return a number that is not negative with three digits: ``0.0123``, ``7``, ``1,230,000``, ``1.23e+30``."""
    if value == 0:
        return "0"
    power = floor(log10(value))
    if not _PLAIN_FROM <= power < _PLAIN_TO:
        return f"{value:.{_DIGITS}g}"
    places = _DIGITS - 1 - power
    text = f"{round(value, places):,.{max(0, places)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
