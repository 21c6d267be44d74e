"""The row of the HTTP front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric
from lib.monitoring.dashboard.widgets import A_MINUTE, DashboardRow, Graph, GraphLine

if TYPE_CHECKING:
    from lib.api.api import Api
    from lib.context import Context


def api_row(context: Context, api: Api) -> DashboardRow:
    requests = (
        GraphLine("all", api.metric("Count")),
        GraphLine("refused (4xx)", api.metric("4XXError")),
        GraphLine("failed (5xx)", api.metric("5XXError")),
    )
    answers = (
        GraphLine("half of them within", api.metric("Latency", "p50")),
        GraphLine("99 % within", api.metric("Latency", "p99")),
        GraphLine("99 % of the functions' part", api.metric("IntegrationLatency", "p99")),
    )
    readings = tuple(
        GraphLine(f"{door}, {how.lower()}", own_metric(context, f"{door}-api", f"Readings{how}"))
        for door in ("ingest", "process")
        for how in ("Accepted", "Refused")
    )
    queries = (
        GraphLine("queries", own_metric(context, "query-api", "Queries")),
        GraphLine("items", own_metric(context, "query-api", "ItemsReturned"), right=True),
    )
    return DashboardRow(
        "API",
        (
            Graph(title="Requests", left=A_MINUTE, lines=requests),
            Graph(title="Time of an answer", left="milliseconds", lines=answers),
            Graph(title="Readings over HTTP", left=A_MINUTE, lines=readings),
            Graph(title="Queries", left="queries a minute", right="items a minute", lines=queries),
        ),
    )
