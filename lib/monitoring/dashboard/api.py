"""The dashboard row of the HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric
from lib.monitoring.dashboard.widgets import PER_MINUTE, DashboardRow, Graph, GraphLine, Section

if TYPE_CHECKING:
    from lib.building.metric import MetricSource
    from lib.context import Context


def api_row(context: Context, api: MetricSource) -> DashboardRow:
    """Return the row: requests, response time, readings and queries."""
    requests = (
        GraphLine("all", api.metric("Count")),
        GraphLine("client errors (4xx)", api.metric("4XXError")),
        GraphLine("server errors (5xx)", api.metric("5XXError")),
    )
    times = (
        GraphLine("median", api.metric("Latency", "p50")),
        GraphLine("p99", api.metric("Latency", "p99")),
        GraphLine("p99 of the functions", api.metric("IntegrationLatency", "p99")),
    )
    readings = tuple(
        GraphLine(f"{name}, {how.lower()}", own_metric(context, f"{name}-api", f"Readings{how}"))
        for name in ("ingest", "process")
        for how in ("Accepted", "Refused")
    )
    queries = (
        GraphLine("queries", own_metric(context, "query-api", "Queries")),
        GraphLine("items", own_metric(context, "query-api", "ItemsReturned"), right=True),
    )
    return DashboardRow(
        "API",
        Section.ENTRYPOINTS,
        (
            Graph(title="Requests", left=PER_MINUTE, lines=requests),
            Graph(title="Response time", left="milliseconds", lines=times),
            Graph(title="Readings over HTTP", left=PER_MINUTE, lines=readings),
            Graph(title="Queries", left="queries per minute", right="items per minute", lines=queries),
        ),
    )
