"""The dashboard row of everything an operator has to look at. Each part that sets something aside adds to it."""

from __future__ import annotations

from lib.building.metric import Metric
from lib.monitoring.dashboard.widgets import DAY_SECONDS, PER_MINUTE, DashboardRow, Graph, GraphLine, Section


def failures_row(*lines: GraphLine) -> DashboardRow:
    """``lines`` count what arrives."""
    return _row(Graph(title="Quarantined or failed", left=PER_MINUTE, lines=lines))


def failures_bucket_row(label: str, bucket: str) -> DashboardRow:
    """``bucket`` is the name of a bucket that keeps what failed."""
    dimensions = {"BucketName": bucket, "StorageType": "AllStorageTypes"}
    lines = (GraphLine(label, Metric("AWS/S3", "NumberOfObjects", dimensions, "Average")),)
    title = "Objects in the buckets (counted daily)"
    return _row(Graph(title=title, left="objects", lines=lines, period=DAY_SECONDS))


def _row(graph: Graph) -> DashboardRow:
    return DashboardRow("Quarantine and failures", Section.FAILURES, (graph,))
