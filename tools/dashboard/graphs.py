"""Draw a graph: lines on one or two axes, the legend, and the thresholds of alarms."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from matplotlib import colormaps
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tools.dashboard.body import DAY_SECONDS, shown
from tools.dashboard.numbers import short
from tools.dashboard.sheet import EDGE, SOFT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from tools.dashboard.body import Shown
    from tools.dashboard.sheet import Box, Sheet

LEGEND_LINE = 0.15
LEGEND_LETTER = 0.062
"""Inches: height of a legend line and width of a letter."""
LEGEND_KEY = 0.42
"""Inches for the line sample before a name and the space behind it."""
LIMIT_COLOR = "#d62728"


def draw_graph(sheet: Sheet, box: Box, properties: Mapping[str, Any], per_minute: float) -> None:
    lines = shown(properties, per_minute)
    sides = properties["yAxis"]
    sheet.text(box.left + 0.1, box.top + 0.17, properties["title"], size=9.5, weight="bold")
    sheet.text(box.left + 0.1, box.top + 0.39, sides["left"]["label"], size=7, color=SOFT)
    has_right = "right" in sides
    if has_right:
        label = sides["right"]["label"]
        sheet.text(box.left + box.width - 0.1, box.top + 0.39, label, size=7, color=SOFT, ha="right")
    plot = box.inside(0.5, 0.52, 0.5 if has_right else 0.12, 0.27)
    left = sheet.axes(plot)
    right = left.twinx() if has_right else None
    strokes = []
    for index, line in enumerate(lines):
        axes = right if line.right and right else left
        strokes += axes.plot(line.values, color=_color(index, len(lines)), linewidth=1.2, label=line.label)
    columns = _columns(lines, plot.width)
    used = (ceil(len(lines) / columns) * LEGEND_LINE + 0.08) / plot.height
    limits = [mark["value"] for mark in properties.get("annotations", {}).get("horizontal", [])]
    _scale(left, [line.values for line in lines if not line.right] + [limits], used)
    if right:
        _scale(right, [line.values for line in lines if line.right], used)
    _finish(left, right, properties["period"], len(lines[0].values))
    for limit in limits:
        left.axhline(limit, color=LIMIT_COLOR, linewidth=0.9, linestyle=(0, (4, 3)))
        left.annotate(
            "alarm", (1, limit), (-2, 2), xycoords=("axes fraction", "data"), textcoords="offset points",
            color=LIMIT_COLOR, fontsize=6.5, ha="right", va="bottom",
        )  # fmt: skip
    (right or left).legend(
        handles=strokes, loc="upper left", ncols=columns, fontsize=6.8, frameon=False,
        borderaxespad=0.1, handlelength=1.2, handletextpad=0.4, columnspacing=1.0, labelspacing=0.3,
    )  # fmt: skip


def _color(index: int, count: int) -> Any:
    return colormaps["tab10" if count <= 10 else "tab20"](index)


def _columns(lines: Sequence[Shown], width: float) -> int:
    """Return how many names fit side by side."""
    widest = max(len(line.label) for line in lines) * LEGEND_LETTER + LEGEND_KEY
    return max(1, min(len(lines), int(width / widest)))


def _scale(axes: Axes, values: Sequence[Sequence[float]], used: float) -> None:
    """Scale the axis from zero to the highest value, below the legend."""
    highest = max((value for line in values for value in line if value == value), default=0) or 1
    axes.set_ylim(0, highest * 1.06 / (1 - used))
    ticks = [tick for tick in MaxNLocator(4).tick_values(0, highest) if 0 <= tick <= highest * 1.06]
    axes.set_yticks(ticks)


def _finish(left: Axes, right: Axes | None, period: int, points: int) -> None:
    left.set_xlim(0, points - 1)
    left.grid(axis="y", color=EDGE, linewidth=0.6)
    left.set_axisbelow(True)
    steps = 4
    ticks = [step * (points - 1) / steps for step in range(steps + 1)]
    left.set_xticks(ticks, [_time(points - 1 - tick, period) for tick in ticks])
    edges = left.get_xticklabels()
    edges[0].set_horizontalalignment("left")
    edges[-1].set_horizontalalignment("right")
    for axes in (left, right):
        if axes is None:
            continue
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        axes.tick_params(labelsize=6.8, colors=SOFT, length=0)
        for side, spine in axes.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(EDGE)


def _time(ago: float, period: int) -> str:
    if ago == 0:
        return "now"
    return f"-{ago:.0f} d" if period >= DAY_SECONDS else f"-{ago:.0f} min"
