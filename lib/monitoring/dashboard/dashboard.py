"""The dashboard: single values and alarms on top, then one row per part of the pipeline."""

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
"""Limit of alarms per widget (CloudWatch, dashboard body structure)."""
ALARMS_A_GRID_ROW = 16
"""A widget shows eight alarms side by side, and two of these lines fit into one grid row."""


class Dashboard(Construct):
    """Shows single values and all alarms on top, active alarms first, then one row per part."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        alarm_arns: Sequence[str],
        numbers: Sequence[Number],
        rows: Sequence[DashboardRow],
    ) -> None:
        super().__init__(scope, id_)
        widgets, top = _health(numbers, alarm_arns, context.region)
        for index, row in enumerate(rows):
            widgets += _row(row, top + index * (TITLE_HEIGHT + GRAPH_HEIGHT), context.region)
        body = json.dumps({"widgets": widgets}, sort_keys=True)
        dashboard = CloudwatchDashboard(
            self, "dashboard", dashboard_name=context.naming.account_wide("pipeline"), dashboard_body=body
        )
        self.name = dashboard.dashboard_name


def _health(numbers: Sequence[Number], alarm_arns: Sequence[str], region: str) -> tuple[list[Json], int]:
    """Return the widgets on top and the grid row below them."""
    if len(alarm_arns) > MAX_ALARMS:
        raise ValueError(f"a dashboard shows at most {MAX_ALARMS} alarms (got {len(alarm_arns)})")
    edges = [column * GRID_WIDTH // len(numbers) for column in range(len(numbers) + 1)]
    widgets = [
        widget("metric", left, 0, right - left, NUMBER_HEIGHT, number.properties(region))
        for (left, right), number in zip(pairwise(edges), numbers, strict=True)
    ]
    height = TITLE_HEIGHT + ceil(len(alarm_arns) / ALARMS_A_GRID_ROW)
    # This order shows active alarms first, then alarms without data.
    status: Json = {"title": "Alarms", "alarms": list(alarm_arns), "sortBy": "stateUpdatedTimestamp"}
    return [*widgets, widget("alarm", 0, NUMBER_HEIGHT, GRID_WIDTH, height, status)], NUMBER_HEIGHT + height


def _row(row: DashboardRow, top: int, region: str) -> list[Json]:
    width = GRID_WIDTH // len(row.graphs)
    title = widget("text", 0, top, GRID_WIDTH, TITLE_HEIGHT, {"markdown": f"## {row.title}"})
    graphs = [
        widget("metric", column * width, top + TITLE_HEIGHT, width, GRAPH_HEIGHT, graph.properties(region))
        for column, graph in enumerate(row.graphs)
    ]
    return [title, *graphs]
