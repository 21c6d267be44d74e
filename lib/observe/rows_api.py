"""The row of the HTTP front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.observe.own import own_metric
from lib.observe.widgets import A_MINUTE, Graph, Line, Row

if TYPE_CHECKING:
    from lib.api.api import Api
    from lib.context import Context


def api_row(context: Context, api: Api) -> Row:
    requests = (
        Line("all", api.metric("Count")),
        Line("refused (4xx)", api.metric("4XXError")),
        Line("failed (5xx)", api.metric("5XXError")),
    )
    answers = (
        Line("half of them within", api.metric("Latency", "p50")),
        Line("99 % within", api.metric("Latency", "p99")),
        Line("99 % of the functions' part", api.metric("IntegrationLatency", "p99")),
    )
    readings = tuple(
        Line(f"{door}, {how.lower()}", own_metric(context, f"{door}-api", f"Readings{how}"))
        for door in ("ingest", "process")
        for how in ("Accepted", "Refused")
    )
    queries = (
        Line("queries", own_metric(context, "query-api", "Queries")),
        Line("items", own_metric(context, "query-api", "ItemsReturned"), right=True),
    )
    return Row(
        "API",
        (
            Graph(title="Requests", left=A_MINUTE, lines=requests),
            Graph(title="Time of an answer", left="milliseconds", lines=answers),
            Graph(title="Readings over HTTP", left=A_MINUTE, lines=readings),
            Graph(title="Queries", left="queries a minute", right="items a minute", lines=queries),
        ),
    )
