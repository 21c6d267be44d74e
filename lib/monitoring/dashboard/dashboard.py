"""The dashboard: whether it is healthy on top, then a row for each part of the pipeline."""

from __future__ import annotations

import json
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from constructs import Construct

from lib.monitoring.dashboard.widgets import widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.context import Context
    from lib.monitoring.dashboard.widgets import DashboardRow, Json, Number

GRID_WIDTH = 24
"""Columns of a CloudWatch dashboard."""
NUMBER_HEIGHT = 3
TITLE_HEIGHT = 1
GRAPH_HEIGHT = 6
MAX_ALARMS = 100
"""Alarms that one widget takes (dashboard body structure)."""
ALARMS_A_GRID_ROW = 16
"""Eight beside each other, two of them as high as a row of the grid."""


class Dashboard(Construct):
    """Single values and all alarms on top, those that are on first; then one row a part."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        alarm_arns: Sequence[str],
        health: Sequence[Number],
        rows: Sequence[DashboardRow],
    ) -> None:
        super().__init__(scope, id_)
        widgets, top = _health(health, alarm_arns, context.region)
        for index, row in enumerate(rows):
            widgets += _row(row, top + index * (TITLE_HEIGHT + GRAPH_HEIGHT), context.region)
        body = json.dumps({"widgets": widgets}, sort_keys=True)
        dashboard = CloudwatchDashboard(
            self, "dashboard", dashboard_name=context.naming.name("pipeline"), dashboard_body=body
        )
        self.name = dashboard.dashboard_name


def _health(numbers: Sequence[Number], alarm_arns: Sequence[str], region: str) -> tuple[list[Json], int]:
    """The widgets, and the grid's row below them."""
    if len(alarm_arns) > MAX_ALARMS:
        raise ValueError(f"{len(alarm_arns)} alarms, and one widget shows {MAX_ALARMS} at most")
    edges = [column * GRID_WIDTH // len(numbers) for column in range(len(numbers) + 1)]
    widgets = [
        widget("metric", left, 0, right - left, NUMBER_HEIGHT, number.properties(region))
        for (left, right), number in zip(pairwise(edges), numbers, strict=True)
    ]
    height = TITLE_HEIGHT + ceil(len(alarm_arns) / ALARMS_A_GRID_ROW)
    # Sorted so, what is in alarm comes first and what has no data next.
    status: Json = {"title": "Is it healthy?", "alarms": list(alarm_arns), "sortBy": "stateUpdatedTimestamp"}
    return [*widgets, widget("alarm", 0, NUMBER_HEIGHT, GRID_WIDTH, height, status)], NUMBER_HEIGHT + height


def _row(row: DashboardRow, top: int, region: str) -> list[Json]:
    width = GRID_WIDTH // len(row.graphs)
    title = widget("text", 0, top, GRID_WIDTH, TITLE_HEIGHT, {"markdown": f"## {row.title}"})
    graphs = [
        widget("metric", column * width, top + TITLE_HEIGHT, width, GRAPH_HEIGHT, graph.properties(region))
        for column, graph in enumerate(row.graphs)
    ]
    return [title, *graphs]
