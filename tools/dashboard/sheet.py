"""The sheet that widgets are drawn on. Lengths are inches from the upper left corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

COLUMN = 0.78
ROW = 0.56
"""Inches of a grid cell, with about the proportions of a screen."""
GAP = 0.06
DOTS_AN_INCH = 110
INK, SOFT, PAPER, GROUND, EDGE = "#16191f", "#687078", "#ffffff", "#f2f3f3", "#d5dbdb"


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of_widget(cls, widget: Mapping[str, Any]) -> Box:
        """Return the widget's rectangle without the gap to its neighbours."""
        return cls(
            widget["x"] * COLUMN + GAP,
            widget["y"] * ROW + GAP,
            widget["width"] * COLUMN - 2 * GAP,
            widget["height"] * ROW - 2 * GAP,
        )

    def inside(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return what is left within these margins."""
        return Box(self.left + left, self.top + top, self.width - left - right, self.height - top - bottom)


class Sheet:
    """A sheet with ``columns`` and ``rows`` of the grid."""

    def __init__(self, columns: int, rows: int) -> None:
        self._width, self._height = columns * COLUMN, rows * ROW
        self.figure = Figure(figsize=(self._width, self._height), dpi=DOTS_AN_INCH, facecolor=GROUND)

    def save(self, path: Path) -> None:
        self.figure.savefig(path, format="png")

    def card(self, box: Box, *, fill: str = PAPER, edge: str = EDGE, above: int = 0) -> None:
        """Draw a rounded rectangle. One above another needs a higher ``above``."""
        left, bottom, width, height = self._fractions(box)
        patch = FancyBboxPatch(
            (left, bottom),
            width,
            height,
            boxstyle=f"round,pad=0,rounding_size={0.05 / self._width}",
            mutation_aspect=self._width / self._height,
            facecolor=fill,
            edgecolor=edge,
            linewidth=0.8,
            transform=self.figure.transFigure,
            # Below everything that has axes.
            zorder=above - 10,
        )
        self.figure.add_artist(patch)

    def text(self, left: float, top: float, text: str, *, size: float, color: str = INK, **style: Any) -> None:
        """Draw text. ``top`` is the middle of the line."""
        where = (left / self._width, 1 - top / self._height)
        self.figure.text(*where, text, fontsize=size, color=color, va="center", **style)

    def axes(self, box: Box) -> Axes:
        return self.figure.add_axes(self._fractions(box))

    def _fractions(self, box: Box) -> tuple[float, float, float, float]:
        bottom = self._height - box.top - box.height
        return box.left / self._width, bottom / self._height, box.width / self._width, box.height / self._height
