"""Dashboard widgets as data and as the JSON that CloudWatch expects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from lib.building.metric import Expression, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PERIOD_SECONDS = 60
DAY_SECONDS = 86_400
"""S3 publishes the size of a bucket once a day."""
PER_MINUTE = "per minute"
"""Label of an axis that has no other unit."""

Json = dict[str, object]


class Section(IntEnum):
    """Where a row stands on the dashboard, from top to bottom."""

    OVERVIEW = 0
    ENTRYPOINTS = 1
    TRANSPORT = 2
    FUNCTIONS = 3
    STORES = 4
    ARCHIVES = 5
    FAILURES = 6


@dataclass(frozen=True)
class GraphLine:
    """One line of a graph."""

    label: str
    metric: Metric | Expression
    right: bool = False
    """Use the right axis, for another unit or magnitude."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """One graph. ``left`` and ``right`` label the axes; ``limit`` is an alarm's threshold on the left axis."""

    title: str
    lines: tuple[GraphLine, ...]
    left: str
    right: str = ""
    limit: float | None = None
    period: int = PERIOD_SECONDS

    def properties(self, region: str) -> Json:
        axes = {"left": self.left, "right": self.right}
        shown: Json = {
            "title": self.title,
            "region": region,
            "view": "timeSeries",
            "stacked": False,
            "period": self.period,
            "metrics": _metrics(self.lines),
            "yAxis": {side: {"label": label, "min": 0, "showUnits": False} for side, label in axes.items() if label},
        }
        if self.limit is not None:
            shown["annotations"] = {"horizontal": [{"value": self.limit, "label": "alarm", "color": "#d62728"}]}
        return shown


@dataclass(frozen=True)
class Number:
    """Single values: the latest minute with a sparkline, or with ``summed`` the sum of the visible period."""

    title: str
    lines: tuple[GraphLine, ...]
    summed: bool = False

    def properties(self, region: str) -> Json:
        style = {"setPeriodToTimeRange": True} if self.summed else {"sparkline": True}
        return {
            "title": self.title,
            "region": region,
            "view": "singleValue",
            "period": PERIOD_SECONDS,
            "metrics": _metrics(self.lines),
            **style,
        }


@dataclass(frozen=True)
class DashboardRow:
    """Graphs side by side under a title.

    Several parts may add to a row: rows with the same title become one, and so do graphs with the same title in a row.
    """

    title: str
    section: Section
    graphs: tuple[Graph, ...]


def widget(kind: str, x: int, y: int, width: int, height: int, properties: Json) -> Json:
    """Return the JSON of one widget at its position on the grid."""
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _metrics(lines: Sequence[GraphLine]) -> list[list[object]]:
    return [entry for index, line in enumerate(lines) for entry in _entries(line, f"l{index}")]


def _entries(line: GraphLine, id_: str) -> Iterator[list[object]]:
    """Yield the line and, for an expression, the hidden metrics that it uses."""
    options: Json = {"label": line.label, **({"yAxis": "right"} if line.right else {})}
    if isinstance(line.metric, Metric):
        yield _entry(line.metric, options)
        return
    prefix = f"{id_}_"
    yield [{"expression": line.metric.text(prefix), "id": id_, **options}]
    for name, metric in line.metric.metrics.items():
        yield _entry(metric, {"id": prefix + name, "visible": False})


def _entry(metric: Metric, options: Json) -> list[object]:
    pairs = [part for pair in sorted(metric.dimensions.items()) for part in pair]
    return [metric.namespace, metric.name, *pairs, {"stat": metric.statistic, **options}]
