"""Alarms as data: what is watched, when it is bad, and what to do then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.context import Context
    from lib.observe.metric import Metric
    from lib.observe.topic import Topic

MINUTE = 60
FIVE_MINUTES = 300


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One alarm: bad when ``metric`` is above ``above`` (or below ``below``) in ``periods`` periods in a row.

    ``period`` in seconds. ``silence_is_bad``: no data counts as bad instead of good.
    ``meaning`` says what has happened and where to look, for the person it wakes.
    """

    name: str
    metric: Metric
    meaning: str
    above: float | None = None
    below: float | None = None
    period: int = FIVE_MINUTES
    periods: int = 1
    silence_is_bad: bool = False

    def __post_init__(self) -> None:
        if (self.above is None) == (self.below is None):
            raise ValueError(f"alarm {self.name}: exactly one of above and below")


class Alarms(Construct):
    """One CloudWatch alarm for each `Alarm`; each tells the topic when it goes off and when it is over."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, topic: Topic, alarms: Iterable[Alarm]) -> None:
        super().__init__(scope, id_)
        self.arns = [self._create(context, topic, alarm).arn for alarm in alarms]

    def _create(self, context: Context, topic: Topic, alarm: Alarm) -> CloudwatchMetricAlarm:
        metric = alarm.metric
        percentile = metric.statistic.startswith("p")
        return CloudwatchMetricAlarm(
            self,
            alarm.name,
            alarm_name=context.naming.name(alarm.name),
            alarm_description=alarm.meaning,
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=dict(metric.dimensions),
            statistic=None if percentile else metric.statistic,
            extended_statistic=metric.statistic if percentile else None,
            period=alarm.period,
            evaluation_periods=alarm.periods,
            comparison_operator="GreaterThanThreshold" if alarm.above is not None else "LessThanThreshold",
            threshold=alarm.above if alarm.above is not None else alarm.below,
            treat_missing_data="breaching" if alarm.silence_is_bad else "notBreaching",
            alarm_actions=[topic.arn],
            ok_actions=[topic.arn],
        )
