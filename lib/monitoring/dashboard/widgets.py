"""What a dashboard shows, as data, and as the JSON that CloudWatch takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.building.metric import Expression, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PERIOD_SECONDS = 60
DAY_SECONDS = 86_400
"""S3 publishes what a bucket holds once a day."""
A_MINUTE = "a minute"
"""What an axis counts that has no other unit."""

Json = dict[str, object]


@dataclass(frozen=True)
class GraphLine:
    """One line of a graph."""

    label: str
    metric: Metric | Expression
    right: bool = False
    """Against the right axis, for another unit or another magnitude."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """``left`` and ``right`` say what the axes count; ``limit`` is where an alarm goes off, on the left axis."""

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
    """Single values: of the latest minute with their way there, or, ``summed``, over all the time that is shown."""

    title: str
    lines: tuple[GraphLine, ...]
    summed: bool = False

    def properties(self, region: str) -> Json:
        way = {"setPeriodToTimeRange": True} if self.summed else {"sparkline": True}
        return {
            "title": self.title,
            "region": region,
            "view": "singleValue",
            "period": PERIOD_SECONDS,
            "metrics": _metrics(self.lines),
            **way,
        }


@dataclass(frozen=True)
class DashboardRow:
    """A part of the pipeline: graphs side by side under its name."""

    title: str
    graphs: tuple[Graph, ...]


def widget(kind: str, x: int, y: int, width: int, height: int, properties: Json) -> Json:
    """One widget in its place on the grid."""
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _metrics(lines: Sequence[GraphLine]) -> list[list[object]]:
    return [entry for index, line in enumerate(lines) for entry in _entries(line, f"l{index}")]


def _entries(line: GraphLine, id_: str) -> Iterator[list[object]]:
    """The line itself; behind an expression the metrics that it is made of, unseen."""
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
