"""Ways in which a metric runs over three hours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Shape = Callable[["Place"], float]

POINTS = 181
"""Three hours of minutes, both ends included."""
INCIDENT = range(165, POINTS)
"""The minutes in which something goes wrong: a line of machines runs hot, and one of them sends nonsense."""


@dataclass(frozen=True)
class Place:
    """``at`` of ``POINTS``; ``per_minute``: readings that the deployment gets; ``chance`` is the metric's own."""

    at: int
    per_minute: float
    chance: Random

    @property
    def wrong(self) -> bool:
        return self.at in INCIDENT


def flow(part: float) -> Shape:
    """As many as there are readings, times ``part``: a slow swing of the plant's day, and noise."""

    def shape(place: Place) -> float:
        swing = 1 + 0.12 * math.sin(2 * math.pi * place.at / POINTS) + place.chance.gauss(0, 0.02)
        return float(round(place.per_minute * part * swing))

    return shape


def level(mean: float, noise: float = 0.15, wrong: float = 1) -> Shape:
    """About ``mean``; ``wrong`` times that while something goes wrong."""

    def shape(place: Place) -> float:
        return max(0.0, mean * (wrong if place.wrong else 1) * (1 + place.chance.gauss(0, noise)))

    return shape


def count(mean: float, wrong: float = 0) -> Shape:
    """Whole numbers about ``mean``, and about ``wrong`` more while something goes wrong."""

    def shape(place: Place) -> float:
        about = mean + (wrong if place.wrong else 0)
        return float(max(0, round(about * (1 + place.chance.gauss(0, 0.3)) + place.chance.random() - 0.5)))

    return shape


def saw(top: float, every: int) -> Shape:
    """Grows to ``top`` and falls back, ``every`` so many minutes: what is collected and then delivered."""

    def shape(place: Place) -> float:
        return top * ((place.at % every) + place.chance.random()) / every

    return shape


def heap(start: float, growth: float) -> Shape:
    """What only grows."""

    def shape(place: Place) -> float:
        return start + round(growth * place.at / POINTS)

    return shape


def constant(value: float) -> Shape:
    return lambda _: value
