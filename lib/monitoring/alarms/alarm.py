"""Alarms as data: a metric, its threshold and what the alarm means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from lib.building.metric import Expression, Metric

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.context import Context

MINUTE = 60
FIVE_MINUTES = 300
RUNBOOK = "docs/runbook.md"
RESULT = "result"
"""Id of the expression among an alarm's metric queries."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One alarm: on while ``metric`` is above ``above`` (or below ``below``) for ``periods`` periods in a row.

    ``period`` is in seconds. With ``silence_is_bad`` missing data turns the alarm on.
    ``meaning`` says what happened, what it costs and the first step, in this order.
    ``entry`` is the runbook's anchor if several alarms share one; the default is ``name``.
    """

    name: str
    metric: Metric | Expression
    meaning: str
    entry: str | None = None
    above: float | None = None
    below: float | None = None
    period: int = FIVE_MINUTES
    periods: int = 1
    silence_is_bad: bool = False

    def __post_init__(self) -> None:
        if (self.above is None) == (self.below is None):
            raise ValueError(f"alarm {self.name}: set exactly one of above and below")

    def description(self, runbook_url: str) -> str:
        """Return the meaning and the runbook entry. Without a URL, the entry is a path in this repository."""
        return f"{self.meaning} Runbook: {runbook_url or RUNBOOK}#{self.entry or self.name}"


class Alarms(Construct):
    """One CloudWatch alarm per `Alarm`. Each notifies the topic when it turns on and when it turns off."""

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, topic_arn: str, alarms: Iterable[Alarm]
    ) -> None:
        super().__init__(scope, id_)
        self.arns = [self._create(context, topic_arn, alarm).arn for alarm in alarms]

    def _create(self, context: Context, topic_arn: str, alarm: Alarm) -> CloudwatchMetricAlarm:
        return CloudwatchMetricAlarm(
            self,
            alarm.name,
            alarm_name=context.naming.name(alarm.name),
            alarm_description=alarm.description(context.config.alarms.runbook_url),
            evaluation_periods=alarm.periods,
            comparison_operator="GreaterThanThreshold" if alarm.above is not None else "LessThanThreshold",
            threshold=alarm.above if alarm.above is not None else alarm.below,
            treat_missing_data="breaching" if alarm.silence_is_bad else "notBreaching",
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn],
            **_measured(alarm.metric, alarm.period),
        )


class _Measured(TypedDict, total=False):
    namespace: str
    metric_name: str
    dimensions: dict[str, str]
    statistic: str | None
    extended_statistic: str | None
    period: int
    metric_query: list[CloudwatchMetricAlarmMetricQuery]


def _measured(metric: Metric | Expression, period: int) -> _Measured:
    """Return the arguments for a plain metric or for the result of an expression."""
    if isinstance(metric, Expression):
        result = CloudwatchMetricAlarmMetricQuery(id=RESULT, expression=metric.text(), label=RESULT, return_data=True)
        return {"metric_query": [result, *(_query(id_, part, period) for id_, part in metric.metrics.items())]}
    percentile = metric.statistic.startswith("p")
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": dict(metric.dimensions),
        "statistic": None if percentile else metric.statistic,
        "extended_statistic": metric.statistic if percentile else None,
        "period": period,
    }


def _query(id_: str, metric: Metric, period: int) -> CloudwatchMetricAlarmMetricQuery:
    return CloudwatchMetricAlarmMetricQuery(
        id=id_,
        metric=CloudwatchMetricAlarmMetricQueryMetric(
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=dict(metric.dimensions),
            stat=metric.statistic,
            period=period,
        ),
        return_data=False,
    )
