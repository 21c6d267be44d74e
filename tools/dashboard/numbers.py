"""Draw single values, each with its sparkline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.dashboard.body import shown
from tools.dashboard.sheet import SOFT, Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.dashboard.sheet import Sheet

UNITS = ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))
"""Thresholds from which a unit is used, with its size and sign."""


def short(value: float) -> str:
    """Return the number with at most five characters: 0.25, 6.8, 120, 8,100, 15k, 1.2M."""
    for least, size, unit in UNITS:
        if abs(value) >= least:
            return f"{value / size:.3g}{unit}"
    if value == int(value) or abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:.2g}"


def draw_numbers(sheet: Sheet, box: Box, properties: Mapping[str, Any], per_minute: float) -> None:
    lines = shown(properties, per_minute)
    sheet.text(box.left + 0.1, box.top + 0.17, properties["title"], size=9.5, weight="bold")
    width = box.width / len(lines)
    for index, line in enumerate(lines):
        left = box.left + index * width
        sheet.text(left + 0.1, box.top + 0.6, short(line.values[-1]), size=19)
        sheet.text(left + 0.1, box.top + 0.9, line.label, size=7, color=SOFT)
        if properties.get("sparkline") and len(line.values) > 1:
            axes = sheet.axes(Box(left + 0.1, box.top + 1.05, width - 0.2, box.height - 1.15))
            axes.plot(line.values, color="#1f77b4", linewidth=0.9)
            axes.set_ylim(0, max(line.values) * 1.1 or 1)
            axes.set_xlim(0, len(line.values) - 1)
            axes.axis("off")
