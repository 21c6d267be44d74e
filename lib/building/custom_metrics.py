"""Metrics that our functions publish themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.metric import Metric

if TYPE_CHECKING:
    from lib.context import Context

PROCESSOR_SERVICE = "processor"


def own_metric(context: Context, service: str, name: str, statistic: str = "Sum") -> Metric:
    """``service`` is the name that the function uses in its logs and metrics."""
    dimensions = {"Environment": context.suffix, "service": service}
    return Metric(context.config.metrics_namespace, name, dimensions, statistic)


def processor_metric(context: Context, name: str, statistic: str = "Sum") -> Metric:
    return own_metric(context, PROCESSOR_SERVICE, name, statistic)
