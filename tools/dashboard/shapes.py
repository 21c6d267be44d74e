"""Shapes of metrics over three hours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Shape = Callable[["ShapePoint"], float]

POINTS = 181
"""Three hours in minutes, both ends included."""
INCIDENT = range(165, POINTS)
"""The minutes of the incident: a line of machines runs hot, and one of them sends invalid data."""


@dataclass(frozen=True)
class ShapePoint:
    """A point: ``at`` of ``POINTS``; ``per_minute`` readings; ``chance`` is the metric's random source."""

    at: int
    per_minute: float
    chance: Random

    @property
    def wrong(self) -> bool:
        return self.at in INCIDENT


def flow(part: float) -> Shape:
    """The number of readings times ``part``: a slow daily swing, and noise."""

    def shape(point: ShapePoint) -> float:
        swing = 1 + 0.12 * math.sin(2 * math.pi * point.at / POINTS) + point.chance.gauss(0, 0.02)
        return float(round(point.per_minute * part * swing))

    return shape


def level(mean: float, noise: float = 0.15, wrong: float = 1) -> Shape:
    """About ``mean``, times ``wrong`` during the incident."""

    def shape(point: ShapePoint) -> float:
        return max(0.0, mean * (wrong if point.wrong else 1) * (1 + point.chance.gauss(0, noise)))

    return shape


def count(mean: float, wrong: float = 0) -> Shape:
    """Whole numbers about ``mean``, plus about ``wrong`` during the incident."""

    def shape(point: ShapePoint) -> float:
        about = mean + (wrong if point.wrong else 0)
        return float(max(0, round(about * (1 + point.chance.gauss(0, 0.3)) + point.chance.random() - 0.5)))

    return shape


def saw(top: float, every: int) -> Shape:
    """Grows to ``top`` and falls back every ``every`` minutes: collected and then delivered."""

    def shape(point: ShapePoint) -> float:
        return top * ((point.at % every) + point.chance.random()) / every

    return shape


def heap(start: float, growth: float) -> Shape:
    """Only grows."""

    def shape(point: ShapePoint) -> float:
        return start + round(growth * point.at / POINTS)

    return shape


def constant(value: float) -> Shape:
    return lambda _: value
