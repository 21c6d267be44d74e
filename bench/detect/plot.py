"""A picture of series with their labelled windows and the findings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.detect.nab import Labelled

_WIDTH, _HEIGHT = 14, 2.2
"""Inches of one series."""
_DOTS = 80


def draw(path: Path, results: Sequence[tuple[Labelled, Sequence[float]]]) -> None:
    """Write one picture with a row for each series."""
    figure = Figure(figsize=(_WIDTH, _HEIGHT * len(results)), layout="constrained")
    rows = figure.subplots(len(results), squeeze=False)[:, 0]
    for axes, (series, scores) in zip(rows, results, strict=True):
        times = [datetime.fromtimestamp(seconds, UTC) for seconds in series.seconds]
        values = [value for _, value in series.readings]
        axes.plot(times, values, linewidth=0.5, color="#555555")
        for first, last in series.windows:
            axes.axvspan(times[first], times[last], color="#ffd27f", alpha=0.6)
        found = [index for index, score in enumerate(scores) if score > 0]
        axes.plot([times[each] for each in found], [values[each] for each in found], "v", color="#c00000", markersize=6)
        axes.set_title(f"{series.name}: {len(found)} findings, {len(series.windows)} labelled windows", fontsize=9)
        axes.tick_params(labelsize=7)
    figure.savefig(path, dpi=_DOTS)
