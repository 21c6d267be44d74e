"""NAB's score, calculated as its scorer does (nab/sweeper.py and nab/optimizer.py of github.com/numenta/NAB).

The first finding in a window counts up to 1, the more the earlier; a missed window counts -1; a finding outside windows
costs up to the profile's weight, the less the shorter it is after a window. The first 15 % of a file, at most 750
readings, do not count. One threshold for all files is chosen so that the sum is highest. 0 is a detector that finds
nothing, 100 one that finds everything at once.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.detect.nab import Labelled

_UNSCORED_SHARE, _MOST_UNSCORED = 0.15, 750


class Profile(NamedTuple):
    name: str
    false_positive: float
    false_negative: float


PROFILES = (Profile("standard", 0.11, 1.0), Profile("low FP", 0.22, 1.0), Profile("low FN", 0.11, 2.0))
"""Weights of config/profiles.json; a true positive weighs 1."""


class Row(NamedTuple):
    """A finding: its score, its window (a number of its own over all files) or None, and what it counts unweighted."""

    score: float
    window: tuple[str, int] | None
    counts: float


def nab_score(results: Sequence[tuple[Labelled, Sequence[float]]], profile: Profile) -> float:
    """Return the normalized score over all files at the best threshold. ``results`` has a score for each reading."""
    missed = sum(last >= unscored(len(scores)) for series, scores in results for _, last in series.windows)
    perfect = sum(len(series.windows) for series, _ in results)
    lowest = -profile.false_negative * missed
    rows = [row for series, scores in results for row in _rows(series, scores)]
    rows.sort(key=lambda row: -row.score)
    total = best = lowest
    found: dict[tuple[str, int], float] = {}
    for index, row in enumerate(rows):
        if row.window is None:
            total += row.counts * profile.false_positive
        else:
            before = found.get(row.window, -profile.false_negative)
            found[row.window] = max(before, row.counts)
            total += found[row.window] - before
        if index + 1 == len(rows) or rows[index + 1].score != row.score:
            best = max(best, total)
    return 100.0 * (best - lowest) / (perfect - lowest)


def unscored(readings: int) -> int:
    """Return how many readings at the beginning of a file do not count."""
    return min(int(_UNSCORED_SHARE * readings), _MOST_UNSCORED)


def _rows(series: Labelled, scores: Sequence[float]) -> Iterator[Row]:
    windows = iter([*enumerate(series.windows), (-1, (len(scores), len(scores)))])
    number, (first, last) = next(windows)
    before: tuple[int, int] | None = None
    for index, score in enumerate(scores):
        while index > last:
            before = first, last
            number, (first, last) = next(windows)
        if index < unscored(len(scores)) or score <= 0.0:
            continue
        if index >= first:
            yield Row(score, (series.name, number), _worth(-(last - index + 1) / (last - first + 1)) / _worth(-1.0))
        else:
            past = (index - before[1]) / max(before[1] - before[0], 1) if before else 3.0
            yield Row(score, None, _worth(past) if past < 3.0 else -1.0)


def _worth(position: float) -> float:
    return 2.0 / (1.0 + exp(5.0 * position)) - 1.0
