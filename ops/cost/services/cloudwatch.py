"""CloudWatch: alarms, dashboards, logs; and CloudTrail."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from ops.cost.scene import GB, SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

INVOCATION_LOG_BYTES = 1_200
"""Start, end and report of an invocation (about 400 bytes) and one line with its metrics (about 800)."""
COMPRESSED = 0.15
"""CloudWatch Logs stores compressed: about 0.15 of what was written (CloudWatch pricing page)."""


def _alarm(resource: Resource, _: Scene) -> Iterator[Quantity]:
    """An alarm on metric math is charged for each metric in it."""
    queries = resource.values.get("metric_query") or ()
    yield Quantity("alarm-metric", sum(1 for query in queries if query.get("metric")) or 1)


def _dashboard(_: Resource, __: Scene) -> Iterator[Quantity]:
    yield Quantity("dashboard", 1)


def _log_group(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    """A function writes some lines per invocation, an API one per request; Firehose writes only failures."""
    written = sum(each.per_second for each in scene.optional(resource, "invocations")) * INVOCATION_LOG_BYTES
    written += sum(each.per_second * each.size for each in scene.optional(resource, "requests"))
    days = resource.values.get("retention_in_days") or inf
    yield Quantity("logs-gb", written * SECONDS / GB)
    yield Quantity("logs-gb-month", scene.kept_gb(written, days) * COMPRESSED)


def _trail(_: Resource, scene: Scene) -> Iterator[Quantity]:
    """Each object that is put is one data event."""
    events = sum(
        amount.per_second
        for bucket in scene.plan.of_kind("aws_s3_bucket")
        for amount in scene.optional(bucket, "objects")
    )
    yield Quantity("cloudtrail-data-event", events * SECONDS)


PRICED = {
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_cloudwatch_dashboard": _dashboard,
    "aws_cloudwatch_log_group": _log_group,
    "aws_cloudtrail": _trail,
}
FREE = {
    "aws_cloudwatch_log_stream": "its lines are charged to the log group",
    "aws_cloudwatch_event_rule": "scheduled events on the default bus cost nothing",
    "aws_cloudwatch_event_target": "the function that it invokes is charged",
}
