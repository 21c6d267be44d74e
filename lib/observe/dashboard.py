"""The dashboard: rows of graphs, each row a part of the pipeline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.context import Context
    from lib.observe.metric import Metric

GRID_WIDTH = 24
"""Columns of a CloudWatch dashboard."""
HEIGHT = 6
PERIOD_SECONDS = 60


@dataclass(frozen=True)
class Graph:
    """One graph; metrics that share an axis and a unit."""

    title: str
    metrics: tuple[Metric, ...]


@dataclass(frozen=True)
class Row:
    title: str
    graphs: tuple[Graph, ...]


class Dashboard(Construct):
    """All alarms on top, then one row a part."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        alarm_arns: Sequence[str],
        rows: Sequence[Row],
    ) -> None:
        super().__init__(scope, id_)
        status = {
            "type": "alarm",
            "x": 0,
            "y": 0,
            "width": GRID_WIDTH,
            "height": 3,
            "properties": {"title": "Is it healthy?", "alarms": list(alarm_arns)},
        }
        widgets: list[dict[str, object]] = [status]
        for index, row in enumerate(rows):
            widgets += _row(row, 3 + index * (HEIGHT + 1), context.region)
        body = json.dumps({"widgets": widgets}, sort_keys=True)
        dashboard = CloudwatchDashboard(
            self, "dashboard", dashboard_name=context.naming.name("pipeline"), dashboard_body=body
        )
        self.name = dashboard.dashboard_name


def _row(row: Row, top: int, region: str) -> list[dict[str, object]]:
    title: dict[str, object] = {
        "type": "text",
        "x": 0,
        "y": top,
        "width": GRID_WIDTH,
        "height": 1,
        "properties": {"markdown": f"## {row.title}"},
    }
    width = GRID_WIDTH // len(row.graphs)
    graphs = [
        {
            "type": "metric",
            "x": column * width,
            "y": top + 1,
            "width": width,
            "height": HEIGHT,
            "properties": {
                "title": graph.title,
                "region": region,
                "period": PERIOD_SECONDS,
                "metrics": [metric.widget() for metric in graph.metrics],
            },
        }
        for column, graph in enumerate(row.graphs)
    ]
    return [title, *graphs]
